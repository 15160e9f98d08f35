"""The rota of a centre with the names of its people, for the centre's own side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.centres import RotaEntry
from services.chassis.identity import Actor
from services.registry.associations.queries import day_at
from services.registry.centres.model import Centre
from services.registry.people.model import Person
from services.registry.people.queries import names_of_people

MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class OnRota:
    """An entry with names; `asked` is who is to be asked now, absent outside of its days."""

    entry: RotaEntry
    name: str
    substitute: str
    asked: str


async def rota_of(session: AsyncSession, centre: Centre, *, at: datetime) -> Sequence[OnRota]:
    """Who is on the rota, as it was set; where somebody is away at that instant, who instead."""
    entries = centre.entries
    on = await day_at(session, centre.association, at=at)
    named = {each.person_id for each in entries} | {
        each.substitute_id for each in entries if each.substitute_id is not None
    }
    names = await names_of_people(session, named)
    found = []
    for each in entries:
        asked = ""
        if each.from_day <= on and (each.until_day is None or on <= each.until_day):
            asked = names.get(await _asked(session, each, at), "")
        substitute = names.get(each.substitute_id, "") if each.substitute_id else ""
        found.append(OnRota(each, names.get(each.person_id, ""), substitute, asked))
    return found


async def colleagues(session: AsyncSession, actor: Actor) -> dict[UUID, str]:
    """Whom a rota can name: the people that the actor's association keeps, by name."""
    mine = select(Person).where(Person.association == actor.association)
    found = await session.scalars(mine.order_by(Person.sort_name, Person.id).limit(MOST_OFFERED))
    return {person.id: person.name for person in found}


async def _asked(session: AsyncSession, entry: RotaEntry, at: datetime) -> UUID:
    person = await session.get(Person, entry.person_id)
    away = person is None or person.stands_in(at=at) is not None
    return entry.substitute_id if away and entry.substitute_id else entry.person_id
