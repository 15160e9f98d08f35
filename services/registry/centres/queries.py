"""Centres and what belongs to them, as far as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import CentreRole
from services.chassis import clock, paging
from services.chassis.identity import Actor
from services.registry.associations.queries import today_for
from services.registry.centres import finding as centre_finding
from services.registry.centres.model import Centre, CentreLink, CentreService
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.searching import linked_on

Linked = Row[CentreLink, str, str]  # with number and name of the cluster


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A centre in the list: how many clusters it serves, its twins, what is left this quarter."""

    centre: Centre
    served: int
    twins: int
    capacity: int
    left: int


async def centres_page(
    session: AsyncSession, actor: Actor, quarter: str, *, cursor: str | None, size: int
) -> tuple[Sequence[CentreRow], str | None]:
    """A page of centres by code, with what is left of that quarter."""
    rows = select(Centre).where(centre_finding.visible_to(actor))
    centres, following = await paging.page(session, rows, Centre.code, cursor=cursor, size=size)
    ids = [centre.id for centre in centres]
    links = await _links_by_role(session, actor, ids)
    room = await _room(session, ids, quarter)
    shown = [
        CentreRow(
            centre,
            links.get((centre.id, CentreRole.SERVED), 0),
            links.get((centre.id, CentreRole.TWIN), 0),
            *room.get(centre.id, (0, 0)),
        )
        for centre in centres
    ]
    return shown, following


async def links_of(session: AsyncSession, actor: Actor, centre: Centre) -> Sequence[Linked]:
    """The clusters that belong to a centre now, served ones first, by name."""
    today = await today_for(session, actor, at=clock.now())
    rows = (
        select(CentreLink, Cluster.number, Cluster.name)
        .join(Cluster, Cluster.id == CentreLink.cluster_id)
        .where(
            CentreLink.centre_id == centre.id,
            linked_on(today, CentreLink.from_day, CentreLink.until_day),
            finding.visible_to(actor),
        )
        .order_by(CentreLink.role, Cluster.sort_name, Cluster.id)
    )
    return (await session.execute(rows)).all()


async def services_of(
    session: AsyncSession, centre: Centre, *, since: str
) -> Sequence[CentreService]:
    """The services that are offered from a quarter on, by quarter."""
    rows = select(CentreService).where(
        CentreService.centre_id == centre.id,
        CentreService.quarter >= since,
        CentreService.withdrawn_at.is_(None),
    )
    return (await session.scalars(rows.order_by(CentreService.quarter, CentreService.id))).all()


async def centres_of(
    session: AsyncSession, actor: Actor, cluster_id: UUID
) -> Sequence[Row[Centre, CentreLink]]:
    """The centres to which one cluster belongs now."""
    today = await today_for(session, actor, at=clock.now())
    rows = (
        select(Centre, CentreLink)
        .join(CentreLink, CentreLink.centre_id == Centre.id)
        .where(
            CentreLink.cluster_id == cluster_id,
            linked_on(today, CentreLink.from_day, CentreLink.until_day),
            centre_finding.visible_to(actor),
        )
        .order_by(Centre.code)
    )
    return (await session.execute(rows)).all()


async def _links_by_role(
    session: AsyncSession, actor: Actor, centre_ids: Sequence[UUID]
) -> dict[tuple[UUID, CentreRole], int]:
    today = await today_for(session, actor, at=clock.now())
    rows = (
        select(CentreLink.centre_id, CentreLink.role, func.count())
        .join(Cluster, Cluster.id == CentreLink.cluster_id)
        .where(
            CentreLink.centre_id.in_(centre_ids),
            linked_on(today, CentreLink.from_day, CentreLink.until_day),
            finding.visible_to(actor),
        )
        .group_by(CentreLink.centre_id, CentreLink.role)
    )
    return {(centre_id, role): count for centre_id, role, count in await session.execute(rows)}


async def _room(
    session: AsyncSession, centre_ids: Sequence[UUID], quarter: str
) -> dict[UUID, tuple[int, int]]:
    capacity, used = func.sum(CentreService.capacity), func.sum(CentreService.used)
    rows = (
        select(CentreService.centre_id, capacity, capacity - used)
        .where(
            CentreService.centre_id.in_(centre_ids),
            CentreService.quarter == quarter,
            CentreService.withdrawn_at.is_(None),
        )
        .group_by(CentreService.centre_id)
    )
    return {centre_id: (room, left) for centre_id, room, left in await session.execute(rows)}
