"""Reference data: lists that change rarely, as files with their source, read once and kept.

Never downloaded at run time. An empty field of a file means "not found", never "none".
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "uk", "pl", "cs", "sk", "lt", "ro")


@dataclass(frozen=True, slots=True)
class KnownAssociation:
    """One of the six national associations."""

    code: str
    name: str
    name_en: str
    country: str
    city: str
    web: str
    founded: str
    source: str


@dataclass(frozen=True, slots=True)
class KnownCluster:
    """A real cluster organisation, as of its source; `name_found` is False for translated names."""

    id: str
    name: str
    name_en: str
    short_name: str
    country: str
    city: str
    region: str
    founded_year: int | None
    sectors: tuple[str, ...]
    ecosystem: str
    centre: str
    members: int | None
    label: str
    web: str
    source: str
    name_found: bool


@dataclass(frozen=True, slots=True)
class KnownEcosystem:
    """One of the fourteen industrial ecosystems of the European Union, named in all languages."""

    number: int
    slug: str
    names: dict[str, str]
    source: str

    @property
    def code(self) -> str:
        return f"ECO-{self.number:02}"


@dataclass(frozen=True, slots=True)
class KnownCentre:
    """A Common Resource Centre of the Ukrainian Cluster Alliance."""

    code: str
    slug: str
    name_en: str
    name_uk: str
    industry: str
    main_ecosystem: str
    further_ecosystems: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class NutsRegion:
    """A region of NUTS 2021, level 0 (country) to 3; `parent` is the code one level up."""

    code: str
    level: int
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Oblast:
    """A region of Ukraine at the first level, under both of its codes."""

    iso: str
    name_uk: str
    name_en: str
    katottg: str


@dataclass(frozen=True, slots=True)
class City:
    """A city under the name used here and in GeoNames; coordinates are WGS 84 degrees."""

    country: str
    name: str
    geonames_name: str
    lat: float
    lon: float
    zone: str


@dataclass(frozen=True, slots=True)
class KnownPack:
    """What a country asks of a profile from a day on: fields filled, kinds of legal id."""

    country: str
    version: str
    from_day: date
    required: tuple[str, ...]
    schemes: tuple[str, ...]


@cache
def associations() -> dict[str, KnownAssociation]:
    """The associations by country."""
    return {
        row["country"]: KnownAssociation(
            code=row["code"],
            name=row["name_original"],
            name_en=row["name_en"],
            country=row["country"],
            city=row["city"],
            web=row["website"],
            founded=row["founded"],
            source=row["source"],
        )
        for row in _rows("associations")
    }


@cache
def clusters() -> tuple[KnownCluster, ...]:
    """All clusters, in the order of the file."""
    return tuple(
        KnownCluster(
            id=row["id"],
            name=row["name_original"],
            name_en=row["name_latin_or_english"],
            short_name=row["short_name"],
            country=row["country"],
            city=row["seat_city"],
            region=row["seat_region"],
            founded_year=int(row["founded_year"]) if row["founded_year"] else None,
            sectors=_list(row["sectors"]),
            ecosystem=row["ecosystem"],
            centre=row["crc"],
            members=int(row["members_count"]) if row["members_count"] else None,
            label=row["label"],
            web=row["website"],
            source=row["source"],
            name_found=row["name_status"] == "found",
        )
        for row in _rows("clusters")
    )


@cache
def ecosystems() -> dict[str, KnownEcosystem]:
    """The ecosystems by slug, in the order of their numbers."""
    return {
        row["slug"]: KnownEcosystem(
            number=int(row["number"]),
            slug=row["slug"],
            names={language: row[f"name_{language}"] for language in LANGUAGES},
            source=row["name_status"],
        )
        for row in _rows("ecosystems")
    }


@cache
def centres() -> dict[str, KnownCentre]:
    """The centres by slug."""
    return {
        row["slug"]: KnownCentre(
            code=row["code"],
            slug=row["slug"],
            name_en=row["name_en"],
            name_uk=row["name_uk"],
            industry=row["industry"],
            main_ecosystem=row["main_ecosystem"],
            further_ecosystems=_list(row["further_ecosystems"]),
            source=row["source"],
        )
        for row in _rows("centres")
    }


@cache
def nuts() -> dict[str, NutsRegion]:
    """NUTS 2021 of five countries, levels 0 to 3, by code."""
    return {
        row["code"]: NutsRegion(row["code"], int(row["level"]), row["name_latin"], row["parent"])
        for row in _rows("nuts")
    }


@cache
def oblasts() -> dict[str, Oblast]:
    """The 27 regions of Ukraine by ISO 3166-2 code."""
    return {
        row["iso"]: Oblast(row["iso"], row["name_uk"], row["name_en"], row["katottg"])
        for row in _rows("ua_regions")
    }


@cache
def rule_packs() -> tuple[KnownPack, ...]:
    """The packs that Talka begins with; later ones are adopted while it runs."""
    return tuple(
        KnownPack(
            country=row["country"],
            version=row["version"],
            from_day=date.fromisoformat(row["from_day"]),
            required=_list(row["required"]),
            schemes=_list(row["schemes"]),
        )
        for row in _rows("rule_packs")
    )


@cache
def cities() -> tuple[City, ...]:
    """Seats of clusters and large cities, in the order of the file."""
    return tuple(
        City(
            country=row["country"],
            name=row["name"],
            geonames_name=row["geonames_name"],
            lat=float(row["latitude"]),
            lon=float(row["longitude"]),
            zone=row["time_zone"],
        )
        for row in _rows("cities")
    )


def region_exists(scheme: str, code: str) -> bool:
    """Whether a region of this code is known under `nuts`, `iso3166-2` or `katottg`.

    Of KATOTTG only the first level is known, so of deeper codes only the form is looked at.
    """
    match scheme:
        case "nuts":
            return code in nuts()
        case "iso3166-2":
            return code in oblasts()
        case "katottg":
            return len(code) == 19 and code[:2] == "UA" and code[2:].isdigit()  # noqa: PLR2004
        case _:
            return False


def country_of_region(scheme: str, code: str) -> str:
    """The country of a region (ISO 3166-1), as its code tells."""
    return "UA" if scheme != "nuts" else code[:2]


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines(keepends=True))


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
