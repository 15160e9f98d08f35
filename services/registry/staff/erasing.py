"""Forgetting somebody who has left: the tombstone goes out, the history keeps empty rows (D-02)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import Actor
from services.registry.staff.commands import lock, must_manage_staff
from services.registry.staff.queries import appointments_of


async def erase_staff(session: AsyncSession, actor: Actor, *, staff_id: UUID, at: datetime) -> None:
    """Forget everything about a person who has left; keys that they owned go on.

    Raises:
        StaffNotFound: no such person in an association the actor may see.
        NotAllowed: the actor is not of the back office.
        StillOnStaff: the person acts; the appointment ends first.
    """
    member = (await lock(session, staff_id)).member
    must_manage_staff(actor, member.association)
    await history.record(session, member.erased(at=at), actor=actor)
    await session.delete(member)
    await history.empty(session, str(staff_id))


async def erase_all_staff(session: AsyncSession, actor: Actor, *, mail: str, at: datetime) -> None:
    """Forget every appointment by the actor's association under this address.

    Raises:
        NotAllowed: the actor is not of the back office.
        StillOnStaff: one of them goes on; it ends first.
    """
    for member in await appointments_of(session, actor, mail):
        await erase_staff(session, actor, staff_id=member.id, at=at)
