"""What a calendar that subscribed may see: the visits of one person's association."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import staff
from services.chassis.errors import NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.links import Link, LinkEnded, LinkUnknown
from services.exchanges.visits.access import visible_to
from services.exchanges.visits.commands.subscribing import KIND
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import VisitSession

LOOKS_BACK: Final = timedelta(days=90)


async def subscriber(session: AsyncSession, link: Link, *, at: datetime) -> Actor:
    """The person who made the subscription, with the roles held today.

    Raises:
        LinkUnknown: the link is for something else.
        LinkEnded: the subscription or the person's appointment has ended.
    """
    if link.kind != KIND:
        raise LinkUnknown(mark("this address is no calendar; copy it from the schedule again"))
    link.must_be_open(at=at)
    try:
        return await staff.actor_of(session, UUID(link.subject.rpartition(":")[2]))
    except NotSignedIn as fault:
        text = mark("this calendar has ended with the role of whoever subscribed to it")
        raise LinkEnded(text) from fault


async def followed_visits(session: AsyncSession, actor: Actor, *, at: datetime) -> Sequence[Visit]:
    """The visits of the last 90 days and all that are to come; never a dual-use one."""
    recent = exists().where(
        VisitSession.visit_id == Visit.id, VisitSession.ends_at > at - LOOKS_BACK
    )
    query = select(Visit).where(visible_to(actor), Visit.dual_use.is_(False), recent)
    return (await session.scalars(query.order_by(Visit.number))).all()
