"""Legal ids in the dress that lists give them: names before them, country codes, lost zeros.

What is taken off says nothing of the number; whether it is one, its check digit decides.
"""

import re
from collections.abc import Mapping
from typing import Final

from contracts.legal_ids import BadLegalId, LegalIdScheme, check_legal_id
from services.chassis.folding import fold
from services.registry.imports.headers import words_of_field

# registers whose numbers may begin with zeros, which a number cell drops
WITH_ZEROS: Final[Mapping[LegalIdScheme, int]] = {
    LegalIdScheme.CZ_ICO: 8,
    LegalIdScheme.PL_REGON: 9,
    LegalIdScheme.SK_ICO: 8,
    LegalIdScheme.UA_EDRPOU: 8,
}
MOST_ZEROS: Final = 3

_DRESS: Final = re.compile(r"(?P<before>[^\d]*)(?P<number>\d[\d\s./-]*?)(?P<tail>[.,]0)?")


def undressed(scheme: LegalIdScheme, text: str) -> str:
    """The number without what is written around it; any other text as it is."""
    found = _DRESS.fullmatch(text)
    if found is None:
        return text
    number = "".join(sign for sign in found["number"] if sign.isdigit())
    words = fold(found["before"]).split()
    if words and words[-1] == scheme.country.lower():
        words.pop()
    named = {*words_of_field(scheme.value), *words_of_field("legal_id"), "", "nr", "c", "no"}
    return number if " ".join(words) in named else text


def with_zeros(scheme: LegalIdScheme, number: str) -> str | None:
    """The number with zeros put before it; None where it lacks none, or is none even then."""
    length = WITH_ZEROS.get(scheme, 0)
    if not number.isdigit() or not length - MOST_ZEROS <= len(number) < length:
        return None
    try:
        return check_legal_id(scheme, number.zfill(length))
    except BadLegalId:
        return None
