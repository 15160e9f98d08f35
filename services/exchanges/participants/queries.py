"""People of a visit, as its two associations see them; and all that is kept of one person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import BACK_OFFICE, Actor
from services.exchanges.participants.model import KnownPerson, Participant


async def participants_of(session: AsyncSession, visit_id: UUID) -> dict[UUID, Participant]:
    """Everybody in the visit, by id, in the order they were taken in."""
    query = select(Participant).where(Participant.visit_id == visit_id).order_by(Participant.id)
    return {participant.id: participant for participant in await session.scalars(query)}


def records_of(person_id: UUID) -> Select[Participant]:
    """The records of whom the registry knows by that id: of the same association and address."""
    digest = func.sha256(func.convert_to(func.lower(Participant.mail), "UTF8"))
    same = (
        select(Participant.person_id)
        .join(KnownPerson, KnownPerson.association == Participant.association)
        .where(KnownPerson.person_id == person_id, KnownPerson.mail_digest == digest)
    )
    return select(Participant).where(Participant.person_id.in_(same), Participant.mail != "")


async def kept_of(session: AsyncSession, actor: Actor, person_id: UUID) -> Sequence[Participant]:
    """All that is kept in visits of a person of the actor's registry, the newest first.

    Raises:
        NotAllowed: the actor is not of the back office.
    """
    actor.must_be(BACK_OFFICE)
    theirs = records_of(person_id).where(Participant.association == actor.association)
    return (await session.scalars(theirs.order_by(Participant.id.desc()))).all()
