"""The clusters of one's own association, to choose from in a form."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.states import ENDED

MOST: Final = 500  # an association has some dozens


async def own_clusters(session: AsyncSession, actor: Actor) -> Sequence[tuple[str, str]]:
    """Pairs of number and name, by name; those that have ended are left out."""
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
    return [(number, f"{name} · {number}") for number, name in await session.execute(mine)]
