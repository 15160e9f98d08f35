"""Tasks about requests of people about their data: an answer is owed, by a day (D-04)."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.data_requests import (
    DataRequestAnswered,
    DataRequestEvent,
    DataRequestExtended,
    DataRequestPassedOn,
    DataRequestRefused,
    DataRequestReminded,
)
from contracts.notifications import About
from services.chassis.consumer import Consumer
from services.chassis.received import Received
from services.notifications.today.commands import raise_task, settle
from services.notifications.today.model import TaskKind

LATE_IN_THE_DAY: Final = time(20)  # UTC: it is that day still at the seat of every association


def follow(consumer: Consumer) -> None:
    """Let the service's consumer raise and settle these tasks."""
    consumer.on(DataRequestReminded)(ask_for_answers)
    consumer.on(DataRequestPassedOn)(ask_another)
    for settling in (DataRequestAnswered, DataRequestRefused, DataRequestExtended):
        consumer.on(settling)(note_answers)


async def ask_for_answers(
    session: AsyncSession, events: Sequence[Received[DataRequestReminded]]
) -> None:
    """The day is near or over: the back office answers that owes it."""
    for received in events:
        await _ask(session, received)


async def ask_another(
    session: AsyncSession, events: Sequence[Received[DataRequestPassedOn]]
) -> None:
    """Another back office owes the answer from now on, and the former one no more."""
    for received in events:
        await _settle(session, received, association=received.event.former)
        await _ask(session, received)


async def note_answers(session: AsyncSession, events: Sequence[Received[DataRequestEvent]]) -> None:
    """It is answered or refused, or there is time again."""
    for received in events:
        await _settle(session, received)


async def _ask(session: AsyncSession, received: Received[DataRequestEvent]) -> None:
    due_day = received.event.due_day
    await raise_task(
        session,
        TaskKind.ANSWER_DATA_REQUEST,
        about=About(
            aggregate="data_request", id=UUID(received.subject), number=received.event.number
        ),
        association=received.event.answers,
        due_at=datetime.combine(due_day, LATE_IN_THE_DAY, UTC),
        cause=received,
    )


async def _settle(
    session: AsyncSession, received: Received[DataRequestEvent], *, association: str | None = None
) -> None:
    await settle(
        session,
        about_id=UUID(received.subject),
        kinds={TaskKind.ANSWER_DATA_REQUEST},
        cause=received,
        association=association,
    )
