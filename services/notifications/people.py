"""What notifications is told of people: where to write, who stands in for whom, whom to forget."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.participants import ParticipantErased, ParticipantRecorded
from contracts.people import PersonErased, PersonRecorded
from contracts.registry import StaffErased
from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.received import Received
from services.notifications.copies import commands as copies
from services.notifications.deliveries.commands import forget


def follow(consumer: Consumer) -> None:
    """Let the service's consumer keep what it is told of people, and forget the erased."""
    staff.follow(consumer, erased=on_staff_erased)
    consumer.on(ParticipantRecorded)(on_participant_recorded)
    consumer.on(ParticipantErased)(on_participant_erased)
    consumer.on(PersonRecorded)(on_person_recorded)
    consumer.on(PersonErased)(on_person_erased)


async def on_staff_erased(session: AsyncSession, events: Sequence[Received[StaffErased]]) -> None:
    """Forget the person, and every mail written to the person."""
    await staff.on_staff_erased(session, events)
    for received in events:
        await forget(session, received)


async def on_participant_recorded(
    session: AsyncSession, events: Sequence[Received[ParticipantRecorded]]
) -> None:
    """Keep where and in which language to write."""
    await copies.keep_people(session, events)


async def on_participant_erased(
    session: AsyncSession, events: Sequence[Received[ParticipantErased]]
) -> None:
    """Forget the person, and every mail written to the person."""
    await copies.forget_people(session, events)
    for received in events:
        await forget(session, received)


async def on_person_recorded(
    session: AsyncSession, events: Sequence[Received[PersonRecorded]]
) -> None:
    """Know who stands in for whom, and when."""
    await copies.keep_contacts(session, events)


async def on_person_erased(session: AsyncSession, events: Sequence[Received[PersonErased]]) -> None:
    """Forget the person, and every mail written to the person in another's place."""
    await copies.forget_contacts(session, events)
    for received in events:
        await forget(session, received)
