"""Declarations of what the demo's clusters hold: members, labels, programmes, sites, offers.

Programmes are real and so are labels as far as their sources name them; everything else is
invented, the same every time, and says so in its note.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any, Final

from contracts.legal_ids import check_digit_of
from contracts.reference import KnownCluster, clusters
from contracts.reference.programmes import programmes
from deploy.local.demo_clusters import SCHEMES, SOURCE, seat_of

NOTE: Final = "Demo values, invented."
LEVELS: Final = ("bronze", "silver", "gold")
DUAL_USE: Final = "dual-use"
CALLS: Final = tuple(
    code for code, each in programmes().items() if each.kind in {"call", "mobility scheme"}
)
MEMBERS: Final = (  # the name in English, the kind, the size class
    ("Precision Works", "sme", "small"),
    ("Software House", "sme", "micro"),
    ("Family Foods", "sme", "medium"),
    ("Institute of Technology", "research", "large"),
    ("Training Centre", "training", "small"),
    ("Steel Group", "large", "large"),
)
TAGS: Final = (
    ("cnc machining", "prototypes"),
    ("training", "apprentices"),
    ("energy audit", "heat pumps"),
    ("packaging", "export"),
)
CENTRES: Final = {
    "agri-food": "CRC-AGR",
    "eam": "CRC-EAM",
    "medical": "CRC-MED",
    "textile": "CRC-TEX",
    "utilities": "CRC-UTL",
    DUAL_USE: "CRC-DUA",
}


Declared = tuple[str, dict[str, Any]]  # the thing that is declared, and its data


def holdings_of(country: str, on: date) -> list[dict[str, Any]]:
    """The structured CloudEvents about one association's clusters, as of that day."""
    own = [cluster for cluster in clusters() if cluster.country == country]
    declared = [*_labels(own), *_of_the_first(own, on)]
    declared += [_site(cluster) for cluster in own if cluster.centre == DUAL_USE][:1]
    return [_event(kind, data, on) for kind, data in declared]


def services_of(quarter: str, on: date) -> list[dict[str, Any]]:
    """What each centre offers in a quarter."""
    offered = (("Export coaching", 12), ("Use of the test laboratory", 20))
    return [
        _event(
            "centre_service",
            {
                "ref": f"{code}/{quarter}/{capacity}",
                "centre": code,
                "texts": {"en": text},
                "languages": ["uk", "en"],
                "capacity": capacity,
                "quarter": quarter,
                "note": NOTE,
            },
            on,
        )
        for code in CENTRES.values()
        for text, capacity in offered
    ]


def _of_the_first(own: list[KnownCluster], on: date) -> Iterator[Declared]:
    for number, cluster in enumerate(islice(own, 8)):
        yield from _members(cluster)
        yield _participation(cluster, number)
        if cluster.centre != DUAL_USE:  # its site is declared for every association
            yield _site(cluster)
        yield _offer(cluster, number, on)


def _labels(own: list[KnownCluster]) -> Iterator[Declared]:
    """A label as its source names it: "gold 2015", "bronze until 2018", "silver"."""
    for cluster in own:
        level, _, rest = cluster.label.partition(" ")
        if level not in LEVELS:
            continue
        year = int(rest[-4:]) if rest[-4:].isdigit() else 2025
        until = date(year, 12, 31) if rest.startswith("until") else date(year + 2, 12, 31)
        yield (
            "label",
            {
                "ref": f"label/{cluster.id}"[:64],
                "cluster": {"ref": cluster.id},
                "level": level,
                "issuer": "European Secretariat for Cluster Analysis",
                "from_day": (until - timedelta(days=730)).isoformat(),
                "until_day": until.isoformat(),
                "note": f"Demo values: days, issuer. Source of the label: {cluster.source}"[:500],
            },
        )


def _members(cluster: KnownCluster) -> Iterator[Declared]:
    chance = Random(f"members of {cluster.id}")  # noqa: S311 - the same every time, no secret
    for name, kind, size in chance.sample(MEMBERS, 4):
        scheme, length = SCHEMES[cluster.country]
        stem = str(chance.randrange(10 ** (length - 2), 10 ** (length - 1)))
        digit = check_digit_of(scheme, stem)
        if digit is None:
            continue
        place = seat_of(cluster, chance)
        title = f"{name} {place['settlement']} {stem[-3:]}"
        yield (
            "member",
            {
                "ref": f"member/{cluster.id}/{stem}",
                "cluster": {"ref": cluster.id},
                "organisation": {
                    "legal_id": {"scheme": scheme.value, "value": f"{stem}{digit}"},
                    "names": {"original": title, "en": title},
                    "kind": kind,
                    "size_class": size,
                    "size_day": "2025-12-31",
                    "place": place,
                },
                "joined_day": date(2025, chance.randint(1, 12), chance.randint(1, 28)).isoformat(),
                "note": NOTE,
            },
        )


def _participation(cluster: KnownCluster, number: int) -> Declared:
    chance = Random(f"programme of {cluster.id}")  # noqa: S311 - the same every time, no secret
    first = date(chance.randint(2021, 2024), chance.randint(1, 12), 1)
    return (
        "participation",
        {
            "ref": f"project/{cluster.id}",
            "holder": {"cluster": {"ref": cluster.id}},
            "programme": CALLS[number % len(CALLS)],
            "call_id": CALLS[number % len(CALLS)],
            "role": chance.choice(("coordinator", "partner", "associated")),
            "from_day": first.isoformat(),
            "until_day": (first + timedelta(days=1095)).isoformat(),
            "budget_share": {"cents": chance.randint(20, 200) * 100_000, "currency": "EUR"},
            "activities": ["capacity_building", "networking"],
            "note": NOTE,
        },
    )


def _site(cluster: KnownCluster) -> Declared:
    chance = Random(f"site of {cluster.id}")  # noqa: S311 - the same every time, no secret
    wartime = cluster.country == "UA"
    place = seat_of(cluster, chance)
    return (
        "site",
        {
            "ref": f"site/{cluster.id}",
            "holder": {"cluster": {"ref": cluster.id}},
            "names": {"en": f"Hall of {cluster.short_name or cluster.name_en}"},
            "place": place,
            "seats": chance.choice((12, 24, 40, 80)),
            "step_free": chance.random() < 2 / 3,
            "booth": chance.random() < 1 / 3,
            "shelter_minutes": chance.randint(0, 6) if wartime else None,
            "generator": wartime,
            "satellite": wartime and chance.random() < 1 / 2,
            "parking": chance.randint(0, 40),
            "opened_day": "2024-01-01",
            "dual_use": cluster.centre == DUAL_USE,
            "note": NOTE,
        },
    )


def _offer(cluster: KnownCluster, number: int, on: date) -> Declared:
    tags = TAGS[number % len(TAGS)]
    kind = "offer" if number % 2 else "request"
    return (
        "offer",
        {
            "ref": f"offer/{cluster.id}",
            "holder": {"cluster": {"ref": cluster.id}},
            "kind": kind,
            "tags": list(tags),
            "text": {"en": f"{tags[0].capitalize()}, {tags[1]}"},
            "intent": "joint project",
            "until_day": (on + timedelta(days=60 + 20 * number)).isoformat(),
            "anonymous": number % 3 == 0,
            "note": NOTE,
        },
    )


def _event(kind: str, data: dict[str, Any], on: date) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{data['ref']}@{on}" if kind == "offer" else data["ref"],  # an offer's end moves on
        "source": SOURCE,
        "type": f"talka.registry.{kind}.declared.v1",
        "datacontenttype": "application/json",
        "data": data,
    }
