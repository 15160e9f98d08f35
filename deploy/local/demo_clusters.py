"""Declarations of the 182 real clusters, with invented values where their sources are silent.

The same declarations come out every time. Each says in its note which of its values are demo
values; legal ids have right check digits and belong to nobody on purpose.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any, Final

from contracts.declarations import ClusterDeclared
from contracts.legal_ids import LegalIdScheme, check_digit_of
from contracts.reference import KnownCluster, cities, clusters
from contracts.vocabulary import RegionScheme

SOURCE: Final = "urn:talka:demo"

SCHEMES: Final = {
    "CZ": (LegalIdScheme.CZ_ICO, 8),
    "LT": (LegalIdScheme.LT_CODE, 9),
    "PL": (LegalIdScheme.PL_NIP, 10),
    "RO": (LegalIdScheme.RO_CUI, 8),
    "SK": (LegalIdScheme.SK_ICO, 8),
    "UA": (LegalIdScheme.UA_EDRPOU, 8),
}
LEGAL_FORMS: Final = {
    "CZ": "zapsaný spolek",
    "LT": "asociacija",
    "PL": "stowarzyszenie",
    "RO": "asociație",
    "SK": "záujmové združenie právnických osôb",
    "UA": "громадська спілка",
}
LANGUAGES: Final = {"CZ": "cs", "LT": "lt", "PL": "pl", "RO": "ro", "SK": "sk", "UA": "uk"}

# a city for each region of which the sources name no city
CITY_OF_REGION: Final = {
    "CZ053": "Pardubice",
    "CZ071": "Olomouc",
    "CZ072": "Zlín",
    "PL22": "Katowice",
    "PL91": "Warszawa",
    "RO11": "Cluj-Napoca",
    "RO12": "Brașov",
    "RO21": "Iași",
    "RO22": "Galați",
    "RO31": "Ploiești",
    "RO32": "București",
    "RO41": "Craiova",
    "RO42": "Timișoara",
    "SK010": "Bratislava",
    "SK031": "Žilina",
    "UA-09": "Sievierodonetsk",
    "UA-51": "Odesa",
    "UA-56": "Rivne",
}

# Mazowieckie is two regions, of which sources do not say which one: that of its largest city
SMALLER: Final = {"PL9": "PL91"}

RELOCATED: Final = {"ua-donbas-it": "Lviv"}  # where a cluster works since it left its seat


def declarations_of(country: str) -> list[dict[str, Any]]:
    """The structured CloudEvents of one association's clusters, in the order of the file."""
    return [_event(each.id, _data(each)) for each in clusters() if each.country == country]


def declaration_of(cluster: KnownCluster, *, note: str) -> dict[str, Any]:
    """The structured CloudEvent of one cluster, with a note of its own."""
    return _event(cluster.id, _data(cluster) | {"note": note})


def revised(country: str) -> dict[str, Any]:
    """Another declaration of a published cluster, with more than a small change."""
    cluster = [each for each in clusters() if each.country == country][-1]
    data = _data(cluster)
    data["staff_fte"] += 1
    return _event(f"{cluster.id}/revised", data)


def _event(name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": name,
        "source": SOURCE,
        "type": ClusterDeclared.type,
        "datacontenttype": "application/json",
        "data": data,
    }


def _data(cluster: KnownCluster) -> dict[str, Any]:
    chance = Random(cluster.id)  # noqa: S311 - the same values every time, and no secret
    own = LANGUAGES[cluster.country]
    themes = ", ".join(cluster.sectors) or cluster.ecosystem or "industry"
    data: dict[str, Any] = {
        "ref": cluster.id,
        "legal_id": _legal_id(cluster.country, chance),
        "names": {"original": cluster.name, "en": cluster.name_en},
        "legal_form": LEGAL_FORMS[cluster.country],
        "established": _established(cluster, chance).isoformat(),
        "seat": seat_of(cluster, chance),
        "languages": [own, "en"],
        "ecosystem": cluster.ecosystem or "digital",
        "technologies": list(cluster.sectors),
        "web": cluster.web or f"https://{cluster.id}.example",
        "staff_fte": chance.randint(1, 16) / 2,
        "services": {"en": f"Joint projects, training and contacts: {themes}"},
        "dual_use": cluster.centre == "dual-use",
        "note": _note(cluster),
    }
    if cluster.id in RELOCATED:
        data["operating_place"] = _place(cluster.country, RELOCATED[cluster.id])
    if cluster.short_name:
        data["short_name"] = cluster.short_name
    if cluster.label:
        data["recognition"] = {"programme": "Quality label of the ECEI", "document": cluster.label}
    return data


def _legal_id(country: str, chance: Random) -> dict[str, str]:
    scheme, length = SCHEMES[country]
    while True:
        stem = str(chance.randrange(10 ** (length - 2), 10 ** (length - 1)))
        digit = check_digit_of(scheme, stem)
        if digit is not None:
            return {"scheme": scheme.value, "value": f"{stem}{digit}"}


def _established(cluster: KnownCluster, chance: Random) -> date:
    year = cluster.founded_year or chance.randint(2005, 2021)
    return date(year, chance.randint(1, 12), chance.randint(1, 28))


def seat_of(cluster: KnownCluster, chance: Random) -> dict[str, Any]:
    """Where the sources say that it sits; a seat of its country where they are silent."""
    city, region = cluster.city, SMALLER.get(cluster.region, cluster.region)
    if not region:
        known = [(c, r) for c, r in _known_seats(cluster.country) if city in ("", c)]
        city, region = chance.choice(known)
    return _place(cluster.country, city or CITY_OF_REGION[region], region)


def _place(country: str, city: str, region: str = "") -> dict[str, Any]:
    """A city with its coordinates; its region from what the sources say when none is given."""
    scheme = RegionScheme.ISO_3166_2 if country == "UA" else RegionScheme.NUTS
    code = region or next(r for c, r in _known_seats(country) if c == city)
    place: dict[str, Any] = {
        "country": country,
        "region": {"scheme": scheme.value, "code": code},
        "settlement": city,
    }
    for known_city in cities():
        if (known_city.country, known_city.name) == (country, city):
            place |= {"lat": known_city.lat, "lon": known_city.lon}
    return place


def _known_seats(country: str) -> list[tuple[str, str]]:
    """Pairs of city and region that the sources name together, sorted."""
    return sorted(
        {(c.city, c.region) for c in clusters() if c.country == country and c.city and c.region}
    )


def _note(cluster: KnownCluster) -> str:
    return f"Demo values: {', '.join(_invented(cluster))}. Source of the rest: {cluster.source}"[
        :500
    ]


def _invented(cluster: KnownCluster) -> Iterator[str]:
    yield from ("legal id", "legal form", "staff", "services", "languages")
    if cluster.founded_year is None:
        yield "year of foundation"
    yield "day of foundation"
    if not (cluster.city and cluster.region):
        yield "seat"
    if not cluster.ecosystem:
        yield "ecosystem"
    if not cluster.web:
        yield "web page"
