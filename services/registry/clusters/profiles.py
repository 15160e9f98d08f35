"""What can be said of a profile by looking at it alone: differences, gaps, search text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from contracts.reference import cities, ecosystems
from contracts.registry import ClusterProfile
from services.chassis.folding import fold, fold_all

# Changes of these go public at once, all others are looked at first.
SMALL: Final = frozenset(
    {
        *("services", "machine_translated", "web", "languages", "technologies"),
        "partner_regions",
    }
)

# What every country asks for; its rule pack may ask for more.
REQUIRED: Final = ("names", "web", "languages")

MATCHED_FROM: Final = 60  # a profile that is less complete is not matched

# What a filled field is worth; all of them together 100.
WEIGHTS: Final = {
    "names": 10,
    "legal_id": 10,
    "established": 5,
    "seat": 10,
    "web": 10,
    "languages": 5,
    "ecosystem": 10,
    "staff_fte": 5,
    "services": 10,
    "technologies": 10,
    "nace": 5,
    "partner_regions": 5,
    "s3_areas": 5,
}


@dataclass(frozen=True, slots=True)
class NextBest:
    """The field to fill next, and by how much the profile is more complete then."""

    field: str
    gain: int


def changed(old: ClusterProfile, new: ClusterProfile) -> tuple[str, ...]:
    """The fields that differ, in the order of the profile; the order inside a list says nothing."""
    fields = ClusterProfile.model_fields
    return tuple(
        field for field in fields if _said(getattr(old, field)) != _said(getattr(new, field))
    )


def missing(profile: ClusterProfile, required: Sequence[str] = REQUIRED) -> tuple[str, ...]:
    """The fields that a review needs and the profile leaves empty."""
    return tuple(field for field in required if not _filled(profile, field))


def completeness(profile: ClusterProfile) -> int:
    """How much of the profile is filled, 0 to 100, by the weight of its fields."""
    return sum(weight for field, weight in WEIGHTS.items() if _filled(profile, field))


def next_best(profile: ClusterProfile) -> NextBest | None:
    """The empty field that would make the profile most complete; none when all are filled."""
    empty = [field for field in WEIGHTS if not _filled(profile, field)]
    best = max(empty, key=WEIGHTS.__getitem__, default=None)
    return NextBest(best, WEIGHTS[best]) if best else None


def search_text(number: str, profile: ClusterProfile) -> str:
    """Folded: number, names, places in all their spellings, and the ecosystem in all languages."""
    known = [*_settlements(profile), *_ecosystem(profile.ecosystem)]
    return fold_all([number, *_names(profile), *known])


def _said(value: Any) -> Any:
    return frozenset(value) if isinstance(value, tuple) else value


def _names(profile: ClusterProfile) -> Iterator[str | None]:
    yield from (profile.names.original, profile.names.en, profile.short_name)


def _settlements(profile: ClusterProfile) -> Iterator[str]:
    for place in filter(None, (profile.seat, profile.operating_place)):
        yield from _spellings(place.country, place.settlement)


# folded once: places and ecosystems come again and again (never people, who may be forgotten)
@lru_cache(maxsize=4096)
def _spellings(country: str, settlement: str) -> tuple[str, ...]:
    found = [settlement]
    for city in cities():
        if city.country == country and settlement in {city.name, city.geonames_name}:
            found += (city.name, city.geonames_name)
    return tuple(map(fold, found))


@cache
def _ecosystem(slug: str) -> tuple[str, ...]:
    ecosystem = ecosystems().get(slug)
    return () if ecosystem is None else tuple(map(fold, ecosystem.names.values()))


def _filled(profile: ClusterProfile, field: str) -> bool:
    value = getattr(profile, field)
    if field == "names":
        return bool(profile.names.original.strip() and profile.names.en.strip())
    return bool(value)
