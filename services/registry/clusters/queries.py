"""Lists of the clusters that somebody may see, and how many there are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from services.chassis import clock, paging
from services.chassis.identity import Actor
from services.registry.associations.queries import today_for
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.searching import Wanted, matching

IN_LISTS: Final = (
    Cluster.id,
    Cluster.number,
    Cluster.name,
    Cluster.sort_name,
    Cluster.association,
    Cluster.country,
    Cluster.city,
    Cluster.ecosystem,
    Cluster.state,
    Cluster.reasons,
    Cluster.version,
    Cluster.dual_use,
    Cluster.completeness,
    Cluster.confirmed_on,
    Cluster.changed_at,
)


async def clusters_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Cluster], str | None]:
    """A page of clusters by name and the cursor of the next one; profiles are not loaded."""
    today = await today_for(session, actor, at=clock.now())
    rows = (
        select(Cluster)
        .options(load_only(*IN_LISTS, raiseload=True))
        .where(finding.visible_to(actor), matching(wanted, actor, today))
    )
    return await paging.page(session, rows, Cluster.sort_name, Cluster.id, cursor=cursor, size=size)


async def members_of(
    session: AsyncSession, clusters: Sequence[Cluster], *, on: date
) -> Mapping[UUID, int]:
    """How many members each of some clusters has on a day; those without any are absent."""
    ids = cast([cluster.id for cluster in clusters], ARRAY(Uuid))
    counted = func.counts_of_members(ids, on).table_valued("cluster_id", "members")
    found = await session.execute(select(counted.c.cluster_id, counted.c.members))
    return {row.cluster_id: row.members for row in found}


async def all_clusters(session: AsyncSession, actor: Actor, wanted: Wanted) -> Sequence[Cluster]:
    """All clusters that are wanted with their profiles, by name."""
    today = await today_for(session, actor, at=clock.now())
    rows = (
        select(Cluster)
        .where(finding.visible_to(actor), matching(wanted, actor, today))
        .order_by(Cluster.sort_name, Cluster.id)
    )
    return (await session.scalars(rows)).all()


async def clusters_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many clusters the actor may see of what is wanted."""
    today = await today_for(session, actor, at=clock.now())
    seen = select(func.count()).where(finding.visible_to(actor), matching(wanted, actor, today))
    return (await session.execute(seen)).scalar_one()
