"""The staff for people's own programs: appointing, changing roles, ending, forgetting.

Keys do neither; which roles somebody holds is told to all services by the event alone.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, EmailStr, Field
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Language, Mark, PersonNames, Role, Zone
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.identity import BACK_OFFICE
from services.registry.associations.queries import day_at, home_of
from services.registry.staff import commands
from services.registry.staff.erasing import erase_staff
from services.registry.staff.model import StaffMember

router = Router(prefix="/registry/v1/staff", tags=["staff"])


class RolesGiven(BaseModel):
    """All that somebody may do from now on; what is not named is taken away."""

    roles: Annotated[frozenset[Role], Field(min_length=1)]
    marks: frozenset[Mark]
    until_day: date | None = None


class Appointment(RolesGiven):
    """Somebody who is to act for the association; language and zone are its own if left out."""

    names: PersonNames
    mail: EmailStr
    language: Language | None = None
    zone: Zone | None = None
    login: Annotated[str | None, Field(max_length=200)] = None
    from_day: date


class StaffOut(BaseModel):
    """One person's appointment."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    association: str
    names: PersonNames
    mail: str
    roles: list[Role]
    marks: list[Mark]
    from_day: date
    until_day: date | None
    dismissed: bool


@router.post("", status_code=201)
async def appoint(given: Appointment, session: Transaction, actor: Acting) -> StaffOut:
    """Let a person act for your association; what they may do holds from the first day on."""
    actor.must_be(BACK_OFFICE)
    language, zone = await home_of(session, actor.association)
    stated = dict(given) | {"language": given.language or language, "zone": given.zone or zone}
    member = await commands.appoint_staff(session, actor, at=clock.now(), **stated)
    return await _shown(session, member)


@router.put("/{staff_id}/roles")
async def set_roles(
    staff_id: UUID, given: RolesGiven, session: Transaction, actor: Acting
) -> StaffOut:
    """Give somebody of your staff these roles and marks instead of the former ones."""
    member = await commands.set_roles(
        session, actor, staff_id=staff_id, at=clock.now(), **dict(given)
    )
    return await _shown(session, member)


@router.delete("/{staff_id}")
async def dismiss(staff_id: UUID, session: Transaction, actor: Acting) -> StaffOut:
    """End somebody's appointment today; their sessions end in every service."""
    actor.must_be(BACK_OFFICE)
    now = clock.now()
    today = await day_at(session, actor.association, at=now)
    member = await commands.dismiss_staff(session, actor, staff_id=staff_id, on=today, at=now)
    return await _shown(session, member)


@router.delete("/{staff_id}/record", status_code=204)
async def erase(staff_id: UUID, session: Transaction, actor: Acting) -> None:
    """Forget everything about somebody who has left; every service drops what it knows."""
    await erase_staff(session, actor, staff_id=staff_id, at=clock.now())


async def _shown(session: AsyncSession, member: StaffMember) -> StaffOut:
    await session.flush()
    return StaffOut.model_validate(member)
