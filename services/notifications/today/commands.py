"""Raises, settles and ticks off tasks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notifications import About
from contracts.vocabulary import TaskState
from services.chassis import history
from services.chassis.faults import mark
from services.chassis.identity import SYSTEM, Actor
from services.chassis.received import Received
from services.notifications.today.model import Task, TaskKind, TaskNotFound, task_id


async def raise_task(
    session: AsyncSession,
    kind: TaskKind,
    *,
    about: About,
    association: str,
    due_at: datetime | None,
    cause: Received[Any],
) -> None:
    """Have people of the association do something; a task that is there gets the new date."""
    actor, at = Actor(SYSTEM.id, association), cause.envelope.time
    identifier = task_id(kind, about.id, association)
    task = await session.get(Task, identifier, with_for_update=True, populate_existing=True)
    if task is None:
        task = Task(
            id=identifier,
            kind=kind,
            aggregate=about.aggregate,
            about_id=about.id,
            about_number=about.number,
            association=association,
            state=TaskState.OPEN,
            due_at=due_at,
            raised_at=at,
        )
        session.add(task)
        await history.record(session, task.raised(at=at), actor=actor, cause=cause)
    elif task.state is TaskState.DONE:
        task.due_at = due_at
        await history.record(session, task.reopen(by=None, at=at), actor=actor, cause=cause)
    elif task.due_at != due_at:
        task.due_at = due_at
        await history.record(session, task.raised(at=at), actor=actor, cause=cause)
    await session.flush()


async def settle(
    session: AsyncSession,
    *,
    about_id: UUID,
    kinds: Collection[TaskKind],
    cause: Received[Any],
    association: str | None = None,
) -> None:
    """Close the open tasks of these kinds about a thing, because a fact has settled them."""
    of_association = Task.association == association if association is not None else true()
    tasks = await session.scalars(
        select(Task)
        .where(
            Task.about_id == about_id,
            Task.kind.in_(kinds),
            Task.state == TaskState.OPEN,
            of_association,
        )
        .order_by(Task.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for task in tasks.all():
        event = task.finish(by=None, at=cause.envelope.time)
        await history.record(session, event, actor=Actor(SYSTEM.id, task.association), cause=cause)
    await session.flush()


async def whose(session: AsyncSession, visit_id: UUID, kind: TaskKind) -> Sequence[str]:
    """The associations that were ever given this task about a visit, sorted."""
    given = (
        select(Task.association)
        .where(Task.about_id == visit_id, Task.kind == kind)
        .order_by(Task.association)
    )
    return (await session.scalars(given)).all()


async def finish_task(session: AsyncSession, actor: Actor, *, id_: UUID, at: datetime) -> Task:
    """Tick a task off.

    Raises:
        TaskNotFound: no such task of the actor's association.
        NotAllowed: the actor has not the role there that is to act.
        WrongTaskState: it is done already.
    """
    task = await _own(session, actor, id_)
    await history.record(session, task.finish(by=_staff_id(actor), at=at), actor=actor)
    return task


async def reopen_task(session: AsyncSession, actor: Actor, *, id_: UUID, at: datetime) -> Task:
    """Take back that a task is done.

    Raises:
        TaskNotFound: no such task of the actor's association.
        NotAllowed: the actor has not the role there that is to act.
        WrongTaskState: it is open.
    """
    task = await _own(session, actor, id_)
    await history.record(session, task.reopen(by=_staff_id(actor), at=at), actor=actor)
    return task


async def _own(session: AsyncSession, actor: Actor, id_: UUID) -> Task:
    task = await session.get(Task, id_, with_for_update=True)
    if task is None:
        raise TaskNotFound(mark("there is no such task; it may be another association's"))
    actor.must_be(task.role, of=task.association)
    return task


def _staff_id(actor: Actor) -> UUID | None:
    kind, _, identifier = actor.id.partition(":")
    return UUID(identifier) if kind == "staff" else None
