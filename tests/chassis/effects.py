"""A consumer whose handlers note what they did, and what of a batch was set aside."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.registry import (
    ClusterConfirmed,
    ClusterSuspended,
    StaffErased,
)
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.parking import parked
from services.chassis.received import Received, Record
from tests.chassis.builders import a_record, an_envelope

RUNS = count(1)


class Effects:
    """What handlers did, in order; `refused` are reasons to refuse by subject and sequence."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []
        self.refused: set[tuple[str, int]] = set()
        self.sizes: list[int] = []
        self.consumer = Consumer("test")
        for event_class in (ClusterSuspended, ClusterConfirmed, StaffErased):
            self.consumer.on(event_class)(self.take)

    async def take(self, _: AsyncSession, events: Sequence[Received[Any]]) -> None:
        for received in events:
            if (received.subject, received.sequence) in self.refused:
                raise ValueError("not like this")
        self.sizes.append(len(events))
        self.done += [(received.subject, received.sequence) for received in events]


async def feed(sessions: Sessions, effects: Effects, *records: Record) -> None:
    async with sessions.begin() as session:
        await effects.consumer.apply(session, records)


async def parked_rows(sessions: Sessions) -> list[tuple[str | None, int | None, str, str]]:
    async with sessions() as session:
        found = await session.execute(
            select(parked.c.subject, parked.c.sequence, parked.c.kind, parked.c.reason).order_by(
                parked.c.offset
            )
        )
        return [(subject, sequence, kind, reason) for subject, sequence, kind, reason in found]


def received(event: Event, sequence: int) -> Received[Any]:
    record = a_record(event, sequence=sequence)
    return Received(event, an_envelope(event, sequence=sequence), record)
