"""How many clusters each further choice of a search would find, as far as the actor may see."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import clock
from services.chassis.identity import Actor
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
)

MOST: Final = 40  # choices of one facet, the most frequent first

Counts = Mapping[str, int]


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
    today = clock.now().date()
    of_labels = select(LABELS.c.level).join_from(Cluster, LABELS, label_in_force(today))
    of_centres = (
        select(CENTRES.c.code)
        .join_from(Cluster, LINKS, LINKS.c.cluster_id == Cluster.id)
        .join(CENTRES, link_in_force(today))
    )
    values = {
        "country": select(Cluster.country),
        "region": select(REGION_COLUMNS[wanted.basis]),
        "ecosystem": select(Cluster.ecosystem),
        "technology": select(func.unnest(Cluster.technologies)),
        "label": of_labels,
        "centre": of_centres,
        "state": select(Cluster.state),
    }
    counts = {
        facet: await _counted(session, actor, wanted.without(facet), value)
        for facet, value in values.items()
    }
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


async def _counted(
    session: AsyncSession, actor: Actor, wanted: Wanted, value: Select[Any]
) -> Counts:
    found = value.where(finding.visible_to(actor), matching(wanted)).subquery()
    [each] = found.c
    many = func.count()
    query = select(each, many).group_by(each).order_by(many.desc(), each)
    return {str(key): number for key, number in await session.execute(query)}


def _rolled_up(counts: Counts) -> Counts:
    """A region of the finest level counts for the one around it too."""
    found: Counter[str] = Counter()
    for key, number in counts.items():
        for region in regions.within(key):
            found[region] += number
    return dict(sorted(found.items()))
