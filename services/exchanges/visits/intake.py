"""The door of declared attendance: lists that a host's back office keeps in its own system."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import AttendanceDeclared
from contracts.vocabulary import Pointer
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.commands.holding import declare_attendance

exchanges_intake: Final = Intake("exchanges")

BY_ID: Final = mark("name it by the id that Talka gave it; exchanges keeps no other names")
CODE: Final = "TLK-X032"


@exchanges_intake.on(AttendanceDeclared)
async def on_attendance_declared(
    session: AsyncSession, actor: Actor, declared: Received[AttendanceDeclared]
) -> Sequence[UUID]:
    """Take the list in place of any earlier one of the session."""
    listed = declared.event
    faults: list[Fault] = []
    session_id = _id(listed.session, "/data/session", faults)
    minutes = {
        _id(each.delegate, f"/data/attended/{position}/delegate", faults): each.minutes
        for position, each in enumerate(listed.attended)
    }
    key = listed.visit.number or listed.visit.id
    if key is None:
        faults.append(Fault("/data/visit", CODE, BY_ID))
    if faults or key is None:
        raise Invalid(mark("the list names things in a way that is not known here"), faults)
    kept = AttendanceList(session_id, minutes, listed.method)
    return [await declare_attendance(session, actor, key=key, kept=kept, at=declared.written_at)]


def _id(pointer: Pointer, place: str, faults: list[Fault]) -> UUID:
    """The id that the pointer gives; a fault is noted where it gives none."""
    try:
        return UUID(pointer.id or "")
    except ValueError:
        faults.append(Fault(place, CODE, BY_ID))
        return UUID(int=len(faults))
