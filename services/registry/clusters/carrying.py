"""The figures that a cluster carries on from those it succeeded, by the rule of each end.

`sum`: every successor carries them; `main_successor`: the first one alone; `stop`: nobody. Rules
hold over several ends: who succeeds a successor carries on what that one carried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import FiguresRule
from services.chassis.identity import Actor
from services.registry.clusters.ending import Succession
from services.registry.copies.queries import Counted, visits_counted


@dataclass(frozen=True, slots=True)
class Figures:
    """Visits that took place: the cluster's own, and with those of the clusters it carries on."""

    own: Counted
    with_carried: Counted
    carried: Sequence[UUID]


async def figures_of(session: AsyncSession, actor: Actor, cluster_id: UUID) -> Figures:
    """The figures of a cluster, as far as the actor may see its visits and their clusters."""
    carried = await _carried(session, cluster_id)
    own = await visits_counted(session, actor, [cluster_id])
    with_carried = await visits_counted(session, actor, [cluster_id, *carried])
    return Figures(own, with_carried, carried)


async def _carried(session: AsyncSession, cluster_id: UUID) -> Sequence[UUID]:
    first = and_(Succession.figures_rule == FiguresRule.MAIN_SUCCESSOR, Succession.position == 0)
    carries = or_(Succession.figures_rule == FiguresRule.SUM, first)
    links = (
        select(Succession.predecessor_id.label("id"))
        .where(Succession.successor_id == cluster_id, carries)
        .cte("carried", recursive=True)
    )
    before = (
        select(Succession.predecessor_id)
        .join(links, links.c.id == Succession.successor_id)
        .where(carries)
    )
    carried = links.union(before)
    return (await session.scalars(select(carried.c.id).order_by(carried.c.id))).all()
