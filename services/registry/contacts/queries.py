"""What pages of people ask beside the people themselves."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.clusters.model import Cluster
from services.registry.people.model import Person

MOST_OFFERED: Final = 500


async def numbers_of(session: AsyncSession, people: Iterable[Person]) -> dict[UUID, str]:
    """The numbers of the clusters that these people serve, by id."""
    served = {cluster_id for person in people for cluster_id in person.clusters}
    named = select(Cluster.id, Cluster.number).where(Cluster.id.in_(sorted(served)))
    return {row.id: row.number for row in await session.execute(named)}


async def colleagues_of(session: AsyncSession, person: Person) -> dict[UUID, str]:
    """Who else is kept by the same association, by name."""
    others = (
        select(Person)
        .where(Person.association == person.association, Person.id != person.id)
        .order_by(Person.sort_name, Person.id)
        .limit(MOST_OFFERED)
    )
    return {other.id: other.name for other in await session.scalars(others)}
