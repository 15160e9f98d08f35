"""Where associations sit: in the zones of their seats the days of their clusters are counted.

Facts of a cluster can come before the association's own: until then its days are those of UTC.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import AssociationRegistered
from services.analytics.facts.model import AssociationCopy
from services.analytics.facts.rows import local_day
from services.chassis.database import upsert
from services.chassis.received import Received

NOT_YET_KNOWN: Final = "UTC"


async def keep_seats(
    session: AsyncSession, events: Sequence[Received[AssociationRegistered]]
) -> list[str]:
    """Know the zone of each association; gives which associations these are, in order."""
    rows = [
        {
            "association": received.event.country,
            "zone": received.event.zone,
            "as_of": received.event.time,
        }
        for received in events
    ]
    await upsert(session, AssociationCopy, rows)
    return sorted({received.event.country for received in events})


async def zones_of_seats(session: AsyncSession) -> dict[str, str]:
    """The zone of each association that is known."""
    found = await session.execute(select(AssociationCopy.association, AssociationCopy.zone))
    return dict(found.all())


async def days_at(session: AsyncSession, at: datetime) -> tuple[date, date]:
    """The earliest and the latest date that it is at an association's seat at that instant."""
    zones = set((await zones_of_seats(session)).values()) or {NOT_YET_KNOWN}
    days = sorted(local_day(at, zone) for zone in zones)
    return days[0], days[-1]
