"""Applies batches of records to handlers: once each, in order per subject, bad ones set aside.

A batch is one transaction of the caller. Handlers are registered per event class and get the
events of their type in waves: grouped as far as the order inside each subject allows.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Classification, Event
from services.chassis import failpoints, guard, telemetry
from services.chassis.database import is_transient
from services.chassis.guard import Batch, Position
from services.chassis.logs import log
from services.chassis.parking import Kind
from services.chassis.received import Received, Record, Unreadable, receive

E = TypeVar("E", bound=Event)
HandlerOf = Callable[[AsyncSession, Sequence[Received[E]]], Awaitable[None]]


@dataclass(slots=True)
class Wave:
    """Events of one type that may be handled together."""

    type: str
    events: list[Received[Any]] = field(default_factory=list)


def waves(events: Sequence[Received[Any]]) -> list[Wave]:
    """Group by type as far as the order inside each subject allows."""
    grouped: list[Wave] = []
    reached: dict[str, int] = {}
    for received in events:
        kind, subject = received.envelope.type, received.subject
        later = range(reached.get(subject, 0), len(grouped))
        at = next((i for i in later if grouped[i].type == kind), len(grouped))
        if at == len(grouped):
            grouped.append(Wave(kind))
        grouped[at].events.append(received)
        reached[subject] = at
    return grouped


class Consumer:
    """The handlers of one service, under a stored name: renaming it would replay everything."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: dict[str, HandlerOf[Any]] = {}
        self._classes: dict[str, type[Event]] = {}

    @property
    def topics(self) -> list[str]:
        """The topics of all handled classes, sorted."""
        return sorted({event_class.topic for event_class in self._classes.values()})

    @property
    def types(self) -> list[str]:
        """The handled event types, sorted."""
        return sorted(self._classes)

    def on(self, event_class: type[E]) -> Callable[[HandlerOf[E]], HandlerOf[E]]:
        """Register the one handler of an event class."""

        def register(handler: HandlerOf[E]) -> HandlerOf[E]:
            if event_class.type in self._handlers:
                raise ValueError(f"{self.name} already handles {event_class.type}")
            self._handlers[event_class.type] = handler
            self._classes[event_class.type] = event_class
            return handler

        return register

    def read(self, record: Record) -> Received[Any] | Unreadable:
        """What this consumer makes of a record."""
        return receive(record, self._classes)

    async def apply(
        self,
        session: AsyncSession,
        records: Sequence[Record],
        *,
        accepted: Collection[Position] = (),
    ) -> None:
        """Apply one batch, in the caller's transaction.

        Raises:
            Jumped: the batch begins above a stored position; the caller seeks back.
            DBAPIError: a transient one (`is_transient`); the caller waits and tries again.
        """
        started = time.perf_counter()
        new = await guard.advance(session, self.name, records, accepted=accepted)
        readings = [self.read(record) for record in new]
        await failpoints.hit("consumer.decoded")
        subjects = {reading.subject for reading in readings if reading.subject is not None}
        batch = await Batch.open(session, self.name, subjects)
        await self.work(session, batch, readings)
        telemetry.BATCH_SECONDS.labels(self.name).observe(time.perf_counter() - started)

    async def work(
        self, session: AsyncSession, batch: Batch, readings: Sequence[Received[Any] | Unreadable]
    ) -> None:
        """Offer what was read to the batch, hand on what it takes, and close it."""
        for reading in readings:
            await batch.offer(reading, self.read)
        for wave in waves(batch.taken):
            await self._handle(session, batch, wave)
            await failpoints.hit("consumer.wave_done")
        await batch.close()

    async def _handle(self, session: AsyncSession, batch: Batch, wave: Wave) -> None:
        events = []
        for received in wave.events:
            if batch.is_waiting(received):
                batch.park(received, Kind.BEHIND, "an earlier event of the subject is parked")
            else:
                events.append(received)
        if not events:
            return
        try:
            async with session.begin_nested():
                await self._handlers[wave.type](session, events)
            telemetry.HANDLED.labels(self.name, wave.type).inc(len(events))
        except Exception as fault:
            if is_transient(fault):
                raise
            if len(events) == 1:  # park it, and the subject's later events with it
                batch.refuse(events[0], reason=_reason(fault, events[0]))
                log.warning("event parked", consumer=self.name, event_id=events[0].envelope.id)
                return
            for event in events:  # somebody in this wave is bad: find out who
                await self._handle(session, batch, Wave(wave.type, [event]))


def _reason(fault: Exception, received: Received[Any]) -> str:
    """What a person may read of the refusal; of personal events the kind of fault only."""
    if received.event.classification is Classification.PERSONAL:
        return type(fault).__name__
    return f"{type(fault).__name__}: {fault}"
