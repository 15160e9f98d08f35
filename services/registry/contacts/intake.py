"""The door of declared people and staff: HTTP and spreadsheets; their data never come by Kafka."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.people import PersonDeclared, StaffDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.contacts.declaring import declare_person
from services.registry.pointing import in_data
from services.registry.staff.declaring import declare_staff


@registry_intake.on(PersonDeclared)
async def on_person_declared(
    session: AsyncSession, actor: Actor, declared: Received[PersonDeclared]
) -> Sequence[UUID]:
    """Keep the person, and name the administrators of the clusters concerned."""
    with in_data():
        return await declare_person(session, actor, declared.event, at=clock.now())


@registry_intake.on(StaffDeclared)
async def on_staff_declared(
    session: AsyncSession, actor: Actor, declared: Received[StaffDeclared]
) -> Sequence[UUID]:
    """Appoint the person, or change or end the appointment known by this ref."""
    with in_data():
        return await declare_staff(session, actor, declared.event, at=clock.now())
