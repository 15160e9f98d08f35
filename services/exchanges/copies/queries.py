"""Clusters and associations as exchanges knows them; every answer says as of when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.exchanges.copies.model import AssociationCopy, ClusterCopy, SiteCopy
from services.exchanges.copies.refusals import ClusterNotMatchable

NOT_THERE = mark("choose a published cluster from the list; this one is not in the catalogue")


async def find_clusters(
    session: AsyncSession, actor: Actor, *, text: str = "", country: str = "", limit: int = 50
) -> Sequence[ClusterCopy]:
    """Clusters that can visit and host, by name; every word of `text` must be found.

    Spelling, marks and script of the words do not matter.
    """
    query = select(ClusterCopy).where(ClusterCopy.matchable, *_seen_by(actor))
    for word in fold(text).split():
        query = query.where(ClusterCopy.folded.contains(word, autoescape=True))
    if country:
        query = query.where(ClusterCopy.association == country)
    return (await session.scalars(query.order_by(ClusterCopy.name_en).limit(limit))).all()


async def matchable_cluster(
    session: AsyncSession, actor: Actor, cluster_id: UUID, *, pointer: str
) -> ClusterCopy:
    """The cluster, if it can visit and host; `pointer` is the field in which it was named.

    Raises:
        ClusterNotMatchable: it is not in the catalogue, or not for this person.
    """
    mine = (ClusterCopy.cluster_id == cluster_id, ClusterCopy.matchable, *_seen_by(actor))
    cluster = await session.scalar(select(ClusterCopy).where(*mine))
    if cluster is None:
        raise ClusterNotMatchable(NOT_THERE, [Fault(pointer, ClusterNotMatchable.code, NOT_THERE)])
    return cluster


async def clusters_by_id(
    session: AsyncSession, cluster_ids: Collection[UUID]
) -> dict[UUID, ClusterCopy]:
    """The copies of these clusters, for their names; one that is not known here is left out."""
    query = select(ClusterCopy).where(ClusterCopy.cluster_id.in_(sorted(set(cluster_ids))))
    return {cluster.cluster_id: cluster for cluster in await session.scalars(query)}


async def sites_of(
    session: AsyncSession, actor: Actor, holder_id: UUID | None
) -> dict[str, SiteCopy]:
    """The open sites of one holder by id, those with the most seats first."""
    mine = (SiteCopy.holder_id == holder_id, SiteCopy.is_open, *_seen_by(actor, SiteCopy))
    rows = select(SiteCopy).where(*mine)
    found = await session.scalars(rows.order_by(SiteCopy.seats.desc(), SiteCopy.site_id))
    return {str(site.site_id): site for site in found}


async def associations(session: AsyncSession) -> dict[str, AssociationCopy]:
    """The associations by country."""
    return {copy.association: copy for copy in await session.scalars(select(AssociationCopy))}


async def clusters_as_of(session: AsyncSession) -> datetime | None:
    """The time of the newest fact about a cluster that has come here."""
    return await session.scalar(select(func.max(ClusterCopy.as_of)))


def _seen_by(
    actor: Actor, copy: type[ClusterCopy | SiteCopy] = ClusterCopy
) -> tuple[ColumnElement[bool], ...]:
    return () if actor.is_vetted else (copy.dual_use.is_(False),)
