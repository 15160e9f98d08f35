"""How many clusters each further choice of a search would find, as far as the actor may see."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
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
    technology = func.unnest(Cluster.technologies).column_valued("technology")
    place = REGION_COLUMNS[wanted.basis]

    async def counted(facet: str, value: Any, rows: Select[Any] | None = None) -> Counts:
        seen = (finding.visible_to(actor), matching(wanted.without(facet)))
        chosen = (rows if rows is not None else select(Cluster.id)).where(*seen)
        many = func.count()
        query = (
            chosen.with_only_columns(value, many)
            .group_by(value)
            .order_by(many.desc(), value)
            .limit(MOST if facet == "technology" else None)
        )
        return {str(key): number for key, number in await session.execute(query)}

    labels = _joined(LABELS, label_in_force(today))
    centres = select(Cluster.id).select_from(Cluster).join(LINKS, LINKS.c.cluster_id == Cluster.id)
    return Facets(
        countries=await counted("country", Cluster.country),
        regions=_rolled_up(await counted("region", place)),
        ecosystems=await counted("ecosystem", Cluster.ecosystem),
        technologies=await counted("technology", technology, select(Cluster.id, technology)),
        labels=await counted("label", LABELS.c.level, labels),
        centres=await counted(
            "centre", CENTRES.c.code, centres.join(CENTRES, link_in_force(today))
        ),
        states=await counted("state", Cluster.state),
    )


def _joined(other: Any, condition: ColumnElement[bool]) -> Select[Any]:
    return select(Cluster.id).select_from(Cluster).join(other, condition)


def _rolled_up(counts: Counts) -> Counts:
    """A region of the finest level counts for the one around it too."""
    found: Counter[str] = Counter()
    for key, number in counts.items():
        for region in regions.within(key):
            found[region] += number
    return dict(sorted(found.items()))
