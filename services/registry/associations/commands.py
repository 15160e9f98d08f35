"""Who may take part; the founding of an association is an act of Talka itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.vocabulary import Names
from services.chassis import history
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.associations.model import AlreadyRegistered, Association


async def register_association(
    session: AsyncSession,
    actor: Actor,
    *,
    names: Names,
    short_name: str,
    languages: list[str],
    zone: str,
    web: str | None,
    at: datetime,
) -> Association:
    """Let the association of the actor's country take part and announce it.

    Raises:
        NotAllowed: the actor is a person or a key; founding is done by whoever runs Talka.
        AlreadyRegistered: it takes part already.
    """
    if not actor.is_system:
        raise NotAllowed(
            mark("an association is registered by whoever runs Talka: ask the operator")
        )
    country = actor.association
    if await session.scalar(select(Association.id).where(Association.country == country)):
        raise AlreadyRegistered(
            mark("the association of {country} is registered already"), country=country
        )
    association, event = Association.register(
        association_id=uuid7(),
        country=country,
        names=names,
        short_name=short_name,
        languages=languages,
        zone=zone,
        web=web,
        at=at,
    )
    session.add(association)
    await history.record(session, event, actor=actor)
    return association
