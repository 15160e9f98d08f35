"""The snapshot of clusters beside their stream: everything at first, then what changed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Uuid, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterEvent
from services.chassis import paging, snapshots
from services.chassis.history import history
from services.chassis.http import Acting, Router
from services.chassis.identity import Actor
from services.chassis.paging import Cursor, Size
from services.registry.clusters import finding
from services.registry.clusters.answers import ClusterOut
from services.registry.clusters.model import Cluster

router = Router(prefix="/registry/v1/snapshots", tags=["clusters"])


class ClusterSnapshot(BaseModel):
    """A cluster after its event number `sequence`; one that is `gone` is not for you any more."""

    id: UUID
    sequence: int
    gone: bool
    cluster: ClusterOut | None = None


class ClusterSnapshots(BaseModel):
    """A page. `modified_since` is what to ask with next time, once there is no `next` page."""

    items: list[ClusterSnapshot]
    next: str | None = None
    modified_since: str


@router.get("/clusters")
async def clusters(
    session: snapshots.Frozen,
    actor: Acting,
    *,
    modified_since: snapshots.Since = None,
    cursor: Cursor = None,
    limit: Size = 100,
) -> ClusterSnapshots:
    """The clusters you may see now, by id; with `modified_since` those that changed since then.

    To join it with the topic `registry.clusters`: begin to read the topic, take the snapshot, then
    apply of each subject only events whose sequence is higher than the one told here. Nothing is
    lost and nothing comes twice, whatever is written meanwhile. Who may not see a cluster while it
    is suspended asks with `modified_since` when an event tells that it is back.
    """
    seen = await snapshots.mark_of(session)
    wanted = _wanted(actor, modified_since)
    if cursor is not None:
        seen, after = (str(each) for each in paging.values_of(cursor, str, UUID))
        wanted = and_(wanted, history.c.subject > after)
    found = await _subjects(session, wanted, limit + 1)
    page = [UUID(subject) for subject, _ in found[:limit]]
    known = await _visible(session, actor, page)
    return ClusterSnapshots(
        items=[_item(UUID(subject), at, known, actor) for subject, at in found[:limit]],
        next=paging.cursor_of(seen, page[-1]) if len(found) > limit else None,
        modified_since=seen,
    )


def _wanted(actor: Actor, since: str | None) -> ColumnElement[bool]:
    """Full: what is visible. Delta: what changed and was ever readable, be it visible or not."""
    of_clusters = history.c.topic == ClusterEvent.topic
    if since is not None:
        changed = snapshots.changed(ClusterEvent.topic, since)
        return and_(of_clusters, history.c.subject.in_(select(changed)))
    visible = select(Cluster.id).where(finding.visible_to(actor))
    return and_(of_clusters, cast(history.c.subject, Uuid).in_(visible))


async def _subjects(
    session: AsyncSession, wanted: ColumnElement[bool], most: int
) -> Sequence[tuple[str, int]]:
    """Subjects with the number of their last event, also where that one is not for the reader."""
    query = (
        select(history.c.subject, func.last_sequence(history.c.subject))
        .where(wanted)
        .group_by(history.c.subject)
        .order_by(history.c.subject)
        .limit(most)
    )
    return [(subject, sequence) for subject, sequence in await session.execute(query)]


async def _visible(
    session: AsyncSession, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, Cluster]:
    query = select(Cluster).where(Cluster.id.in_(ids), finding.visible_to(actor))
    return {cluster.id: cluster for cluster in await session.scalars(query)}


def _item(
    cluster_id: UUID, sequence: int, known: Mapping[UUID, Cluster], actor: Actor
) -> ClusterSnapshot:
    cluster = known.get(cluster_id)
    return ClusterSnapshot(
        id=cluster_id,
        sequence=sequence,
        gone=cluster is None,
        cluster=ClusterOut.of(cluster, actor) if cluster else None,
    )
