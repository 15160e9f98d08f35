"""What may be asked of a cluster; the aggregate decides whether it follows from its state.

Acts are decided by people of the back office of the cluster's association; systems with a key
declare (`declaring.declare_cluster`), and what they declare is decided on by people.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.registry import PublishedProfile, Reason
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.criteria import Review
from services.registry.clusters.ending import Ending, end
from services.registry.clusters.finding import cluster_of, must_keep
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import DecidedByPeople, StaleCluster
from services.registry.clusters.standing import standing_of, waivers_in_force
from services.registry.clusters.waivers import Waiver, by_recognition
from services.registry.packs.finding import pack_on


async def submit_cluster(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """Ask for the review of a draft, for example one that was returned and is mended."""
    cluster = await _to_keep(session, actor, key, lock)
    on = await day_at(session, cluster.association, at=at)
    pack = await pack_on(session, cluster.association, on=on)
    required = pack.required if pack else ()
    event = cluster.submit(by=actor.id, required=required, at=at)
    return await _done(session, actor, cluster, event)


async def withdraw_cluster(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """Give a draft up for good; its number is never used again."""
    cluster = await _to_keep(session, actor, key, lock)
    return await _done(session, actor, cluster, cluster.withdraw(at=at))


async def start_review(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """Take a submitted profile on one's desk.

    Raises:
        FourEyes: the actor submitted or last edited it.
    """
    cluster = await _to_decide(session, actor, key, lock)
    reviewer_id = UUID(actor.id.removeprefix("staff:"))
    return await _done(
        session, actor, cluster, cluster.start_review(reviewer_id=reviewer_id, at=at)
    )


async def return_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reasons: Sequence[Reason],
    note: str | None,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Hand a profile in review, or a revision, back to be mended, with the criteria it fails.

    Raises:
        FourEyes: the actor submitted or last edited it.
        RevisionReturned: it was returned before, and is not amended yet.
    """
    cluster = await _to_decide(session, actor, key, lock)
    event: Event
    if cluster.state is ClusterState.UNDER_REVISION:
        event = cluster.return_revision(reasons, note, by=actor.id, at=at)
    else:
        event = cluster.return_(reasons, note, by=actor.id, at=at)
    return await _done(session, actor, cluster, event)


async def reject_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reasons: Sequence[Reason],
    note: str | None,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Decline to publish a profile in review; it can be reopened."""
    cluster = await _to_decide(session, actor, key, lock)
    return await _done(session, actor, cluster, cluster.reject(reasons, note, by=actor.id, at=at))


async def reopen_cluster(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """Make a draft of a rejected profile."""
    cluster = await _to_keep(session, actor, key, lock)
    return await _done(session, actor, cluster, cluster.reopen(at=at))


async def publish_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    confirmed: frozenset[str],
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Let a profile in review, or a revision, into the catalogue; `confirmed` names criteria.

    Raises:
        FourEyes: the actor submitted or last edited it.
        CriteriaNotMet: a criterion neither passes nor is waived.
    """
    cluster = await _to_decide(session, actor, key, lock)
    on = await day_at(session, cluster.association, at=at)
    profile = cluster.pending or cluster.profile
    standing = await standing_of(session, cluster, profile, on=on)
    review = Review(by=actor.id, confirmed=confirmed, standing=standing)
    event: PublishedProfile
    if cluster.state is ClusterState.UNDER_REVISION:
        event = cluster.publish_revision(review, at=at)
    else:
        event = cluster.publish(review, at=at)
    await _waive_by_recognition(session, actor, cluster, event, on=on)
    return await _done(session, actor, cluster, event)


async def take_revision_back(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Take back the new version that waits; the public one stays as it is."""
    cluster = await _to_keep(session, actor, key, lock)
    return await _done(session, actor, cluster, cluster.drop_revision(reason, at=at))


async def confirm_cluster(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """State that a public profile is still right; a dormant one is public again by that."""
    cluster = await _to_keep(session, actor, key, lock)
    on = await day_at(session, cluster.association, at=at)
    if cluster.state is not ClusterState.DORMANT:
        return await _done(session, actor, cluster, cluster.confirm(on=on, at=at))
    for event in cluster.revive(on=on, at=at):
        await history.record(session, event, actor=actor)
    return cluster


async def suspend_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reason: str,
    review_on: date | None,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Take a public profile out of catalogue and matching; running visits go on."""
    cluster = await _to_decide(session, actor, key, lock)
    event = cluster.suspend(reason=reason, review_on=review_on, at=at)
    return await _done(session, actor, cluster, event)


async def reinstate_cluster(
    session: AsyncSession, actor: Actor, *, key: str, lock: int | None = None, at: datetime
) -> Cluster:
    """Bring a suspended or dormant profile back into the catalogue."""
    cluster = await _to_decide(session, actor, key, lock)
    on = await day_at(session, cluster.association, at=at)
    return await _done(session, actor, cluster, cluster.reinstate(on=on, at=at))


async def archive_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """End a cluster's part in the programme for good, today and with nobody who carries on.

    Raises:
        StillVisiting: it takes part in open visits.
    """
    cluster = await _to_decide(session, actor, key, lock)
    on = await day_at(session, cluster.association, at=at)
    await end(session, actor, cluster, Ending(reason, on), at=at)
    return cluster


async def grant_waiver(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    criterion: str,
    programme: str,
    document: str,
    until_day: date,
    lock: int | None = None,
    at: datetime,
) -> Cluster:
    """Let one criterion be until a day, because a programme recognised the cluster.

    Raises:
        Invalid: a criterion that is not waived for anybody, or a day that has passed.
    """
    cluster = await _to_decide(session, actor, key, lock)
    waiver, event = Waiver.grant(
        cluster,
        criterion=criterion,
        programme=programme,
        document=document,
        until_day=until_day,
        by=actor.id,
        on=await day_at(session, cluster.association, at=at),
        at=at,
    )
    session.add(waiver)
    return await _done(session, actor, cluster, event)


async def _waive_by_recognition(
    session: AsyncSession,
    actor: Actor,
    cluster: Cluster,
    published: PublishedProfile,
    *,
    on: date,
) -> None:
    """State as waivers what the review has let be because the cluster is recognised."""
    recognition = published.profile.recognition
    if recognition is None:
        return
    held = await waivers_in_force(session, cluster.id, on=on)
    for waiver, granted in by_recognition(
        cluster,
        recognition,
        published.criteria,
        known=[each.criterion for each in held],
        by=actor.id,
        on=on,
        at=published.time,
    ):
        session.add(waiver)
        await history.record(session, granted, actor=actor)


async def _to_decide(session: AsyncSession, actor: Actor, key: str, lock: int | None) -> Cluster:
    """The cluster, locked, once it is sure that this actor decides on it."""
    cluster = await cluster_of(session, actor, key)
    if actor.is_key:
        raise DecidedByPeople
    actor.must_be(BACK_OFFICE, of=cluster.association)
    return await _locked(session, actor, key, lock)


async def _to_keep(session: AsyncSession, actor: Actor, key: str, lock: int | None) -> Cluster:
    """The cluster, locked, once it is sure that this actor may edit it."""
    cluster = await cluster_of(session, actor, key)
    if actor.is_key:
        raise DecidedByPeople
    must_keep(actor, cluster)
    return await _locked(session, actor, key, lock)


async def _locked(session: AsyncSession, actor: Actor, key: str, lock: int | None) -> Cluster:
    """`lock` is the state of the row that the actor has seen; None when it does not matter."""
    cluster = await cluster_of(session, actor, key, for_update=True)
    if lock not in (None, cluster.lock):
        raise StaleCluster(mark("look at the profile as it is now, then decide again"))
    return cluster


async def _done(session: AsyncSession, actor: Actor, cluster: Cluster, event: Event) -> Cluster:
    await history.record(session, event, actor=actor)
    return cluster
