"""Regions as pages and filters speak of them: one key for all codes of a region, names, lists.

NUTS names the regions of five countries. Of Ukraine the first level is used: an ISO 3166-2 code,
and any KATOTTG code that lies in it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from contracts.reference import NutsRegion, nuts, oblasts, region_exists
from contracts.vocabulary import COUNTRIES, Region, RegionScheme

LISTED: Final = 2  # of NUTS: the level that filters begin with

Options = Sequence[tuple[str, str]]


def key_of(region: Region) -> str:
    """The code under which a region is kept and counted; a longer one lies in a shorter one."""
    if region.scheme is RegionScheme.KATOTTG:
        return _oblasts_by_katottg().get(region.code[:4], region.code)
    return region.code


def name_of(key: str, language: str) -> str:
    """The region's name; of Ukraine in Ukrainian or else in English, others as NUTS has them."""
    if key in oblasts():
        found = oblasts()[key]
        return found.name_uk if language == "uk" else found.name_en
    return nuts()[key].name if key in nuts() else key


def country_of(key: str) -> str:
    """The country that a key or the value of a choice lies in."""
    return key.rpartition(":")[2][:2]


def read(choice: str) -> Region | None:
    """The region that a choice of a form stands for, `nuts:CZ064`."""
    scheme, _, code = choice.partition(":")
    return Region(scheme=RegionScheme(scheme), code=code) if scheme in set(RegionScheme) else None


def choice_of(region: Region) -> str:
    """The region as a form writes it."""
    return f"{region.scheme}:{region.code}"


def choices(
    language: str, *, countries: Sequence[str] = COUNTRIES, chosen: str = "", own: str = ""
) -> list[tuple[str, Options]]:
    """Groups of regions to choose a place's from; those of the `own` country come first.

    The chosen one stays in its own scheme; one that no list offers, such as the whole country of
    an imported seat, stands before them.
    """
    known = read(chosen)
    offered: list[tuple[str, Options]] = [
        (group, [(_as_chosen(value, known), name) for value, name in options])
        for country in sorted(countries, key=lambda country: country != own)
        for group, options in _groups(country, language)
    ]
    listed = {value for _, options in offered for value, _ in options}
    if known is None or chosen in listed or not region_exists(known.scheme, known.code):
        return offered
    return [(country_of(chosen), [(chosen, name_of(key_of(known), language))]), *offered]


@cache
def within(key: str) -> tuple[str, ...]:
    """The region and those around it, the smallest first, without the country as a whole."""
    if key not in nuts():
        return (key,)
    around = [key]
    while nuts()[around[-1]].level > LISTED:
        around.append(nuts()[around[-1]].parent)
    return tuple(around)


def _groups(country: str, language: str) -> Iterator[tuple[str, Options]]:
    if country == "UA":
        yield (
            country,
            [
                (f"katottg:{each.katottg}", name_of(each.iso, language))
                for each in oblasts().values()
            ],
        )
        return
    for area in (each for each in nuts().values() if _is_listed(each, country)):
        inside = [each for each in nuts().values() if each.parent == area.code]
        yield area.name, [(f"nuts:{each.code}", each.name) for each in inside]


def _is_listed(region: NutsRegion, country: str) -> bool:
    return region.level == LISTED and region.code.startswith(country)


def _as_chosen(value: str, chosen: Region | None) -> str:
    offered = read(value)
    if chosen and offered and key_of(offered) == key_of(chosen):
        return choice_of(chosen)
    return value


@cache
def _oblasts_by_katottg() -> dict[str, str]:
    return {each.katottg[:4]: each.iso for each in oblasts().values()}
