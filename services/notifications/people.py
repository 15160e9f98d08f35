"""What notifications is told of people: where to write, who stands in for whom, whom to forget."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.people import PersonErased, PersonRecorded
from services.chassis import staff
from services.chassis.consumer import Consumer, HandlerOf
from services.chassis.received import Received
from services.notifications.copies import commands as copies
from services.notifications.deliveries.commands import forget

E = TypeVar("E", bound=Event)


def follow(consumer: Consumer) -> None:
    """Let the service's consumer keep what it is told of people, and forget the erased."""
    staff.follow(consumer, erased=_forgetting(staff.on_staff_erased))
    consumer.on(ParticipantRecorded)(copies.keep_people)
    consumer.on(ParticipantErased)(_forgetting(copies.forget_people))
    consumer.on(PersonRecorded)(copies.keep_contacts)
    consumer.on(PersonErased)(_forgetting(copies.forget_contacts))


def _forgetting(forget_copies: HandlerOf[E]) -> HandlerOf[E]:
    """Forget people by that, and every mail written to them or in another's place."""

    async def on_erased(session: AsyncSession, events: Sequence[Received[E]]) -> None:
        await forget_copies(session, events)
        for received in events:
            await forget(session, received)

    return on_erased
