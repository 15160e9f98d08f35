"""Ending a membership, and putting one right that was declared wrong."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.vocabulary import Pointer
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import day_at
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.pointing import clusters_pointed_at
from services.registry.memberships.corrections import memberships_behind
from services.registry.memberships.declaring import (
    CORRECT,
    NOTHING_BEHIND,
    left_then,
    too_early,
)
from services.registry.memberships.finding import membership_of
from services.registry.memberships.model import Membership, Span
from services.registry.memberships.refusals import StaleMembership
from services.registry.organisations.queries import organisation_pointed_at

AHEAD: Final = mark("This day is after the posting. Give the day of joining.")
UNKNOWN: Final = mark("Your association knows no such organisation. Look its number up.")
NOT_THEN: Final = mark("The organisation is no member of this cluster on that day.")


@dataclass(frozen=True, slots=True)
class Leaving:
    """One statement that an organisation belongs to a cluster until a day, that day included."""

    cluster: Pointer
    organisation: Pointer
    ended_day: date
    reason: str
    corrects: UUID | None = None


async def declare_leaving(
    session: AsyncSession, actor: Actor, leaving: Leaving, *, at: datetime
) -> list[UUID]:
    """End the membership that is open on that day; gives the ids of the events.

    Nothing comes of what is known. With `corrects`, the day of an earlier declaration is put right.

    Raises:
        NotAllowed: the actor does not work for the back office.
        Invalid: no such cluster, organisation or membership, or the day is before it began.
    """
    actor.must_be(BACK_OFFICE)
    if leaving.corrects is not None:
        behind = await memberships_behind(session, actor.association, {leaving.corrects})
        if leaving.corrects not in behind:
            fault = Fault("/corrects", "TLK-D126", NOTHING_BEHIND)
            raise Invalid(CORRECT, [fault])
        membership = behind[leaving.corrects]
        days = Span(membership.joined_day, leaving.ended_day)
        await must_stand_alone(session, membership, days, "/ended_day")
        corrected = membership.correct(days, corrects=leaving.corrects, at=at)
        return await _recorded(session, actor, corrected)
    found = await _membership_of(session, actor, leaving)
    if (found.ended_day, found.reason) == (leaving.ended_day, leaving.reason):
        return []
    left = found.end(on=leaving.ended_day, reason=leaving.reason, at=at)
    return await _recorded(session, actor, left)


async def end_membership(
    session: AsyncSession,
    actor: Actor,
    *,
    membership_id: UUID,
    on: date,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Membership:
    """Let `on` be the last day of a membership.

    Raises:
        MembershipNotFound: there is none for this actor.
        NotAllowed: the actor is neither of its back office nor one of its administrators.
        StaleMembership: it was changed since the actor saw it.
        NotAMemberThen, EndsBeforeJoining: the day does not fit.
    """
    found = await membership_of(session, actor, membership_id)
    finding.must_keep(actor, found.cluster)
    membership = await _locked(session, membership_id, lock)
    await history.record(session, membership.end(on=on, reason=reason, at=at), actor=actor)
    return membership


async def correct_membership(
    session: AsyncSession,
    actor: Actor,
    *,
    membership_id: UUID,
    days: Span,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Membership:
    """Put the days right in which a membership holds; nothing comes of the same days.

    Raises:
        MembershipNotFound: there is none for this actor.
        NotAllowed: the actor is neither of its back office nor one of its administrators.
        StaleMembership: it was changed since the actor saw it.
        Invalid: the days do not fit the cluster, or other days of the same member.
    """
    found = await membership_of(session, actor, membership_id)
    finding.must_keep(actor, found.cluster)
    membership = await _locked(session, membership_id, lock)
    faults = too_early(actor, found.cluster, days.joined_day)
    today = await day_at(session, membership.association, at=at)
    if days.joined_day > today:
        faults.append(Fault("/joined_day", "TLK-D061", AHEAD))
    if faults:
        raise Invalid(CORRECT, faults)
    await must_stand_alone(session, membership, days, "/joined_day")
    await _recorded(session, actor, membership.correct(days, reason=reason, at=at))
    return membership


async def withdraw_membership(
    session: AsyncSession,
    actor: Actor,
    *,
    membership_id: UUID,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Membership:
    """State that there never was this membership.

    Raises:
        MembershipNotFound: there is none for this actor.
        NotAllowed: the actor is neither of its back office nor one of its administrators.
        StaleMembership: it was changed since the actor saw it.
    """
    found = await membership_of(session, actor, membership_id)
    finding.must_keep(actor, found.cluster)
    membership = await _locked(session, membership_id, lock)
    await _recorded(session, actor, membership.withdraw(reason=reason, at=at))
    return membership


async def _locked(session: AsyncSession, membership_id: UUID, lock: int | None) -> Membership:
    query = select(Membership).where(Membership.id == membership_id).with_for_update()
    refreshed = query.execution_options(populate_existing=True)
    membership = (await session.scalars(refreshed)).one()
    if lock not in (None, membership.lock):
        raise StaleMembership(mark("look at the membership as it is now, then decide again"))
    return membership


async def _membership_of(session: AsyncSession, actor: Actor, leaving: Leaving) -> Membership:
    pointed = await clusters_pointed_at(session, actor.association, [leaving.cluster])
    cluster = pointed.at(leaving.cluster)
    organisation = await organisation_pointed_at(session, actor.association, leaving.organisation)
    faults = [cluster] if isinstance(cluster, Fault) else []
    if organisation is None:
        faults.append(Fault("/organisation", "TLK-D122", UNKNOWN))
    if not isinstance(cluster, Cluster) or organisation is None:
        raise Invalid(CORRECT, faults)
    query = (
        select(Membership)
        .where(
            Membership.association == actor.association,
            Membership.cluster_id == cluster.id,
            Membership.organisation_id == organisation.id,
        )
        .order_by(Membership.joined_day.desc())
        .with_for_update()
    )
    known = (await session.scalars(query)).all()
    then = [each for each in known if each.days.holds_on(leaving.ended_day)]
    fitting = then or [each for each in known if each.is_open]
    if not fitting:
        raise Invalid(CORRECT, [Fault("/ended_day", "TLK-D127", NOT_THEN)])
    return fitting[0]


async def must_stand_alone(
    session: AsyncSession, membership: Membership, days: Span, pointer: str
) -> None:
    """Let pass what meets no other days of the same member in the same cluster.

    Raises:
        Invalid: it does; the fault is at `pointer`.
    """
    others = select(Membership).where(
        Membership.cluster_id == membership.cluster_id,
        Membership.organisation_id == membership.organisation_id,
        Membership.id != membership.id,
    )
    for other in await session.scalars(others):
        if other.days.meets(days):
            raise Invalid(CORRECT, [left_then(other, pointer)])


async def _recorded(session: AsyncSession, actor: Actor, event: Event | None) -> list[UUID]:
    return [await history.record(session, event, actor=actor)] if event else []
