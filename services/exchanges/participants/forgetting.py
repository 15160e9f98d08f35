"""Forgets in their visits all people whom the registry forgets (D-04).

A participant is known by an address, so each address of a person is kept, as a digest. What stays
of a forgotten participant is a place in a visit, without a name, so that figures hold.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.people import PersonErased, PersonRecorded
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.identity import SYSTEM, Actor
from services.chassis.received import Received
from services.exchanges.participants.commands import forget
from services.exchanges.participants.model import KnownPerson, Participant
from services.exchanges.participants.queries import digest_of, records_of


def follow(consumer: Consumer) -> None:
    """Let the service's consumer know of people in the registry, and forget the erased."""
    consumer.on(PersonRecorded)(on_person_recorded)
    consumer.on(PersonErased)(on_person_erased)


async def on_person_recorded(
    session: AsyncSession, events: Sequence[Received[PersonRecorded]]
) -> None:
    """Keep under which address the person is known, also beside earlier ones."""
    rows = [
        {
            "person_id": UUID(received.subject),
            "mail_digest": digest_of(received.event.mail),
            "association": received.envelope.association,
        }
        for received in events
        if received.event.mail
    ]
    await upsert(session, KnownPerson, rows)


async def on_person_erased(session: AsyncSession, events: Sequence[Received[PersonErased]]) -> None:
    """Forget the person in every visit, and under which addresses the person was known."""
    for received in events:
        person_id = UUID(received.subject)
        theirs = records_of(person_id).order_by(Participant.id).with_for_update()
        for participant in (await session.scalars(theirs)).all():
            actor = Actor(SYSTEM.id, participant.association)
            at = received.envelope.time
            await forget(session, participant, actor=actor, at=at, cause=received)
        await session.execute(delete(KnownPerson).where(KnownPerson.person_id == person_id))
