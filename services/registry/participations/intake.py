"""The door of declared participations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import ParticipationDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.participations.commands import declare_participation
from services.registry.pointing import in_data
from services.registry.taken import corrected


@registry_intake.on(ParticipationDeclared)
async def on_participation_declared(
    session: AsyncSession, actor: Actor, declared: Received[ParticipationDeclared]
) -> Sequence[UUID]:
    """Write it down, or correct the one of that ref."""
    with in_data():
        known = await corrected(session, actor.association, declared.event, "participation")
        _, events = await declare_participation(
            session, actor, declared.event, participation_id=known, at=clock.now()
        )
    return events
