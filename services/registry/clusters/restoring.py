"""Giving a cluster back the profile that it had before some facts, of which they are the last."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.registry import (
    ClusterDrafted,
    ClusterRevised,
    ClusterRevisionStarted,
    Reason,
)
from contracts.vocabulary import ClusterState, Pointer
from services.chassis import history
from services.chassis.identity import Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.model import Cluster
from services.registry.clusters.pasts import Past, as_told
from services.registry.clusters.pointing import own_cluster


async def restore(
    session: AsyncSession,
    actor: Actor,
    said: Sequence[Event],
    *,
    before: int,
    reason: str,
    at: datetime,
) -> list[Event]:
    """Let the profile be again what it was before the fact number `before`.

    Nothing comes of it where the former one is not known any more, or the facts are others than
    those of a changed profile.

    Raises:
        Invalid: it is not of the actor's association.
    """
    cluster = await own_cluster(session, actor, Pointer(id=said[0].subject), at="/declaration")
    rows = await history.rows_of(session, str(cluster.id))
    facts = (history.event_of(row) for row in rows if row["sequence"] < before and row["data"])
    on = await day_at(session, cluster.association, at=at)
    former = as_told(facts, on=on)
    if former is None:
        return []
    return _restored(cluster, said[0], former, by=actor.id, reason=reason, at=at)


def _restored(
    cluster: Cluster, fact: Event, former: Past, *, by: str, reason: str, at: datetime
) -> list[Event]:
    match fact:
        case ClusterRevisionStarted() if cluster.replaced is not None:
            return [cluster.start_revision(cluster.replaced, by=by, at=at)]
        case ClusterRevisionStarted() if former.state is ClusterState.PUBLISHED:
            return [cluster.drop_revision(reason, at=at)]
        case ClusterRevised() if cluster.state is ClusterState.PUBLISHED:
            return [cluster.edit(former.profile, by=by, at=at)]
        case ClusterDrafted():
            reasons = [Reason.model_validate(each) for each in cluster.reasons]
            returned = cluster.return_(reasons, cluster.note or reason, by=by, at=at)
            return [returned, cluster.redraft(former.profile, by=by, at=at)]
        case _:
            return []
