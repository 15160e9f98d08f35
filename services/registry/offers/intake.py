"""The door of declared offers and requests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import OfferDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.offers.commands import declare_offer
from services.registry.pointing import in_data
from services.registry.taken import corrected


@registry_intake.on(OfferDeclared)
async def on_offer_declared(
    session: AsyncSession, actor: Actor, declared: Received[OfferDeclared]
) -> Sequence[UUID]:
    """Put it up, or replace the one of that ref."""
    with in_data():
        known = await corrected(session, actor.association, declared.event, "offer")
        _, events = await declare_offer(
            session, actor, declared.event, offer_id=known, at=clock.now()
        )
    return events
