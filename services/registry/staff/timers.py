"""What time brings about: an appointment whose last day is over ends."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.staff.model import StaffMember

AT_ONCE: Final = 500


async def end_appointments(session: AsyncSession, now: datetime) -> int:
    """End appointments whose last day is over where the person works."""
    today = func.date(func.timezone(StaffMember.zone, now))
    due = (
        select(StaffMember)
        .where(~StaffMember.dismissed, StaffMember.until_day < today)
        .order_by(StaffMember.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    over = list(await session.scalars(due))
    for member in over:
        actor = replace(SYSTEM, association=member.association)
        last = member.until_day or member.from_day
        await history.record(session, member.dismiss(on=last, at=now), actor=actor)
    return len(over)


TIMERS: Final = (Timer("appointments end", 600, end_appointments),)
