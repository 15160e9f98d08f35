"""People of a visit, as its two associations see them; and all that is kept of one person."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, collate, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import paging
from services.chassis.identity import BACK_OFFICE, Actor
from services.exchanges.participants.model import KnownPerson, Participant
from services.exchanges.participants.refusals import PartlyDualUse

# of the visits, which stand above participants, only whether the actor may see them
VISITS: Final = table("visits", column("id"))


async def participants_of(session: AsyncSession, visit_id: UUID) -> dict[UUID, Participant]:
    """Everybody in the visit, by id, in the order they were taken in."""
    query = select(Participant).where(Participant.visit_id == visit_id).order_by(Participant.id)
    return {participant.id: participant for participant in await session.scalars(query)}


def digest_of(mail: str) -> bytes:
    """By what an address is known again, whatever the case of its ASCII letters."""
    return hashlib.sha256(mail.encode().lower()).digest()


async def is_in_register(session: AsyncSession, participants: Sequence[Participant]) -> bool:
    """Whether the registry of their association knows one of these addresses."""
    known = select(KnownPerson.person_id).where(
        KnownPerson.association.in_({each.association for each in participants}),
        KnownPerson.mail_digest.in_({digest_of(each.mail) for each in participants}),
    )
    return await session.scalar(known.limit(1)) is not None


def records_of(person_id: UUID) -> Select[Participant]:
    """The records of whom the registry knows by that id: of the same association and address."""
    folded = func.lower(collate(Participant.mail, "C"))  # ASCII only, as `digest_of` does
    digest = func.sha256(func.convert_to(folded, "UTF8"))
    same = (
        select(Participant.person_id)
        .join(KnownPerson, KnownPerson.association == Participant.association)
        .where(KnownPerson.person_id == person_id, KnownPerson.mail_digest == digest)
    )
    return select(Participant).where(Participant.person_id.in_(same), Participant.mail != "")


async def kept_of(
    session: AsyncSession, actor: Actor, person_id: UUID, *, cursor: str | None, size: int
) -> tuple[Sequence[Participant], str | None]:
    """A page of all that is kept in visits of a person of the actor's association, oldest first.

    The id is the registry's, or that of somebody whom only visits know.

    Raises:
        NotAllowed: the actor is not of the back office.
        PartlyDualUse: the actor is not vetted, and some of the visits are of dual use.
    """
    actor.must_be(BACK_OFFICE)
    named = records_of(person_id).with_only_columns(Participant.id)
    theirs = select(Participant).where(
        Participant.id.in_(named) | (Participant.person_id == person_id),
        Participant.association == actor.association,
        Participant.mail != "",
    )
    unseen = Participant.visit_id.not_in(select(VISITS.c.id))
    if await session.scalar(select(theirs.where(unseen).exists())):
        raise PartlyDualUse
    return await paging.page(session, theirs, Participant.id, cursor=cursor, size=size)
