"""How many clusters each further choice of a search would find, as far as the actor may see."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    CTE,
    CompoundSelect,
    Select,
    Text,
    cast,
    desc,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import clock
from services.chassis.identity import Actor
from services.registry.associations.queries import today_for
from services.registry.clusters import finding, regions
from services.registry.clusters.model import Cluster
from services.registry.clusters.searching import (
    CENTRES,
    LABELS,
    LINKS,
    REGION_COLUMNS,
    Wanted,
    label_in_force,
    link_in_force,
    matching,
    shown_state,
)

MOST: Final = 40  # choices of one facet, the most frequent first

Counts = Mapping[str, int]
Choices = Callable[[CTE, Actor, date], Select[Any]]


@dataclass(frozen=True, slots=True)
class Facets:
    """Of each facet its choices with their counts; `regions` counts larger ones with theirs."""

    countries: Counts
    regions: Counts
    ecosystems: Counts
    technologies: Counts
    labels: Counts
    centres: Counts
    states: Counts


async def facets_of(session: AsyncSession, actor: Actor, wanted: Wanted) -> Facets:
    """The choices that are left; a facet that is chosen shows what it would be without."""
    today = await today_for(session, actor, at=clock.now())
    counts: dict[str, dict[str, int]] = {facet: {} for facet in CHOICES}
    for facet, choice, number in await session.execute(_counted(actor, wanted, today)):
        counts[facet][choice] = number
    frequent = list(counts["technology"].items())[:MOST]
    return Facets(
        countries=counts["country"],
        regions=_rolled_up(counts["region"]),
        ecosystems=counts["ecosystem"],
        technologies=dict(frequent),
        labels=counts["label"],
        centres=counts["centre"],
        states=counts["state"],
    )


def _counted(actor: Actor, wanted: Wanted, today: date) -> CompoundSelect[str, str, int]:
    """All counts in one statement: each search is done once, whatever is counted of it."""
    found: dict[Wanted, CTE] = {}
    counts = []
    for facet, choices in CHOICES.items():
        narrowed = wanted.without(facet)
        if narrowed not in found:
            found[narrowed] = _found(actor, narrowed, today, f"found_{len(found)}")
        chosen = choices(found[narrowed], actor, today).subquery()
        [each] = chosen.c
        columns = (
            literal(facet).label("facet"),
            cast(each, Text).label("choice"),
            func.count().label("many"),
        )
        counts.append(select(*columns).group_by(each))
    return union_all(*counts).order_by(desc("many"), "choice")


def _found(actor: Actor, wanted: Wanted, today: date, name: str) -> CTE:
    rows = select(
        Cluster.id,
        Cluster.country,
        Cluster.ecosystem,
        Cluster.technologies,
        shown_state(actor).label("state"),
        REGION_COLUMNS[wanted.basis].label("region"),
    ).where(finding.visible_to(actor), matching(wanted, actor, today))
    return rows.cte(name).prefix_with("materialized", dialect="postgresql")


def _of(name: str) -> Choices:
    return lambda found, _, __: select(found.c[name])


def _labels(found: CTE, _: Actor, today: date) -> Select[Any]:
    return select(LABELS.c.level).join_from(found, LABELS, label_in_force(found.c.id, today))


def _centres(found: CTE, actor: Actor, today: date) -> Select[Any]:
    return (
        select(CENTRES.c.code)
        .join_from(found, LINKS, LINKS.c.cluster_id == found.c.id)
        .join(CENTRES, link_in_force(found.c.id, actor, today))
    )


CHOICES: Final[Mapping[str, Choices]] = {
    "country": _of("country"),
    "region": _of("region"),
    "ecosystem": _of("ecosystem"),
    "technology": lambda found, _, __: select(func.unnest(found.c.technologies)),
    "label": _labels,
    "centre": _centres,
    "state": _of("state"),
}


def _rolled_up(counts: Counts) -> Counts:
    """A region of the finest level counts for the one around it too."""
    found: Counter[str] = Counter()
    for key, number in counts.items():
        for region in regions.within(key):
            found[region] += number
    return dict(sorted(found.items()))
