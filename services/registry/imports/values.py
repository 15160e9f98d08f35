"""From what people write in cells to values: words of lists, numbers, names, spoiled letters.

Whoever reads a cell here gets a value or a fault; nothing is guessed.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from math import isfinite
from typing import Final

from babel import Locale

from contracts.reference import ecosystems
from contracts.vocabulary import LANGUAGES, MemberKind, PersonFunctionKind, SizeClass
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.words import Word
from services.registry.imports.habits import usual_in
from services.registry.imports.headers import value_of

_UNDEFINED: Final = re.compile("[\x80-\x9f]")
_FORMULA: Final = re.compile(r"[=@]|[+\-](?!\s*\d)|[\t\r]")
_NUMBER: Final = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
_COMPANY: Final = frozenset(
    (
        *("company", "enterprise", "firm", "firma", "imone", "bendrove", "intreprindere", "spolka"),
        *("podnik", "przedsiebiorstwo", "pidpryiemstvo", "kompaniia", "spolecnost", "spolocnost"),
    )
)
_TONGUE: Final = frozenset(  # "language" in seven languages
    ("language", "mova", "jezyk", "jazyk", "kalba", "k", "limba")
)
_SPACES: Final = re.compile(r"[\s']")
_GROUPED: Final = {sign: re.compile(rf"\d{{1,3}}(?:[{sign}]\d{{3}})+") for sign in ",."}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")

FORMULA: Final = ("TLK-D052", mark("This text begins like a formula. Write it without that sign."))
MOJIBAKE: Final = (
    "TLK-D053",
    mark("These letters were spoiled when the file was saved. It probably was: {intended}"),
)
NO_ECOSYSTEM: Final = ("TLK-D015", mark("There is no such ecosystem. Choose one of: {known}."))
NO_WORD: Final = ("TLK-D006", mark("Choose one of: {expected}."))
NO_NUMBER: Final = ("TLK-D003", mark("Give a number with few enough digits."))


def fault(of: tuple[str, str], **values: object) -> Fault:
    """A fault that is not placed yet."""
    return Fault("", *of, values=values)


def word(name: str, text: str) -> str | Fault:
    """The value that a word of a list stands for."""
    found = value_of(name, text)
    if found is None:  # "malý podnik" says no more than "malý" does
        found = value_of(
            name, " ".join(each for each in fold(text).split() if each not in _COMPANY)
        )
    return found if found is not None else fault(NO_WORD, expected=_expected(name, text))


def ecosystem(text: str) -> str | Fault:
    """The ecosystem that is named in any language, also as people call it, or by its number."""
    known = _ecosystems().get(fold(text)) or value_of("ecosystem", text)
    return known or fault(NO_ECOSYSTEM, known=", ".join(ecosystems()))


def number(text: str, country: str) -> str | Fault:
    """A decimal number with a point, whichever signs stand in the cell.

    A sign that parts three figures from others could be either: the country's habit decides, and
    where it knows no such sign the number is refused.
    """
    plain = _SPACES.sub("", text)
    symbols = usual_in(country).number_symbols["latn"]
    for group, decimal in ((",", "."), (".", ",")):
        parts = plain.rpartition(decimal)
        if group in parts[0] and _GROUPED[group].fullmatch(parts[0]):
            return _few(f"{parts[0].replace(group, '')}.{parts[2]}")
        if _GROUPED[group].fullmatch(plain):
            return _few(plain.replace(group, "")) if group == symbols["group"] else fault(NO_NUMBER)
    return _few(plain.replace(",", "."))


def _few(plain: str) -> str | Fault:
    return plain if _NUMBER.fullmatch(plain) else fault(NO_NUMBER)


def exact(text: str) -> float | Fault:
    """A number with a point, as programs write it, or with the comma of a local spreadsheet."""
    plain = text if "." in text else text.replace(",", ".", 1)
    try:
        found = float(plain)
    except ValueError:
        return fault(NO_NUMBER)
    return found if isfinite(found) else fault(NO_NUMBER)


def language(text: str) -> str:
    """The code of a language by its name in any language; unknown ones are left as they are."""
    words = [each for each in fold(text).split() if each not in _TONGUE]
    return _languages().get(" ".join(words), text)


def latin(text: str) -> str:
    """The text in Latin letters, as an English name where nobody gave one."""
    return text if text.isascii() else _WORD.sub(lambda found: _latin(found[0]), text)


def spoiled(text: str) -> Fault | None:
    """Why a text cannot stand as it is: it is a formula, or its letters were lost."""
    if begins_like_a_formula(text):
        return fault(FORMULA)
    found = intended(text)
    return None if found is None else fault(MOJIBAKE, intended=found)


def begins_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text; telephone and other numbers do no harm."""
    return _FORMULA.match(text) is not None


def intended(text: str) -> str | None:
    """What a text was before UTF-8 was read as a code page; None for a text that is sound."""
    if text.isascii():
        return None
    for page in ("cp1250", "cp1251", "cp1257", "cp1252"):
        try:
            repaired = _bytes(text, page).decode("utf-8")
        except UnicodeError:
            continue
        if repaired != text:
            return repaired
    return None


def _bytes(text: str, page: str) -> bytes:
    """The bytes that `page` shows as this text; what it leaves undefined stands for itself."""
    if _UNDEFINED.search(text) is None:
        return text.encode(page)
    return b"".join(
        sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode(page) for sign in text
    )


def _latin(text: str) -> str:
    if fold(text) == text.casefold() or text.casefold().isascii() or _is_latin(text):
        return text
    folded = fold(text)
    if text.isupper() and len(text) > 1:
        return folded.upper()
    return folded.capitalize() if text[0].isupper() else folded


def _is_latin(text: str) -> bool:
    return all(ord(sign) < 0x250 for sign in text)  # noqa: PLR2004  the Latin blocks end there


def _expected(name: str, text: str) -> Sequence[StrEnum | Word]:
    if name == "size" and value_of("size_within", text):  # one of three, and it is not told which
        return [each for each in SizeClass if each is not SizeClass.LARGE]
    listed: dict[str, Sequence[StrEnum | Word]] = {
        "size": list(SizeClass),
        "kind": list(MemberKind),
        "functions": list(PersonFunctionKind),
        "yes": [Word("field", "yes"), Word("field", "no")],
    }
    return listed[name]


@cache
def _ecosystems() -> dict[str, str]:
    return {
        fold(name): slug
        for slug, each in ecosystems().items()
        for name in (slug, each.code, *each.names.values())
    }


@cache
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in LANGUAGES:
        for code, name in Locale(spoken).languages.items():
            if len(code) == 2:  # noqa: PLR2004
                found[fold(name)] = code
                found.setdefault(code, code)
    return found
