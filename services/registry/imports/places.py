"""Countries, regions, towns and postcodes by the words and short forms of six countries.

What is only a kind of place, such as "woj." or "Municipiul", stands beside a name and is no part
of it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from babel import Locale

from contracts.reference import nuts, oblasts, region_exists
from contracts.vocabulary import LANGUAGES
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.registry.imports.headers import rows_of, value_of

NO_COUNTRY: Final = ("TLK-D050", mark("This is no country. Write its name, or its two letters."))
NO_REGION: Final = (
    "TLK-D051",
    mark("There is no region of this name in {country}. Write its name or code as in the list."),
)

_CODE: Final = re.compile(r"(UA-\d{2})|(UA\d{17})|([A-Z]{2}[A-Z0-9]{0,3})")
_CODES: Final = {"uk": "GB", "el": "GR", "eu": ""}  # in use, but not of ISO 3166-1
# what people of a country mean by letters that are the codes of others
_AT_HOME: Final[Mapping[str, Mapping[str, str]]] = {
    "CZ": {"cr": "CZ", "sr": "SK"},
    "SK": {"cr": "CZ", "sr": "SK"},
    "LT": {"lr": "LT"},
    "PL": {"rp": "PL"},
}
_KINDS: Final = frozenset(
    (
        *("county", "voivodeship", "province", "region", "city"),
        *("wojewodztwo", "woj", "miasto", "m", "st"),
        *(
            "kraj",
            "kraje",
            "kraja",
            "samospravny",
            "okres",
            "okr",
            "hlavni",
            "hlavne",
            "hl",
            "mesto",
        ),
        *("apskritis", "apskrities", "aps", "apskr", "savivaldybe", "sav", "miesto", "rajono", "r"),
        *("judetul", "judet", "jud", "municipiul", "mun"),
    )
)
_OBLAST: Final = frozenset({"oblast", "oblasti", "obl"})
_SECTOR: Final = re.compile(r"\bsect(?:or|orul)? [1-6]\b")  # of Bucharest
_BEFORE_TOWN: Final = re.compile(
    r"(?:(?:municipiul|oraș(?:ul)?|comuna|satul|sat|obec|gmina|hlavní město|hlavné mesto|hlavním"
    r"|місто|село|селище|city of|town of|municipality of)\s+"
    r"|(?:m\.\s*st|mun|or|com|gm|hl\.\s*m|m|м|с|смт)\.\s*|смт\s+)(?=[^\W\d_])",
    re.IGNORECASE,
)
_AFTER_TOWN: Final = re.compile(r",?\s+hl\.\s*m\.?$", re.IGNORECASE)
# digits of a postcode, where the first may be a zero that spreadsheets drop
_POSTCODES: Final = {"LT": 5, "PL": 5, "RO": 6, "SK": 5, "UA": 5}
_MOST_ZEROS: Final = 2


@lru_cache(maxsize=4096)  # a list names the same few places again and again
def country(text: str, home: str) -> str | Fault:
    """The two letters of a country that is named in any of the seven languages.

    `home` is where the list comes from.
    """
    folded = fold(text)
    found = _AT_HOME.get(home, {}).get(folded) or value_of("country", text)
    return found or _countries().get(folded) or Fault("", *NO_COUNTRY)


def region(text: str, land: str) -> dict[str, str] | Fault:
    """The region by its name, with or without words like voivodeship, or by its code."""
    coded = region_code(text)
    if coded["code"].startswith(land) and region_exists(**coded):
        return coded
    found = _named(text, land)
    if found is None:
        return Fault("", *NO_REGION, values={"country": land})
    return {"scheme": "iso3166-2" if land == "UA" else "nuts", "code": found}


def region_code(text: str) -> dict[str, str]:
    """The region whose code this is, in the list that codes of its shape are of."""
    found = _CODE.fullmatch(text)
    scheme = ("iso3166-2", "katottg", "nuts")[(found.lastindex or 3) - 1 if found else 2]
    return {"scheme": scheme, "code": text}


def settlement(text: str) -> str:
    """The name of a town without what only says that it is one."""
    found = _BEFORE_TOWN.match(text)
    name = text[found.end() :] if found else text
    return _AFTER_TOWN.sub("", name) if name[:1].isupper() else text


def postcode(text: str, land: str) -> str:
    """The code with the zeros that a number cell dropped; of other shapes as it is written."""
    digits = text.removesuffix(".0")
    length = _POSTCODES.get(land, 0)
    if not digits.isdigit() or not length - _MOST_ZEROS <= len(digits) < length:
        return digits if digits.isdigit() else text
    whole = digits.zfill(length)
    return f"{whole[:2]}-{whole[2:]}" if land == "PL" else whole


@lru_cache(maxsize=4096)
def _named(text: str, land: str) -> str | None:
    """The code of the region of that name."""
    known = _regions(land)
    folded = fold(text)
    found = known.get(folded)
    if found is None and _OBLAST.intersection(folded.split()):
        found = known.get(f"{_plain(text)} oblast")  # Kyiv is a city, its oblast another region
    return found or known.get(_plain(text))


def _plain(text: str) -> str:
    words = _SECTOR.sub("", fold(text)).split()
    kinds = _KINDS | _OBLAST
    return " ".join(word for word in words if word not in kinds) or " ".join(words)


@cache
def _countries() -> Mapping[str, str]:
    found = dict(_CODES)
    for spoken in LANGUAGES:
        for code, name in Locale(spoken).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004
                found[fold(name)] = code
                found.setdefault(code.lower(), code)
    return found


@cache
def _regions(land: str) -> Mapping[str, str]:
    if land == "UA":
        return dict(_of_ukraine())
    listed = sorted(
        (each for each in nuts().values() if each.code.startswith(land)),
        key=lambda each: each.level,  # a finer region of the same name takes the place of a larger
    )
    found = {name(each.name): each.code for name in (_plain, fold) for each in listed if each.level}
    for row in rows_of("regions.csv"):
        if row["country"] == land:
            found |= {_plain(word): row["code"] for word in row["words"].split("|")}
    return found | {each.code.lower(): each.code for each in listed}


def _of_ukraine() -> Iterator[tuple[str, str]]:
    for each in oblasts().values():
        name = each.name_en.removesuffix(" City").removesuffix(" Oblast")
        yield fold(name), each.iso
        for text in (each.name_uk, each.iso, each.katottg):
            yield _plain(text), each.iso
        yield fold(each.name_en), each.iso
    for each in oblasts().values():  # a city goes before the oblast of the same English name
        if each.name_en.endswith(" City"):
            yield fold(each.name_en.removesuffix(" City")), each.iso
