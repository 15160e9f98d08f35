"""The clusters of one's own association, to choose from in a form."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.states import ENDED

MOST: Final = 500  # an association has some dozens


async def own_clusters(session: AsyncSession, actor: Actor) -> Sequence[tuple[str, str]]:
    """Pairs of number and name, by name; those that have ended are left out.

    A cluster administrator chooses from the clusters that are the own ones.
    """
    mine = (
        select(Cluster.number, Cluster.name)
        .where(
            finding.visible_to(actor),
            Cluster.association == actor.association,
            Cluster.state.not_in(ENDED),
        )
        .order_by(Cluster.sort_name, Cluster.id)
        .limit(MOST)
    )
    if not actor.is_(BACK_OFFICE):
        own = UUID(actor.id.removeprefix("staff:"))
        mine = mine.where(Cluster.administrators.contains([own]))
    return [(number, f"{name} · {number}") for number, name in await session.execute(mine)]
