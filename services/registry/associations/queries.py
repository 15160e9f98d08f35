"""What others of the registry ask about associations."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.associations.model import Association, AssociationNotFound


async def day_at(session: AsyncSession, country: str, *, at: datetime) -> date:
    """The date at the association's seat at that instant.

    Raises:
        AssociationNotFound: no association of that country takes part.
    """
    return at.astimezone(ZoneInfo(await zone_of(session, country))).date()


async def today_for(session: AsyncSession, actor: Actor, *, at: datetime) -> date:
    """The date at the seat of the actor's association; for those who work for all, that of UTC."""
    own = select(Association.zone).where(Association.country == actor.association)
    return at.astimezone(ZoneInfo(await session.scalar(own) or "UTC")).date()


async def days_at(session: AsyncSession, *, at: datetime) -> dict[str, date]:
    """The date at each association's seat at that instant, by country."""
    zones = await session.execute(select(Association.country, Association.zone))
    return {country: at.astimezone(ZoneInfo(zone)).date() for country, zone in zones}


async def zone_of(session: AsyncSession, country: str) -> str:
    """The zone of the association's seat.

    Raises:
        AssociationNotFound: no association of that country takes part.
    """
    zone = await session.scalar(select(Association.zone).where(Association.country == country))
    if zone is None:
        raise AssociationNotFound(
            mark("no association of {country} takes part: ask the operator"), country=country
        )
    return zone


async def must_take_part(session: AsyncSession, country: str) -> None:
    """Let a country pass whose association takes part.

    Raises:
        AssociationNotFound: no association of that country does.
    """
    await zone_of(session, country)


async def home_of(session: AsyncSession, country: str) -> tuple[str, str]:
    """The language and the zone in which the association works.

    Raises:
        AssociationNotFound: no association of that country takes part.
    """
    zone = await zone_of(session, country)
    spoken = select(Association.languages).where(Association.country == country)
    languages: list[str] = (await session.execute(spoken)).scalar_one()
    return (languages[0] if languages else "en"), zone


async def name_of(session: AsyncSession, country: str, *, language: str) -> str:
    """How the association is called: by its own name in its languages, else in English.

    Raises:
        AssociationNotFound: no association of that country takes part.
    """
    await must_take_part(session, country)
    found = await session.scalars(select(Association).where(Association.country == country))
    association = found.one()
    own = language in association.languages
    return association.names.original if own else association.names.en
