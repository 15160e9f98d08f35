"""Keeps facts from what registry and exchanges state; each handler may run any number of times.

A wave can hold several events of one subject, so every handler lets the newest statement about
a row win before it writes.
"""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    AttendanceRecorded,
    DelegateAnswered,
    DelegateInvited,
    SessionDropped,
    SessionMoved,
    SessionPlan,
    SessionPlanned,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
    VisitEnded,
    VisitOpened,
    VisitRescheduled,
)
from contracts.registry import AssociationRegistered
from services.analytics.facts import cluster_places, cluster_states
from services.analytics.facts.commands import (
    agree_on_days,
    recount_stays,
    touch,
    touch_invitations,
)
from services.analytics.facts.model import (
    AttendanceFact,
    Fate,
    InvitationFact,
    SessionFact,
    VisitFact,
)
from services.analytics.facts.queries import zones_of
from services.analytics.facts.rows import (
    local_day,
    newest,
    session_row,
    shared,
    visit_of,
    visit_row,
    visits_of,
)
from services.analytics.facts.seats import keep_seats
from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.received import Received

analytics = Consumer("analytics")
staff.follow(analytics)
cluster_states.follow(analytics)
cluster_places.follow(analytics)

S = TypeVar("S", bound=SessionPlan)


@analytics.on(AssociationRegistered)
async def on_association_registered(
    session: AsyncSession, events: Sequence[Received[AssociationRegistered]]
) -> None:
    """Know where the association sits; what its clusters did before counts on the dates there."""
    associations = await keep_seats(session, events)
    await cluster_states.count_days_again(session, associations)
    await cluster_places.count_days_again(session, associations)


@analytics.on(VisitOpened)
async def on_visit_opened(session: AsyncSession, events: Sequence[Received[VisitOpened]]) -> None:
    """Begin a visit: nothing of it counts yet."""
    await upsert(session, VisitFact, [visit_row(received.event) for received in events])


@analytics.on(SessionPlanned)
async def on_session_planned(
    session: AsyncSession, events: Sequence[Received[SessionPlanned]]
) -> None:
    """Keep on which day at the host a session is held, and how."""
    await upsert(session, SessionFact, await _session_rows(session, events))


@analytics.on(SessionMoved)
async def on_session_moved(session: AsyncSession, events: Sequence[Received[SessionMoved]]) -> None:
    """Keep the new day and mode; what was agreed stays until the visit is committed again."""
    moved = await _session_rows(session, events)
    for row in moved:
        del row["agreed_on"]
    await session.execute(update(SessionFact), moved)
    await recount_stays(session, visits_of(events))


@analytics.on(SessionDropped)
async def on_session_dropped(
    session: AsyncSession, events: Sequence[Received[SessionDropped]]
) -> None:
    """A dropped session gives no minutes."""
    dropped = sorted({received.event.session_id for received in events})
    await session.execute(
        update(SessionFact).where(SessionFact.session_id.in_(dropped)).values(dropped=True)
    )
    await recount_stays(session, visits_of(events))


@analytics.on(VisitCommitted)
async def on_visit_committed(
    session: AsyncSession, events: Sequence[Received[VisitCommitted]]
) -> None:
    """The days of the agenda are agreed, also those that are no working days."""
    await agree_on_days(session, visits_of(events))
    await recount_stays(session, visits_of(events))


@analytics.on(VisitRescheduled)
async def on_visit_rescheduled(
    session: AsyncSession, events: Sequence[Received[VisitRescheduled]]
) -> None:
    """The days of the new agenda are agreed."""
    await agree_on_days(session, visits_of(events))
    await recount_stays(session, visits_of(events))


@analytics.on(VisitEnded)
async def on_visit_ended(session: AsyncSession, events: Sequence[Received[VisitEnded]]) -> None:
    """The visit counts in the period of the local date at the host on which it ended."""
    zones = await zones_of(session, visits_of(events))
    rows: list[dict[str, Any]] = [
        {
            "visit_id": visit_id,
            "fate": Fate.ENDED,
            "ended_at": event.time,
            "ended_on": local_day(event.time, zones[visit_id]),
        }
        for visit_id, event in newest(events, key=visit_of).items()
    ]
    await session.execute(update(VisitFact), rows)
    await touch(session, {row["ended_on"] for row in rows})


@analytics.on(VisitCancelled)
async def on_visit_cancelled(
    session: AsyncSession, events: Sequence[Received[VisitCancelled]]
) -> None:
    """The visit is called off: neither it nor its invitations count."""
    await _call_off(session, visits_of(events))


@analytics.on(VisitDissolved)
async def on_visit_dissolved(
    session: AsyncSession, events: Sequence[Received[VisitDissolved]]
) -> None:
    """The visit is called off before anybody was bound."""
    await _call_off(session, visits_of(events))


@analytics.on(AttendanceRecorded)
async def on_attendance_recorded(
    session: AsyncSession, events: Sequence[Received[AttendanceRecorded]]
) -> None:
    """Keep who was present how long; a newer list of a session takes the place of the older."""
    lists = newest(events, key=lambda event: event.session_id)
    gone = delete(AttendanceFact).where(AttendanceFact.session_id.in_(list(lists)))
    await session.execute(gone)
    rows = {
        (session_id, one.participant_id): {
            "session_id": session_id,
            "participant_id": one.participant_id,
            "person_id": one.person_id or one.participant_id,
            "organisation_id": one.organisation_id,
            "minutes": one.minutes,
            **shared(event),
        }
        for session_id, event in lists.items()
        for one in event.attended
    }
    if rows:
        await session.execute(insert(AttendanceFact), [rows[key] for key in sorted(rows)])
    await recount_stays(session, visits_of(events))


@analytics.on(DelegateInvited)
async def on_delegate_invited(
    session: AsyncSession, events: Sequence[Received[DelegateInvited]]
) -> None:
    """An invitation is sent: it counts in the period of this local date at the host."""
    zones = await zones_of(session, visits_of(events))
    rows = [
        {
            "participant_id": participant_id,
            "invited_on": local_day(event.time, zones[visit_id]),
            "answer": None,
            **shared(event),
        }
        for (visit_id, participant_id), event in newest(
            events, key=lambda event: (visit_of(event), event.participant_id)
        ).items()
    ]
    await upsert(session, InvitationFact, rows)
    await touch(session, {row["invited_on"] for row in rows})


@analytics.on(DelegateAnswered)
async def on_delegate_answered(
    session: AsyncSession, events: Sequence[Received[DelegateAnswered]]
) -> None:
    """Keep the last answer of each delegate."""
    rows = [
        {"visit_id": visit_id, "participant_id": participant_id, "answer": event.answer}
        for (visit_id, participant_id), event in newest(
            events, key=lambda event: (visit_of(event), event.participant_id)
        ).items()
    ]
    await session.execute(update(InvitationFact), rows)
    await touch_invitations(session, visits_of(events))


async def _session_rows(
    session: AsyncSession, plans: Sequence[Received[S]]
) -> list[dict[str, Any]]:
    zones = await zones_of(session, visits_of(plans))
    standing = newest(plans, key=lambda plan: plan.session_id).values()
    return [session_row(plan, host_zone=zones[visit_of(plan)]) for plan in standing]


async def _call_off(session: AsyncSession, visit_ids: Collection[UUID]) -> None:
    await session.execute(
        update(VisitFact)
        .where(VisitFact.visit_id.in_(sorted(visit_ids)))
        .values(fate=Fate.CALLED_OFF, ended_at=None, ended_on=None)
    )
    await touch_invitations(session, visit_ids)
