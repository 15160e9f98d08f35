"""Hold a visit: all are ready, delegates arrive, attendance is kept, it ends; or call it off."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ParticipantRole, ReasonClass, VisitState
from services.chassis import history, timers
from services.chassis.identity import BACK_OFFICE, SYSTEM, Actor
from services.exchanges.participants.model import Participant
from services.exchanges.visits.access import must_coordinate, sides_of, visit_of
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import VisitSession


async def mark_ready(session: AsyncSession, actor: Actor, *, key: str, at: datetime) -> Visit:
    """Everybody who accepted can travel; the visiting association says so.

    Raises:
        WrongVisitState: the visit is not committed.
        TooEarly: nobody has accepted, or somebody may still answer.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, {visit.visitor_association})
    await history.record(session, visit.mark_ready(at=at), actor=actor)
    return visit


async def check_in(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    participant_ids: Collection[UUID],
    at: datetime,
) -> Visit:
    """Note who has arrived; the first starts the visit. The host side does it.

    Raises:
        WrongVisitState: the visit is not ready, or is over.
        TooEarly: the first session is on a later day.
        WrongDelegateState: somebody did not accept the invitation.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    await _must_host(session, actor, visit)
    for event in visit.check_in(participant_ids, at=at):
        await history.record(session, event, actor=actor)
    return visit


async def record_attendance(
    session: AsyncSession, actor: Actor, *, key: str, kept: AttendanceList, at: datetime
) -> Visit:
    """Take the attendance list of one session in place of any earlier one.

    Raises:
        WrongVisitState: the visit has not begun, or was called off.
        TooEarly: the session has not begun.
        AttendanceCannotBe: minutes or people do not fit.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    await _must_host(session, actor, visit)
    await _take(session, actor, visit, kept, at=at)
    return visit


async def declare_attendance(
    session: AsyncSession, actor: Actor, *, key: str, kept: AttendanceList, at: datetime
) -> UUID:
    """Take a list that the host's back office posts from its own system; gives the event's id.

    Raises:
        NotAllowed: the actor is not of the host's back office.
        WrongVisitState, TooEarly, AttendanceCannotBe: as for a list that is kept here.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    actor.must_be(BACK_OFFICE, of=visit.host_association)
    return await _take(session, actor, visit, kept, at=at)


async def end_visit(session: AsyncSession, actor: Actor, *, key: str, at: datetime) -> Visit:
    """State that the last session is over; the timer does it when no coordinator did.

    Raises:
        WrongVisitState: the visit is not under way.
        TooEarly: a session is still to come, or runs.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    await history.record(session, visit.end(at=at), actor=actor)
    return visit


async def end_due(session: AsyncSession, now: datetime) -> int:
    """End every visit whose last session is over; gives how many.

    One that somebody is acting on is left to the next run: the timer waits for nobody.
    """
    to_come = exists().where(
        VisitSession.visit_id == Visit.id,
        VisitSession.dropped_at.is_(None),
        VisitSession.ends_at > now,
    )
    due = (
        select(Visit)
        .where(Visit.state == VisitState.IN_PROGRESS, ~to_come)
        .order_by(Visit.id)
        .with_for_update(of=Visit, skip_locked=True)
    )

    async def end(visit: Visit) -> int:
        timer = replace(SYSTEM, association=visit.host_association)
        await history.record(session, visit.end(at=now), actor=timer)
        return 1

    return await timers.each(session, (await session.scalars(due)).all(), end, timer="end visits")


async def cancel_visit(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reason: ReasonClass,
    note: str | None = None,
    at: datetime,
) -> Visit:
    """Call the visit off: before the commitment it dissolves, afterwards it is cancelled.

    Raises:
        WrongVisitState: the visit has begun, or is over.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    event = visit.cancel(reason=reason, note=note, at=at)
    await history.record(session, event, actor=actor)
    return visit


async def _take(
    session: AsyncSession, actor: Actor, visit: Visit, kept: AttendanceList, *, at: datetime
) -> UUID:
    event_id = await history.record(session, visit.record_attendance(kept, at=at), actor=actor)
    visit.session(kept.session_id).list_id = event_id
    return event_id


async def _must_host(session: AsyncSession, actor: Actor, visit: Visit) -> None:
    """Let the host's contact pass who comes through a link, else a coordinator of the host side."""
    if not actor.id.startswith("participant:"):
        must_coordinate(actor, {visit.host_association})
        return
    host = await session.scalar(
        select(Participant.id).where(
            Participant.visit_id == visit.id, Participant.role == ParticipantRole.HOST
        )
    )
    if actor.id != f"participant:{host}":
        must_coordinate(actor, {visit.host_association})
