"""What becomes of a cluster that a back office declares: a draft to review, or a new version.

The declaration is about the association's cluster of that `ref`, or, without one, of that legal
id; an unknown one is a new cluster.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Sequence, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters import profiles
from services.registry.clusters.model import Cluster
from services.registry.clusters.states import PUBLIC
from services.registry.staff.queries import person_behind

NUMBERS: Final = Sequence("cluster_numbers")

CORRECT: Final = mark("please correct the fields named below, and send it again")
ABROAD: Final = mark("The seat is not in the country of your association, {country}.")
TAKEN: Final = mark("A cluster stands in the register under this legal id already.")
NOT_NOW: Final = mark("Your cluster {number} is {state}: it takes no declaration now.")

CAN_CHANGE: Final = PUBLIC | {ClusterState.DRAFT}


async def declare_cluster(
    session: AsyncSession, actor: Actor, *, profile: ClusterProfile, ref: str | None, at: datetime
) -> list[UUID]:
    """Take the profile as it is declared; gives the ids of the events, none if nothing changed.

    A new profile or a draft is submitted for review. Of a public one small edits are published at
    once, everything else waits for its review beside the public version.

    Raises:
        NotAllowed: the actor does not work for the back office of an association.
        Invalid: seat abroad, legal id taken, or the cluster is in a state that takes no changes.
    """
    actor.must_be(BACK_OFFICE)
    cluster = await _known(session, actor, profile, ref)
    await _must_be_acceptable(session, actor, profile, cluster)
    by = await person_behind(session, actor)
    if cluster is None:
        cluster, drafted = Cluster.draft(
            profile,
            cluster_id=uuid7(),
            association=actor.association,
            number=f"CL-{await session.scalar(NUMBERS)}",
            ref=ref,
            by=by,
            at=at,
        )
        session.add(cluster)
        events: list[Event] = [drafted, cluster.submit(by=by, at=at)]
    else:
        events = _changed(cluster, profile, by=by, at=at)
    return [await history.record(session, event, actor=actor) for event in events]


def _changed(cluster: Cluster, profile: ClusterProfile, *, by: str, at: datetime) -> list[Event]:
    if cluster.state is ClusterState.DRAFT:
        return [cluster.redraft(profile, by=by, at=at), cluster.submit(by=by, at=at)]
    if profile == (cluster.pending or cluster.profile):
        return []
    fields = profiles.changed(cluster.profile, profile)
    if cluster.state is ClusterState.PUBLISHED and profiles.SMALL.issuperset(fields):
        return [cluster.edit(profile, by=by, at=at)]
    return [cluster.start_revision(profile, by=by, at=at)]


async def _known(
    session: AsyncSession, actor: Actor, profile: ClusterProfile, ref: str | None
) -> Cluster | None:
    query = select(Cluster).where(Cluster.association == actor.association).with_for_update()
    if ref is not None:
        return (await session.scalars(query.where(Cluster.ref == ref))).one_or_none()
    same = (
        Cluster.legal_scheme == profile.legal_id.scheme,
        Cluster.legal_value == profile.legal_id.value,
        Cluster.state.not_in([ClusterState.ARCHIVED, ClusterState.WITHDRAWN]),
    )
    return (await session.scalars(query.where(*same))).one_or_none()


async def _must_be_acceptable(
    session: AsyncSession, actor: Actor, profile: ClusterProfile, cluster: Cluster | None
) -> None:
    faults = []
    if profile.seat.country != actor.association:
        values = {"country": actor.association}
        faults.append(Fault("/seat/country", "TLK-D040", ABROAD, values=values))
    legal_id, besides = profile.legal_id, cluster.id if cluster else None
    if await session.scalar(
        select(func.legal_id_is_taken(legal_id.scheme.value, legal_id.value, besides))
    ):
        faults.append(Fault("/legal_id", "TLK-D041", TAKEN, rule="V-8"))
    if cluster is not None and cluster.state not in CAN_CHANGE:
        values = {"number": cluster.number, "state": cluster.state.value}
        faults.append(Fault("/ref", "TLK-D042", NOT_NOW, values=values))
    if faults:
        raise Invalid(CORRECT, faults)
