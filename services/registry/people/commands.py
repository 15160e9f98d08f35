"""Keeping people: contacts and administrators of clusters, sole traders; and forgetting them."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.people import Absence, ContactNames
from contracts.vocabulary import LegalId
from services.chassis import history
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import home_of
from services.registry.people.model import Person, Stated
from services.registry.people.refusals import PersonChanged, PersonNotFound


@dataclass(frozen=True, slots=True)
class Recorded:
    """A person, and the id of the fact that was made true of them; none if nothing was new."""

    person: Person
    event: UUID | None


async def record_person(
    session: AsyncSession,
    actor: Actor,
    *,
    ref: str | None,
    stated: Stated,
    person_id: UUID | None = None,
    at: datetime,
) -> Recorded:
    """Keep a person, or what is new about one known by id, by `ref`, else by the mail address.

    Raises:
        NotAllowed: the actor is not of the back office.
    """
    actor.must_be(BACK_OFFICE)
    known = await find(session, actor, ref=ref, mail=stated.mail, person_id=person_id)
    if known is not None:
        return await restate(session, actor, known, stated, at)
    person, event = Person.enter(
        stated, person_id=uuid7(), association=actor.association, ref=ref, at=at
    )
    session.add(person)
    return Recorded(person, await history.record(session, event, actor=actor))


async def change_person(
    session: AsyncSession,
    actor: Actor,
    *,
    person_id: UUID,
    stated: Stated,
    lock: int,
    at: datetime,
) -> Recorded:
    """Change a person who is still as they were at `lock`.

    Raises:
        PersonNotFound: the association keeps no such person.
        NotAllowed: the actor is not of the back office.
        PersonChanged: somebody was faster.
    """
    actor.must_be(BACK_OFFICE)
    person = await locked(session, actor, person_id)
    if person.lock != lock:
        raise PersonChanged
    return await restate(session, actor, person, stated, at)


async def set_absences(
    session: AsyncSession,
    actor: Actor,
    *,
    person_id: UUID,
    absences: tuple[Absence, ...],
    at: datetime,
) -> Recorded:
    """State when the person is away, and who gets then what the person would get (R-23).

    Raises:
        PersonNotFound: the association keeps no such person.
        NotAllowed: the actor is not of the back office.
    """
    actor.must_be(BACK_OFFICE)
    person = await locked(session, actor, person_id)
    stated = replace(person.stated, absences=absences)
    return await restate(session, actor, person, stated, at)


async def record_sole_trader(
    session: AsyncSession, actor: Actor, *, name: str, legal_id: LegalId, at: datetime
) -> UUID:
    """Keep the name and number of somebody who trades alone; gives the person's id.

    Whoever is known by the number stays who they are.
    """
    number = cast([legal_id.model_dump(mode="json")], JSONB)
    mine = select(Person).where(
        Person.association == actor.association, Person.legal_ids.op("@>")(number)
    )
    known = await session.scalar(mine)
    if known is not None:
        return known.id
    language, zone = await home_of(session, actor.association)
    stated = Stated(
        names=ContactNames(original=name),
        mail="",  # nobody writes to a trader of whom no address was given
        language=language,
        zone=zone,
        legal_ids=(legal_id,),
    )
    person, event = Person.enter(
        stated, person_id=uuid7(), association=actor.association, ref=None, at=at
    )
    session.add(person)
    await history.record(session, event, actor=actor)
    return person.id


async def erase_person(
    session: AsyncSession, actor: Actor, *, person_id: UUID, at: datetime
) -> UUID:
    """Forget everything about a person; other services drop what they know (D-02).

    Imports forget what they compared their rows with.

    Raises:
        PersonNotFound: the association keeps no such person.
        NotAllowed: the actor is not of the back office.
    """
    actor.must_be(BACK_OFFICE)
    person = await locked(session, actor, person_id)
    erased = await history.record(session, person.erased(at=at), actor=actor)
    await session.delete(person)
    await history.empty(session, str(person_id))
    await session.execute(select(func.forget_compared(person_id)))
    return erased


async def find(
    session: AsyncSession,
    actor: Actor,
    *,
    ref: str | None,
    mail: str,
    person_id: UUID | None = None,
) -> Person | None:
    """The association's person of this id, else under `ref`, else with this address; locked."""
    mine = select(Person).where(Person.association == actor.association)
    if person_id is not None:
        mine = mine.where(Person.id == person_id)
    elif ref is not None:
        mine = mine.where(Person.ref == ref)
    else:
        mine = mine.where(func.lower(Person.mail) == mail.lower(), Person.mail != "")
    return (await session.scalars(mine.order_by(Person.id).limit(1).with_for_update())).first()


async def locked(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """A person of the actor's association, to be changed.

    Raises:
        PersonNotFound: there is none of this id.
    """
    mine = (
        select(Person)
        .where(Person.association == actor.association, Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    person = await session.scalar(mine)
    if person is None:
        raise PersonNotFound
    return person


async def restate(
    session: AsyncSession, actor: Actor, person: Person, stated: Stated, at: datetime
) -> Recorded:
    """Take over what is stated now of a locked person."""
    event = person.restate(stated, at=at)
    if event is None:
        return Recorded(person, None)
    return Recorded(person, await history.record(session, event, actor=actor))
