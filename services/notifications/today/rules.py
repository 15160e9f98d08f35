"""Which fact leads to which task of whom, until when, and which fact settles it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    CommitmentDrafted,
    CommitmentRevised,
    CommitmentSigned,
    DelegateInvited,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
    VisitEnded,
    VisitEvent,
    VisitReady,
    VisitRescheduled,
    VisitStarted,
)
from contracts.notifications import About
from contracts.organisations import (
    OrganisationMerged,
    OrganisationMergeDeclined,
    OrganisationMergeRequested,
)
from contracts.vocabulary import Party
from services.chassis.received import Received
from services.chassis.working_days import is_working_day
from services.notifications.copies import queries as copies
from services.notifications.copies.model import SessionCopy
from services.notifications.today.commands import raise_task, settle, whose
from services.notifications.today.model import TaskKind

REPORT_WORKING_DAYS: Final = 10
READY_BEFORE: Final = timedelta(days=3)
COORDINATORS: Final = (Party.VOP, Party.HOP)
BEFORE_THE_VISIT: Final = frozenset(
    {TaskKind.SIGN, TaskKind.COLLECT_ANSWERS, TaskKind.REPLACE_LAPSED, TaskKind.SAY_READY}
)


async def ask_to_sign(
    session: AsyncSession, received: Received[CommitmentDrafted] | Received[CommitmentRevised]
) -> None:
    """A text waits: both coordinators are to sign a new one, those reopened a revised one."""
    event = received.event
    asked = event.signatures_reopened if isinstance(event, CommitmentRevised) else COORDINATORS
    visit = (await copies.visits(session, {event.visit_id})).get(event.visit_id)
    for party in COORDINATORS:
        if party in asked:
            await raise_task(
                session,
                TaskKind.SIGN,
                about=_visit(event.visit_id, visit.number if visit is not None else None),
                association=_side(event, host=party is Party.HOP),
                due_at=None,
                cause=received,
            )


async def note_signature(session: AsyncSession, received: Received[CommitmentSigned]) -> None:
    """A coordinator has signed."""
    if received.event.party in COORDINATORS:
        await settle(
            session,
            about_id=received.event.visit_id,
            kinds={TaskKind.SIGN},
            association=_side(received.event, host=received.event.party is Party.HOP),
            cause=received,
        )


async def await_answers(session: AsyncSession, received: Received[DelegateInvited]) -> None:
    """Whoever invited waits for the answer until the deadline."""
    await _raise(
        session,
        TaskKind.COLLECT_ANSWERS,
        received,
        association=received.envelope.association or received.event.visitor_association,
        due_at=await copies.next_deadline(session, UUID(received.subject)),
    )


async def note_answer(session: AsyncSession, received: Received[Any], *, lapsed: bool) -> None:
    """One answer fewer is missing; who invited may replace somebody whose time ran out."""
    visit_id = UUID(received.subject)
    if lapsed:
        first = _first(await copies.programme(session, visit_id))
        for association in await whose(session, visit_id, TaskKind.COLLECT_ANSWERS):
            await _raise(
                session, TaskKind.REPLACE_LAPSED, received, association=association, due_at=first
            )
    if await copies.next_deadline(session, visit_id) is None:
        await settle(session, about_id=visit_id, kinds={TaskKind.COLLECT_ANSWERS}, cause=received)


async def prepare_visit(
    session: AsyncSession, received: Received[VisitCommitted] | Received[VisitRescheduled]
) -> None:
    """An agreed visit: the visiting side gets ready, the host will check the delegates in."""
    visit_id, event = UUID(received.subject), received.event
    first = _first(await copies.programme(session, visit_id))
    await settle(session, about_id=visit_id, kinds={TaskKind.SIGN}, cause=received)
    await _raise(
        session,
        TaskKind.SAY_READY,
        received,
        association=event.visitor_association,
        due_at=first - READY_BEFORE if first is not None else None,
    )
    await _raise(
        session, TaskKind.CHECK_IN, received, association=event.host_association, due_at=first
    )


async def note_ready(session: AsyncSession, received: Received[VisitReady]) -> None:
    """The delegates can travel."""
    await settle(
        session, about_id=UUID(received.subject), kinds={TaskKind.SAY_READY}, cause=received
    )


async def accompany(session: AsyncSession, received: Received[VisitStarted]) -> None:
    """The visit is under way: the host records who is present."""
    visit_id = UUID(received.subject)
    await settle(
        session, about_id=visit_id, kinds=BEFORE_THE_VISIT | {TaskKind.CHECK_IN}, cause=received
    )
    programme = await copies.programme(session, visit_id)
    await _raise(
        session,
        TaskKind.RECORD_ATTENDANCE,
        received,
        association=received.event.host_association,
        due_at=max((item.ends_at for item in programme), default=None),
    )


async def ask_for_report(session: AsyncSession, received: Received[VisitEnded]) -> None:
    """The last session is over: the visiting side reports within ten of its working days."""
    visit_id, event = UUID(received.subject), received.event
    await settle(session, about_id=visit_id, kinds={TaskKind.RECORD_ATTENDANCE}, cause=received)
    programme = await copies.programme(session, visit_id)
    visit = (await copies.visits(session, {visit_id})).get(visit_id)
    due_at = None
    if programme and visit is not None:
        due_at = report_due(
            max(item.ends_at for item in programme), event.visitor_association, visit.host_zone
        )
    await _raise(
        session,
        TaskKind.FILE_REPORT,
        received,
        association=event.visitor_association,
        due_at=due_at,
    )


async def close_all(
    session: AsyncSession, received: Received[VisitCancelled] | Received[VisitDissolved]
) -> None:
    """Nothing waits for anybody about a visit that will not take place."""
    await settle(session, about_id=UUID(received.subject), kinds=set(TaskKind), cause=received)


async def ask_for_decisions(
    session: AsyncSession, events: Sequence[Received[OrganisationMergeRequested]]
) -> None:
    """Another association asks to merge an organisation: the back office that was asked decides."""
    for received in events:
        await raise_task(
            session,
            TaskKind.DECIDE_MERGE,
            about=About(aggregate="organisation", id=UUID(received.subject)),
            association=received.event.association_asked,
            due_at=None,
            cause=received,
        )


async def note_decisions(
    session: AsyncSession,
    events: Sequence[Received[OrganisationMerged] | Received[OrganisationMergeDeclined]],
) -> None:
    """Whether both are one is decided."""
    for received in events:
        await settle(
            session,
            about_id=UUID(received.subject),
            kinds={TaskKind.DECIDE_MERGE},
            cause=received,
        )


def report_due(last_session_ends_at: datetime, country: str, zone: str) -> datetime:
    """The end of the tenth working day of `country` after the last session."""
    day = last_session_ends_at.astimezone(ZoneInfo(zone)).date()
    left = REPORT_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, country)
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


async def _raise(
    session: AsyncSession,
    kind: TaskKind,
    received: Received[Any],
    *,
    association: str,
    due_at: datetime | None,
) -> None:
    event: VisitEvent = received.event
    await raise_task(
        session,
        kind,
        about=_visit(UUID(received.subject), event.number),
        association=association,
        due_at=due_at,
        cause=received,
    )


def _visit(visit_id: UUID, number: str | None) -> About:
    return About(aggregate="visit", id=visit_id, number=number)


def _side(event: Any, *, host: bool) -> str:
    return str(event.host_association if host else event.visitor_association)


def _first(programme: Sequence[SessionCopy]) -> datetime | None:
    return programme[0].starts_at if programme else None
