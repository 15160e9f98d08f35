"""From what people write in cells to values: days, countries, regions, lists, numbers.

Whoever reads a cell here gets a value or a fault; nothing is guessed.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from math import isfinite
from typing import Final

from babel import Locale

from contracts.reference import ecosystems, nuts, oblasts, region_exists
from contracts.vocabulary import LANGUAGES
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.registry.imports.headers import value_of

_ISO: Final = re.compile(r"(\d{4})[-. ](\d{1,2})[-. ](\d{1,2})\.?(?:[T ]00:00(?::00)?)?")
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})(?: ?(?:r|р|m)\.?)?"
)
_UNDEFINED: Final = re.compile("[\x80-\x9f]")
_FORMULA: Final = re.compile(r"[=@]|[+\-](?!\s*\d)|[\t\r]")
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?")
_CODE: Final = re.compile(r"(UA-\d{2})|(UA\d{17})|([A-Z]{2}[A-Z0-9]{0,3})")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_GENERIC: Final = frozenset(
    {
        *("wojewodztwo", "woj", "kraj", "kraje", "region", "oblast", "obl"),
        *("apskritis", "aps", "apskr", "judetul", "judet", "jud"),
    }
)
_CAPITALS: Final = {"praha": "CZ010", "warszawa": "PL911", "mazowieckie": "PL9"}
_CODES: Final = {"uk": "GB", "el": "GR", "eu": ""}  # in use, but not of ISO 3166-1

NO_DAY: Final = ("TLK-D009", mark("Give a day that exists, like 2027-03-16."))
NO_COUNTRY: Final = ("TLK-D050", mark("This is no country. Write its name, or its two letters."))
NO_REGION: Final = (
    "TLK-D051",
    mark("There is no region of this name in {country}. Write its name or code as in the list."),
)
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


def day(text: str) -> str | Fault:
    """The day as ISO 8601 writes it; the month never comes before the day, but after the year."""
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        number, month, year = map(int, found.groups())
    else:
        return fault(NO_DAY)
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return fault(NO_DAY)


def country(text: str) -> str | Fault:
    """The two letters of a country that is named in any of the seven languages."""
    return _countries().get(fold(text)) or fault(NO_COUNTRY)


def region(text: str, land: str) -> dict[str, str] | Fault:
    """The region by its name, with or without words like voivodeship, or by its code."""
    coded = region_code(text)
    if coded["code"].startswith(land) and region_exists(**coded):
        return coded
    found = _regions(land).get(_plain(text))
    if found is None:
        return fault(NO_REGION, country=land)
    return {"scheme": "iso3166-2" if land == "UA" else "nuts", "code": found}


def region_code(text: str) -> dict[str, str]:
    """The region whose code this is, in the list that codes of its shape are of."""
    found = _CODE.fullmatch(text)
    scheme = ("iso3166-2", "katottg", "nuts")[(found.lastindex or 3) - 1 if found else 2]
    return {"scheme": scheme, "code": text}


def word(name: str, text: str) -> str | Fault:
    """The value that a word of a list stands for."""
    found = value_of(name, text)
    return found if found is not None else fault(NO_WORD, expected=_expected(name))


def ecosystem(text: str) -> str | Fault:
    """The ecosystem that is named in any language, or by its number."""
    return _ecosystems().get(fold(text)) or fault(NO_ECOSYSTEM, known=", ".join(ecosystems()))


def number(text: str) -> str | Fault:
    """A decimal number with a point, whichever sign stands in the cell."""
    plain = text.replace("\xa0", "").replace(" ", "")
    return plain.replace(",", ".") if _NUMBER.fullmatch(plain) else fault(NO_NUMBER)


def exact(text: str) -> float | Fault:
    """A number with a point, as programs write it."""
    try:
        found = float(text)
    except ValueError:
        return fault(NO_NUMBER)
    return found if isfinite(found) else fault(NO_NUMBER)


def language(text: str) -> str:
    """The code of a language by its name in any language; unknown ones are left as they are."""
    return _languages().get(fold(text), text)


def latin(text: str) -> str:
    """The text in Latin letters, as an English name where nobody gave one."""
    return text if text.isascii() else _WORD.sub(lambda found: _latin(found[0]), text)


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


def _plain(text: str) -> str:
    words = fold(text).split()
    return " ".join(word for word in words if word not in _GENERIC) or " ".join(words)


def _expected(name: str) -> str:
    listed = {
        "size": "micro, small, medium, large, unknown",
        "kind": "sme, large, research, training, public, investor, other",
        "functions": "administrator, contact, rota",
        "yes": "yes, no",
    }
    return listed[name]


@cache
def _countries() -> dict[str, str]:
    found = dict(_CODES)
    for spoken in LANGUAGES:
        for code, name in Locale(spoken).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004
                found[fold(name)] = code
                found.setdefault(code.lower(), code)
    return found


@cache
def _regions(land: str) -> dict[str, str]:
    if land == "UA":
        return dict(_of_ukraine())
    listed = sorted(
        (each for each in nuts().values() if each.code.startswith(land)),
        key=lambda each: each.level,  # a finer region of the same name takes the place of a larger
    )
    found = {_plain(each.name): each.code for each in listed if each.level}
    found |= {name: code for name, code in _CAPITALS.items() if code.startswith(land)}
    return found | {each.code.lower(): each.code for each in listed}


def _of_ukraine() -> Iterator[tuple[str, str]]:
    for each in oblasts().values():
        name = each.name_en.removesuffix(" City").removesuffix(" Oblast")
        yield fold(name), each.iso
        for text in (each.name_uk, each.iso, each.katottg):
            yield _plain(text), each.iso
    for each in oblasts().values():  # a city goes before the oblast of the same English name
        if each.name_en.endswith(" City"):
            yield fold(each.name_en.removesuffix(" City")), each.iso


@cache
def _ecosystems() -> dict[str, str]:
    return {
        fold(name): slug
        for slug, each in ecosystems().items()
        for name in (slug, each.code, *each.names.values())
    }


@cache
def _languages() -> dict[str, str]:
    return {
        fold(name): code
        for spoken in LANGUAGES
        for code, name in Locale(spoken).languages.items()
        if len(code) == 2  # noqa: PLR2004
    }
