"""The door of declared services of centres."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import CentreServiceDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.centres.commands import declare_service
from services.registry.clusters.intake import registry_intake
from services.registry.pointing import in_data
from services.registry.taken import refuse_correction


@registry_intake.on(CentreServiceDeclared)
async def on_centre_service_declared(
    session: AsyncSession, actor: Actor, declared: Received[CentreServiceDeclared]
) -> Sequence[UUID]:
    """Offer the service for its quarter, or say anew how much of it there is."""
    with in_data():
        refuse_correction(declared.event)
        _, events = await declare_service(session, actor, declared.event, at=clock.now())
    return events
