"""Take people into a visit, each with a secret link of their own; let them in; and forget them."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.people import PersonErased
from contracts.vocabulary import ParticipantRole
from services.chassis import history, links, tenancy
from services.chassis.faults import mark
from services.chassis.identity import SYSTEM, Actor
from services.chassis.links import Link
from services.chassis.received import Received
from services.exchanges.participants.model import Participant, Person
from services.exchanges.participants.refusals import AlreadyInVisit, ParticipantGone


@dataclass(frozen=True, slots=True)
class Seat:
    """The place in a visit that somebody takes, and how long the link to it is good."""

    visit_id: UUID
    visitor_association: str
    host_association: str
    role: ParticipantRole
    organisation_id: UUID
    link_until: datetime

    @property
    def association(self) -> str:
        """The side the person belongs to."""
        host = self.role is ParticipantRole.HOST
        return self.host_association if host else self.visitor_association


async def take_in(
    session: AsyncSession,
    actor: Actor,
    *,
    person: Person,
    seat: Seat,
    link_key: SecretStr,
    at: datetime,
) -> Participant:
    """Record a person in a visit and make the link under which he or she answers.

    Raises:
        AlreadyInVisit: somebody with this address has this role in the visit.
    """
    await _refuse_twice(session, person, seat)
    participant_id = uuid7()
    link = await links.issue(
        session,
        link_key,
        kind=seat.role.value,
        subject=str(participant_id),
        association=actor.association,
        expires_at=seat.link_until,
    )
    participant = Participant(
        id=participant_id,
        visit_id=seat.visit_id,
        visitor_association=seat.visitor_association,
        host_association=seat.host_association,
        association=seat.association,
        role=seat.role,
        person_id=await _person_id(session, person.mail, seat.association),
        organisation_id=seat.organisation_id,
        **person.columns(),
        link_id=link.id,
        recorded_at=at,
    )
    session.add(participant)
    await history.record(session, participant.recorded(), actor=actor)
    return participant


async def let_in(session: AsyncSession, link: Link) -> tuple[Participant, Actor]:
    """The person behind a link, as an actor of his or her own side.

    Raises:
        ParticipantGone: the record was erased.
    """
    participant = await session.get(Participant, UUID(link.subject))
    if participant is None:
        raise ParticipantGone(mark("this link leads to nobody any more; write to who sent it"))
    actor = replace(
        link.actor,
        association=participant.association,
        name=participant.name,
        language=participant.language,
        zone=participant.zone,
    )
    await tenancy.enter(session, actor)
    return participant, actor


async def forget(
    session: AsyncSession,
    participant: Participant,
    *,
    actor: Actor,
    at: datetime,
    cause: Received[PersonErased] | None = None,
) -> None:
    """Keep nothing of a person in a visit, and let the link lead nowhere.

    Both sides recorded something of the person, so the session works for each of them in between.
    """
    await history.record(session, participant.erase(at=at), actor=actor, cause=cause)
    for side in {participant.visitor_association, participant.host_association}:
        await tenancy.enter(session, Actor(SYSTEM.id, side))
        await links.withdraw(session, subject=str(participant.id), at=at)
        await history.empty(session, str(participant.id))
    await tenancy.enter(session, actor)


async def _refuse_twice(session: AsyncSession, person: Person, seat: Seat) -> None:
    known = select(Participant.id).where(
        Participant.visit_id == seat.visit_id,
        Participant.role == seat.role,
        func.lower(Participant.mail) == person.mail.lower(),
    )
    if await session.scalar(known) is not None:
        raise AlreadyInVisit(
            mark("{mail} is in this visit already; look at the list of delegates"),
            mail=person.mail,
        )


async def _person_id(session: AsyncSession, mail: str, association: str) -> UUID:
    """The same id for the same address in all visits of an association."""
    known = select(Participant.person_id).where(
        Participant.association == association, func.lower(Participant.mail) == mail.lower()
    )
    return await session.scalar(known.limit(1)) or uuid7()
