"""What time brings about for offers and requests: they end."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import day_at
from services.registry.offers.model import Offer, OfferState

AT_ONCE: Final = 500


async def expire_offers(session: AsyncSession, now: datetime) -> int:
    """End those whose last day is over at the seat of their association."""
    due = await session.scalars(
        select(Offer)
        .where(Offer.state == OfferState.OPEN, Offer.until_day <= now.date())
        .order_by(Offer.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    done = 0
    for offer in due.all():
        if await day_at(session, offer.association, at=now) > offer.until_day:
            actor = replace(SYSTEM, association=offer.association)
            await history.record(session, offer.expire(at=now), actor=actor)
            done += 1
    return done


TIMERS: Final = (Timer("offers expire", 600, expire_offers),)
