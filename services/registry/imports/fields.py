"""The three kinds of lists: which columns each may have, and where in a declaration each goes.

The place of a field is a JSON pointer; a fault below it is shown at the field's column.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from contracts.vocabulary import LegalIdScheme


class Kind(StrEnum):
    """What the rows of a list are."""

    MEMBERS = "members"
    CLUSTERS = "clusters"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Field:
    """One column that a list may have; `pointers` are where its value stands in a declaration.

    A column that is not `offered` stands in no empty list: only in some that others made, or that
    Talka gave out.
    """

    name: str
    pointers: tuple[str, ...]
    required: bool = False
    offered: bool = True


MEMBER: Final = "/data/organisation"

# The version of the columns of clusters; another one whenever a column is added or changed.
FIELD_LIST: Final = "1"

# column → where in a place its value stands
PARTS: Final = {
    "country": "country",
    "region": "region",
    "settlement": "settlement",
    "street": "street",
    "postcode": "postcode",
    "house": "name",
    "latitude": "lat",
    "longitude": "lon",
}


def _place(name: str, pointer: str, parts: Iterable[str]) -> list[Field]:
    return [Field(f"{name}_{part}", (f"{pointer}/{PARTS[part]}",)) for part in parts]


_FIELDS: Final[dict[Kind, tuple[Field, ...]]] = {
    Kind.MEMBERS: (
        Field("cluster", ("/data/cluster",), required=True),
        Field("name", (f"{MEMBER}/names", f"{MEMBER}/names/original"), required=True),
        Field("legal_id", (f"{MEMBER}/legal_id",), required=True),
        Field("joined", ("/data/joined_day",), required=True),
        Field("left", ("/data/ended_day",)),
        Field("reason", ("/data/reason",)),
        Field("size", (f"{MEMBER}/size_class", f"{MEMBER}/size_day")),
        Field("kind", (f"{MEMBER}/kind",)),
        Field("name_en", (f"{MEMBER}/names/en",)),
        Field("country", (f"{MEMBER}/place", f"{MEMBER}/place/country")),
        Field("region", (f"{MEMBER}/place/region",)),
        Field("settlement", (f"{MEMBER}/place/settlement",)),
        Field("street", (f"{MEMBER}/place/street",)),
        Field("postcode", (f"{MEMBER}/place/postcode",)),
        Field("legal_form", (f"{MEMBER}/legal_form",)),
        Field("nace", (f"{MEMBER}/nace",)),
        Field("web", (f"{MEMBER}/web",)),
        Field("ref", (f"{MEMBER}/ref",)),
    ),
    Kind.CLUSTERS: (
        Field("name", ("/data/names", "/data/names/original"), required=True),
        Field("name_en", ("/data/names/en",), required=True),
        Field("legal_id", ("/data/legal_id",), required=True),
        Field("legal_form", ("/data/legal_form",), required=True),
        Field("established", ("/data/established",), required=True),
        Field("settlement", ("/data/seat/settlement",), required=True),
        Field("region", ("/data/seat/region", "/data/seat"), required=True),
        Field("ecosystem", ("/data/ecosystem",), required=True),
        Field("country", ("/data/seat/country",)),
        Field("street", ("/data/seat/street",)),
        Field("postcode", ("/data/seat/postcode",)),
        Field("short_name", ("/data/short_name",)),
        Field("languages", ("/data/languages",)),
        Field("technologies", ("/data/technologies",)),
        Field("nace", ("/data/nace",)),
        Field("web", ("/data/web",)),
        Field("staff_fte", ("/data/staff_fte",)),
        Field("services", ("/data/services",)),
        Field("dual_use", ("/data/dual_use",)),
        Field("ref", ("/data/ref",)),
        *_place("seat", "/data/seat", ("house", "latitude", "longitude")),
        *_place("operating", "/data/operating_place", PARTS),
        Field("further_ecosystems", ("/data/further_ecosystems",)),
        Field("s3_areas", ("/data/s3_areas",)),
        Field("partner_regions", ("/data/partner_regions",)),
        Field("services_others", ("/data/services",)),
        Field("machine_translated", ("/data/machine_translated",)),
        Field("recognition", ("/data/recognition", "/data/recognition/programme")),
        Field("recognition_document", ("/data/recognition/document",)),
        Field("recognition_until", ("/data/recognition/until_day",)),
        Field("field_list", ("/data/field_list",), offered=False),
    ),
    Kind.PEOPLE: (
        Field("person", ("/data/names", "/data/names/original"), required=True),
        Field("given", (), offered=False),  # of lists with two columns for a name
        Field("family", (), offered=False),
        Field("mail", ("/data/mail",), required=True),
        Field("consent", ("/data/consent",), required=True),
        Field("latin", ("/data/names/latin",)),
        Field("phone", ("/data/phone",)),
        Field("language", ("/data/language",)),
        Field("cluster", ("/data/functions",)),
        Field("functions", ("/data/functions/0/function",)),
        Field("legal_id", ("/data/organisation",)),
        Field("ref", ("/data/ref",)),
    ),
}


@cache
def schemes_of(country: str) -> tuple[LegalIdScheme, ...]:
    """The registers of a country, the usual one first."""
    return tuple(scheme for scheme in LegalIdScheme if scheme.country == country)


def fields_of(kind: Kind, country: str) -> list[Field]:
    """The fields of a list; the legal id stands there once for each register of the country."""
    found: list[Field] = []
    for field in _FIELDS[kind]:
        if field.name == "legal_id":
            found += [Field(scheme.value, field.pointers) for scheme in schemes_of(country)]
        else:
            found.append(field)
    return found


def lacking(kind: Kind, country: str, given: Collection[str]) -> list[str]:
    """Required fields that are not given, by a column or for the whole list."""
    missing = []
    for field in _FIELDS[kind]:
        if not field.required:
            continue
        names = schemes_of(country) if field.name == "legal_id" else [field.name]
        in_parts = field.name == "person" and {"given", "family"} <= set(given)
        if not in_parts and not set(names).intersection(given):
            missing.append(field.name)
    if kind is Kind.MEMBERS and country == "UA" and "region" not in given:
        missing.append("region")  # of Ukraine no code names the whole country
    return missing
