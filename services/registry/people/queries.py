"""Whom an association keeps, who answers for a cluster, and who stands in for whom."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, cast, false, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import LegalId, PersonFunctionKind
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.paging import page
from services.registry.imported import came_with
from services.registry.people.model import Person
from services.registry.people.refusals import PersonNotFound


async def people_page(
    session: AsyncSession,
    actor: Actor,
    *,
    q: str = "",
    function: str = "",
    imported: str = "",
    cursor: str | None,
    size: int,
) -> tuple[Sequence[Person], str | None]:
    """The people of the actor's association by name, in either script; and the next cursor."""
    mine = select(Person).where(Person.association == actor.association)
    for word in fold(q).split():
        mine = mine.where(Person.folded.contains(word, autoescape=True))
    if function:
        mine = mine.where(_does(function))
    if imported:
        mine = mine.where(came_with(imported, actor.association, Person.id))
    return await page(session, mine, Person.sort_name, Person.id, cursor=cursor, size=size)


async def person_of(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """One person of the actor's association.

    Raises:
        PersonNotFound: there is none of this id.
    """
    mine = select(Person).where(Person.association == actor.association, Person.id == person_id)
    person = await session.scalar(mine)
    if person is None:
        raise PersonNotFound
    return person


async def sole_traders(
    session: AsyncSession, association: str, numbers: Collection[LegalId]
) -> dict[LegalId, UUID]:
    """The association's people who trade alone under some of these numbers, by number."""
    sought = [_holds(each) for each in numbers]
    mine = select(Person).where(Person.association == association, or_(false(), *sought))
    found = (await session.scalars(mine)).all()
    return {number: person.id for person in found for number in person.legal_ids}


async def administrators_of(session: AsyncSession, cluster_id: UUID) -> list[Person]:
    """The people who answer for a cluster's profile, by id."""
    theirs = (
        select(Person)
        .where(_does(PersonFunctionKind.ADMINISTRATOR, cluster_id))
        .order_by(Person.id)
    )
    return list(await session.scalars(theirs))


async def mails_of(session: AsyncSession, people: Collection[UUID]) -> dict[UUID, str]:
    """The addresses of those who are kept among `people`, by id."""
    theirs = select(Person.id, Person.mail).where(Person.id.in_(sorted(people)))
    return {row.id: row.mail for row in await session.execute(theirs)}


async def names_of_people(session: AsyncSession, people: Collection[UUID]) -> dict[UUID, str]:
    """How those people are called, as far as one may know of them."""
    theirs = select(Person).where(Person.id.in_(sorted(people)))
    return {person.id: person.name for person in await session.scalars(theirs)}


def _holds(number: LegalId) -> ColumnElement[bool]:
    return Person.legal_ids.op("@>")(cast([number.model_dump(mode="json")], JSONB))


def _does(function: str, cluster_id: UUID | None = None) -> ColumnElement[bool]:
    wanted: dict[str, str] = {"function": function}
    if cluster_id is not None:
        wanted["cluster_id"] = str(cluster_id)
    return Person.functions.op("@>")(cast([wanted], JSONB))
