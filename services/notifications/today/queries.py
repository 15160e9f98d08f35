"""What waits for a reader, by when: overdue, today, this week, later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import DelegateState, TaskState, VisitState
from services.chassis.identity import Actor
from services.notifications.copies.model import (
    DelegateCopy,
    SessionCopy,
    VisitCopy,
)
from services.notifications.copies.queries import is_hidden_from
from services.notifications.today.model import Task

UNDONE_FOR: Final = timedelta(days=1)  # how long a task that was ticked off can be taken back
SUNDAY: Final = 7
NOT_AHEAD: Final = (VisitState.CANCELLED, VisitState.DISSOLVED)


class Group(StrEnum):
    """When a task is due, seen from the reader's day."""

    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the visit it is about, if it is about one.

    `missing` counts the answers it waits for, `lapsed` the people whose time ran out.
    """

    task: Task
    number: str
    title: dict[str, str]
    missing: int
    lapsed: int


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The next thing that will happen to the reader's association."""

    number: str
    starts_at: datetime


def group_of(due_at: datetime | None, *, at: datetime, zone: str) -> Group:
    """The group of a task for a reader in `zone`; a task without a date can be done later."""
    if due_at is None:
        return Group.LATER
    if due_at < at:
        return Group.OVERDUE
    today, day = _day(at, zone), _day(due_at, zone)
    if day == today:
        return Group.TODAY
    until_sunday = today + timedelta(days=SUNDAY - today.isoweekday())
    return Group.THIS_WEEK if day <= until_sunday else Group.LATER


async def open_tasks(session: AsyncSession, actor: Actor) -> Sequence[TaskRow]:
    """What the association's people have to do, the most urgent first."""
    waiting = (
        select(Task, VisitCopy.number, VisitCopy.title)
        .outerjoin(VisitCopy, VisitCopy.visit_id == Task.about_id)
        .where(
            Task.association == actor.association,
            Task.state == TaskState.OPEN,
            ~is_hidden_from(actor, Task.about_id),
        )
        .order_by(Task.due_at.asc().nulls_last(), Task.raised_at, Task.id)
    )
    found = (await session.execute(waiting)).all()
    counts = await _counts(session, {task.about_id for task, _, _ in found})
    return [
        TaskRow(
            task,
            number or task.about_number or "",
            title or {"en": ""},
            counts.get((task.about_id, DelegateState.INVITED), 0),
            counts.get((task.about_id, DelegateState.LAPSED), 0),
        )
        for task, number, title in found
    ]


async def just_done(session: AsyncSession, actor: Actor, *, at: datetime) -> Sequence[TaskRow]:
    """What people ticked off within a day, the latest first; it can be taken back."""
    done = (
        select(Task, VisitCopy.number, VisitCopy.title)
        .outerjoin(VisitCopy, VisitCopy.visit_id == Task.about_id)
        .where(
            Task.association == actor.association,
            Task.state == TaskState.DONE,
            ~is_hidden_from(actor, Task.about_id),
            Task.done_by.is_not(None),
            Task.done_at > at - UNDONE_FOR,
        )
        .order_by(Task.done_at.desc(), Task.id)
    )
    return [
        TaskRow(task, number or task.about_number or "", title or {"en": ""}, 0, 0)
        for task, number, title in await session.execute(done)
    ]


async def next_visit(session: AsyncSession, actor: Actor, *, at: datetime) -> NextVisit | None:
    """The next session of a visit that the association sends or hosts."""
    ahead = (
        select(VisitCopy.number, SessionCopy.starts_at)
        .join(SessionCopy, SessionCopy.visit_id == VisitCopy.visit_id)
        .where(
            or_(
                VisitCopy.visitor_association == actor.association,
                VisitCopy.host_association == actor.association,
            ),
            ~is_hidden_from(actor, VisitCopy.visit_id),
            VisitCopy.state.not_in(NOT_AHEAD),
            ~SessionCopy.dropped,
            SessionCopy.starts_at > at,
        )
        .order_by(SessionCopy.starts_at)
        .limit(1)
    )
    row = (await session.execute(ahead)).one_or_none()
    return NextVisit(row.number, row.starts_at) if row is not None else None


async def last_news(session: AsyncSession) -> datetime | None:
    """The time of the newest fact of a visit that has come here."""
    return await session.scalar(select(func.max(VisitCopy.as_of)))


async def _counts(
    session: AsyncSession, visit_ids: set[UUID]
) -> dict[tuple[UUID, DelegateState], int]:
    states = (
        select(DelegateCopy.visit_id, DelegateCopy.state, func.count())
        .where(DelegateCopy.visit_id.in_(visit_ids))
        .group_by(DelegateCopy.visit_id, DelegateCopy.state)
    )
    return {(visit_id, state): count for visit_id, state, count in await session.execute(states)}


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
