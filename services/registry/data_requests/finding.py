"""Finding requests, and the people of whom they may be, as far as somebody may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.folding import fold
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.refusals import DataRequestNotFound
from services.registry.people.model import Person

MOST_OFFERED = 50


async def request_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> DataRequest:
    """The request of that number (`DR-1001`) or id, for the back offices that deal with it.

    Raises:
        NotAllowed: the actor is not of the back office.
        DataRequestNotFound: there is none, or none for this actor.
    """
    actor.must_be(BACK_OFFICE)
    mine = select(DataRequest).where(
        or_(DataRequest.number == key.upper(), cast(DataRequest.id, Text) == key.lower()),
        or_(
            DataRequest.association == actor.association,
            DataRequest.received_by == actor.association,
        ),
    )
    if for_update:
        mine = mine.with_for_update().execution_options(populate_existing=True)
    request = await session.scalar(mine)
    if request is None:
        raise DataRequestNotFound
    return request


async def people_meant(
    session: AsyncSession, actor: Actor, request: DataRequest
) -> Sequence[Person]:
    """Whom of the actor's association the request may be about: by mail, or by name.

    The address counts most, then the whole name; who shares a part of it comes last.
    """
    words = fold(request.name).split()
    named = [Person.folded.contains(word, autoescape=True) for word in words]
    same_mail = func.lower(Person.mail) == request.mail.lower()
    whole_name = and_(*named) if named else same_mail
    theirs = select(Person).where(
        Person.association == actor.association,
        or_(same_mail & (Person.mail != ""), *named),
    )
    return (
        await session.scalars(
            theirs.order_by(~same_mail, ~whole_name, Person.sort_name, Person.id).limit(
                MOST_OFFERED
            )
        )
    ).all()


async def name_of(session: AsyncSession, actor: Actor, person_id: UUID | None) -> str:
    """How the person of an answered request is called; nothing once the person is forgotten."""
    if person_id is None:
        return ""
    mine = select(Person).where(Person.id == person_id, Person.association == actor.association)
    person = await session.scalar(mine)
    return person.name if person else ""
