"""Identifiers by which six countries register organisations, and their check digits.

All checks are weighted sums modulo 11: short functions and tables here, no package needed.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from .rules import BrokenRule


class LegalIdScheme(StrEnum):
    CZ_ICO = "cz_ico"
    LT_CODE = "lt_code"
    PL_NIP = "pl_nip"
    PL_REGON = "pl_regon"
    PL_KRS = "pl_krs"
    RO_CUI = "ro_cui"
    SK_ICO = "sk_ico"
    UA_EDRPOU = "ua_edrpou"

    @property
    def country(self) -> str:
        """The country that gives the number (ISO 3166-1, two letters)."""
        return self.value[:2].upper()

    @property
    def label(self) -> str:
        """What people call the number."""
        return _CALLED.get(self.value, self.value.partition("_")[2].upper())


# the others are called as they are coded
_CALLED: Final = {"cz_ico": "IČO", "lt_code": "LT įmonės kodas", "sk_ico": "IČO"}


class LegalId(BaseModel):
    """An organisation's number in a national register; two are equal when both parts are."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    scheme: LegalIdScheme
    value: str


class BadLegalId(BrokenRule):
    """The number cannot have been given out under its scheme."""


def check_legal_id(scheme: LegalIdScheme, value: str) -> str:
    """The bare number, without spaces, hyphens and country prefix, once its check digit holds.

    Raises:
        BadLegalId: wrong length, a sign that is no digit, or a wrong check digit.
    """
    rule = _RULES[scheme]
    number = _bare(scheme, value)
    if not (number.isascii() and number.isdigit()) or len(number) not in rule.lengths:
        raise BadLegalId(
            "TLK-D016",
            "A number of the kind {scheme} has {digits} digits. Compare it with the register.",
            scheme=scheme,
            digits=rule.length_text,
        )
    if rule.check_digit is not None and rule.check_digit(number[:-1]) != int(number[-1]):
        raise BadLegalId(
            "TLK-D010",
            "The check digit is wrong for {scheme}. Compare the number with the register.",
            scheme=scheme,
        )
    return number


def check_digit_of(scheme: LegalIdScheme, stem: str) -> int | None:
    """The digit that must follow `stem`; None where the scheme has none, or skips this stem."""
    check_digit = _RULES[scheme].check_digit
    digit = None if check_digit is None else check_digit(stem)
    return digit if digit != _NEVER_GIVEN else None


_NEVER_GIVEN: Final = 10  # NIP gives out no number whose remainder is 10


def _bare(scheme: LegalIdScheme, value: str) -> str:
    number = "".join(sign for sign in value if not sign.isspace() and sign not in "-./")
    return number.removeprefix(scheme.country)


def _remainder(number: str, weights: Sequence[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 11


def _czech_or_slovak(number: str) -> int:
    return (11 - _remainder(number, range(8, 1, -1))) % 10


def _lithuanian(number: str) -> int:
    first = _remainder(number, range(1, 9))
    return first if first < 10 else _remainder(number, (3, 4, 5, 6, 7, 8, 9, 1)) % 10  # noqa: PLR2004


def _ukrainian(number: str) -> int:
    weights = (7, 1, 2, 3, 4, 5, 6) if number[0] in "345" else tuple(range(1, 8))
    first = _remainder(number, weights)
    return first if first < 10 else _remainder(number, [w + 2 for w in weights]) % 10  # noqa: PLR2004


def _nip(number: str) -> int:
    return _remainder(number, (6, 5, 7, 2, 3, 4, 5, 6, 7))


def _regon(number: str) -> int:
    return _remainder(number, (8, 9, 2, 3, 4, 5, 6, 7)) % 10


def _cui(number: str) -> int:
    return 10 * _remainder(number.zfill(9), (7, 5, 3, 2, 1, 7, 5, 3, 2)) % 11 % 10


class _Rule(NamedTuple):
    lengths: Sequence[int]
    check_digit: Callable[[str], int] | None

    @property
    def length_text(self) -> str:
        shortest, longest = self.lengths[0], self.lengths[-1]
        return str(shortest) if shortest == longest else f"{shortest}–{longest}"


_RULES: Final[dict[LegalIdScheme, _Rule]] = {
    LegalIdScheme.CZ_ICO: _Rule((8,), _czech_or_slovak),
    LegalIdScheme.LT_CODE: _Rule((9,), _lithuanian),
    LegalIdScheme.PL_NIP: _Rule((10,), _nip),
    LegalIdScheme.PL_REGON: _Rule((9,), _regon),
    LegalIdScheme.PL_KRS: _Rule((10,), None),
    LegalIdScheme.RO_CUI: _Rule(range(2, 11), _cui),
    LegalIdScheme.SK_ICO: _Rule((8,), _czech_or_slovak),
    LegalIdScheme.UA_EDRPOU: _Rule((8,), _ukrainian),
}
