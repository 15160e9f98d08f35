"""The door of declared labels."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import LabelDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.labels.commands import declare_label
from services.registry.pointing import in_data
from services.registry.taken import corrected


@registry_intake.on(LabelDeclared)
async def on_label_declared(
    session: AsyncSession, actor: Actor, declared: Received[LabelDeclared]
) -> Sequence[UUID]:
    """Write the label down, or correct the one of that ref."""
    with in_data():
        known = await corrected(session, actor.association, declared.event, "label")
        _, events = await declare_label(
            session, actor, declared.event, label_id=known, at=clock.now()
        )
    return events
