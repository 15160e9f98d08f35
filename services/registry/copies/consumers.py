"""The registry's one consumer: sign-in and keys are decided on its own copy, visits are shown."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import EVENTS
from contracts.exchanges import (
    SessionDropped,
    SessionMoved,
    SessionPlan,
    SessionPlanned,
    VisitEvent,
    VisitOpened,
)
from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.received import Received
from services.registry.copies.model import SessionCopy, VisitCopy

registry_consumer: Final = Consumer("registry")  # stored name

staff.follow(registry_consumer)


@registry_consumer.on(VisitOpened)
async def on_visit_opened(session: AsyncSession, events: Sequence[Received[VisitOpened]]) -> None:
    """Know of a visit: who visits whom."""
    await upsert(session, VisitCopy, map(_visit, events))


async def on_session_planned(
    session: AsyncSession, events: Sequence[Received[SessionPlan]]
) -> None:
    """Keep the day of a session, also when it moves."""
    await upsert(session, SessionCopy, map(_session, events))
    await on_visit_changed(session, events)


for planned in (SessionPlanned, SessionMoved):
    registry_consumer.on(planned)(on_session_planned)


@registry_consumer.on(SessionDropped)
async def on_session_dropped(
    session: AsyncSession, events: Sequence[Received[SessionDropped]]
) -> None:
    """Forget a session that will not take place."""
    dropped = sorted({received.event.session_id for received in events})
    await session.execute(delete(SessionCopy).where(SessionCopy.session_id.in_(dropped)))
    await on_visit_changed(session, events)


async def on_visit_changed(session: AsyncSession, events: Sequence[Received[Any]]) -> None:
    """Keep the state that every event of a visit states."""
    newest = {received.subject: received for received in events}
    for subject in sorted(newest):
        received: Received[VisitEvent] = newest[subject]
        await session.execute(
            update(VisitCopy)
            .where(VisitCopy.visit_id == UUID(subject))
            .values(state=received.event.state, as_of=received.envelope.time)
        )


for kind in EVENTS.values():
    if issubclass(kind, VisitEvent) and not issubclass(
        kind, (VisitOpened, SessionPlan, SessionDropped)
    ):
        registry_consumer.on(kind)(on_visit_changed)


def _visit(received: Received[VisitOpened]) -> dict[str, Any]:
    event = received.event
    return {
        "visit_id": UUID(received.subject),
        "number": event.number,
        "title": event.title,
        "state": event.state,
        "visitor_association": event.visitor_association,
        "host_association": event.host_association,
        "visiting_organisation_id": event.visiting_organisation_id,
        "host_organisation_id": event.host_organisation_id,
        "dual_use": event.dual_use,
        "as_of": received.envelope.time,
    }


def _session(received: Received[SessionPlan]) -> dict[str, Any]:
    event = received.event
    return {
        "session_id": event.session_id,
        "visit_id": UUID(received.subject),
        "visitor_association": event.visitor_association,
        "host_association": event.host_association,
        "held_on": event.starts.wall.date(),
    }
