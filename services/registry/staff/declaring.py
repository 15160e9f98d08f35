"""Appointments as the association's own system states them: new, changed, or over."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.people import StaffDeclared
from contracts.vocabulary import Mark, Role
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.staff.back_office import Span
from services.registry.staff.commands import Locked, enter_staff, lock, refuse_twice
from services.registry.staff.model import StaffMember
from services.registry.taken import corrected

MARKS = mark("A mark is given by a person: leave this out, and set it on the page of the staff.")


async def declare_staff(
    session: AsyncSession, actor: Actor, declared: StaffDeclared, *, at: datetime
) -> list[UUID]:
    """Take over an appointment; gives the ids of the facts that came of it.

    A last day that is over ends it. Trust in somebody is given by people alone: a mark that the
    person does not hold already is refused when a key declares it.

    Raises:
        NotAllowed: the actor is not of the back office.
        RoleNotGivable: a role that this association does not give.
        LastBackOffice: on some day nobody of the back office would be left.
        AlreadyOnStaff: somebody else acts under this address.
        AlreadyDismissed: the person has left; appoint them under a ref of its own.
    """
    actor.must_be(BACK_OFFICE)
    known = await _known(session, actor, declared)
    _refuse_new_marks(actor, declared, known.member if known else None)
    if known is None:
        member, event = await enter_staff(session, actor, at=at, **_appointment(declared))
        facts = [event]
    else:
        member = known.member
        facts = await _restate(session, actor, known, declared, at)
    today = at.astimezone(ZoneInfo(member.zone)).date()
    if not member.dismissed and member.until_day is not None and member.until_day < today:
        over = member.dismiss(on=member.until_day, at=at)
        facts.append(await history.record(session, over, actor=actor))
    return facts


async def _known(session: AsyncSession, actor: Actor, declared: StaffDeclared) -> Locked | None:
    """Who was declared before, by what is corrected, by this ref, else who has this address."""
    mine = select(StaffMember.id).where(StaffMember.association == actor.association)
    wrong = await corrected(session, actor.association, declared, "staff")
    if wrong is not None:
        mine = mine.where(StaffMember.id == wrong)
    elif declared.ref is not None:
        mine = mine.where(StaffMember.ref == declared.ref)
    else:
        mine = mine.where(
            func.lower(StaffMember.mail) == declared.mail.lower(), ~StaffMember.dismissed
        )
    staff_id = await session.scalar(mine)
    return None if staff_id is None else await lock(session, staff_id)


async def _restate(
    session: AsyncSession, actor: Actor, known: Locked, declared: StaffDeclared, at: datetime
) -> list[UUID]:
    member = known.member
    stays = Role.BACK_OFFICE in declared.roles
    span = Span(declared.from_day, declared.until_day) if stays else None
    known.must_leave_a_back_office(span, at=at)
    await refuse_twice(session, actor.association, declared.mail, besides=member.id)
    stated = _appointment(declared)
    del stated["ref"]
    event = member.restate(**stated, at=at)
    return [] if event is None else [await history.record(session, event, actor=actor)]


def _appointment(declared: StaffDeclared) -> dict[str, Any]:
    return {
        "ref": declared.ref,
        "login": declared.login,
        "names": declared.names,
        "mail": declared.mail,
        "language": declared.language,
        "zone": declared.zone,
        "roles": frozenset(declared.roles),
        "marks": frozenset(declared.marks),
        "from_day": declared.from_day,
        "until_day": declared.until_day,
    }


def _refuse_new_marks(actor: Actor, declared: StaffDeclared, member: StaffMember | None) -> None:
    held = {Mark(each) for each in member.marks} if member else set()
    if actor.is_key and not held.issuperset(declared.marks):
        raise Invalid(MARKS, [Fault("/marks", "TLK-D069", MARKS)])
