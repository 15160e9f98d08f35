"""Appointing people, changing what they may do, and ending it.

The first person of an association is appointed by whoever runs Talka, all others by its back
office; on every day somebody of the back office stays.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.event import uuid7
from contracts.vocabulary import Mark, PersonNames, Role
from services.chassis import history
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.staff.back_office import Span, cover
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import AlreadyOnStaff, LastBackOffice, StaffNotFound


@dataclass(frozen=True, slots=True)
class Locked:
    """A person with all of the back office, locked: no two of them can end each other."""

    member: StaffMember
    office: list[StaffMember]

    def must_leave_a_back_office(self, span: Span | None, *, at: datetime) -> None:
        """Let the person's days in the back office become `span`, none if there is none.

        Raises:
            LastBackOffice: on some day nobody would be left.
        """
        member = self.member
        if not member.in_back_office or (span is not None and span.holds(member.span)):
            return
        left = [each.span for each in self.office if each.id != member.id]
        today = at.astimezone(ZoneInfo(member.zone)).date()
        if not cover([*left, span] if span is not None else left, today=today):
            raise LastBackOffice(
                mark("nobody would be left in the back office: appoint somebody else first")
            )


async def appoint_staff(
    session: AsyncSession,
    actor: Actor,
    *,
    names: PersonNames,
    mail: str,
    language: str,
    zone: str,
    roles: frozenset[Role],
    marks: frozenset[Mark] = frozenset(),
    login: str | None = None,
    ref: str | None = None,
    from_day: date,
    until_day: date | None = None,
    at: datetime,
) -> StaffMember:
    """Let a person act for the actor's association.

    Raises:
        NotAllowed: the actor is neither back office nor Talka itself.
        RoleNotGivable: a role that this association does not give.
        EndsBeforeItBegins: the last day is before the first.
        AlreadyOnStaff: somebody with this address acts for it already.
    """
    must_manage_staff(actor, actor.association)
    member, _ = await enter_staff(
        session,
        actor,
        names=names,
        mail=mail,
        language=language,
        zone=zone,
        roles=roles,
        marks=marks,
        login=login,
        ref=ref,
        from_day=from_day,
        until_day=until_day,
        at=at,
    )
    return member


async def enter_staff(
    session: AsyncSession,
    actor: Actor,
    *,
    names: PersonNames,
    mail: str,
    language: str,
    zone: str,
    roles: frozenset[Role],
    marks: frozenset[Mark] = frozenset(),
    login: str | None = None,
    ref: str | None = None,
    from_day: date,
    until_day: date | None = None,
    at: datetime,
) -> tuple[StaffMember, UUID]:
    """Enter an appointment by the actor's association; gives the id of the fact too."""
    await refuse_twice(session, actor.association, mail)
    member, event = StaffMember.appoint(
        staff_id=uuid7(),
        association=actor.association,
        ref=ref,
        login=login,
        names=names,
        mail=mail,
        language=language,
        zone=zone,
        roles=roles,
        marks=marks,
        from_day=from_day,
        until_day=until_day,
        at=at,
    )
    session.add(member)
    return member, await history.record(session, event, actor=actor)


async def set_roles(
    session: AsyncSession,
    actor: Actor,
    *,
    staff_id: UUID,
    roles: frozenset[Role],
    marks: frozenset[Mark],
    until_day: date | None = None,
    at: datetime,
) -> StaffMember:
    """Give a person these roles and marks, and this last day, instead of the former ones.

    Raises:
        StaffNotFound: no such person in an association the actor may see.
        NotAllowed: the actor is not of the back office.
        LastBackOffice: on some day nobody of the back office would be left.
    """
    locked = await lock(session, staff_id)
    member = locked.member
    must_manage_staff(actor, member.association)
    stays = Role.BACK_OFFICE in roles
    span = Span(member.from_day, until_day) if stays else None
    locked.must_leave_a_back_office(span, at=at)
    event = member.set_roles(roles=roles, marks=marks, until_day=until_day, at=at)
    await history.record(session, event, actor=actor)
    return member


async def dismiss_staff(
    session: AsyncSession, actor: Actor, *, staff_id: UUID, on: date, at: datetime
) -> StaffMember:
    """End a person's appointment; their sessions end everywhere, their keys stay with a notice.

    Raises:
        StaffNotFound: no such person in an association the actor may see.
        NotAllowed: the actor is not of the back office.
        LastBackOffice: nobody else of the back office would be left.
    """
    locked = await lock(session, staff_id)
    member = locked.member
    must_manage_staff(actor, member.association)
    locked.must_leave_a_back_office(None, at=at)
    await history.record(session, member.dismiss(on=on, at=at), actor=actor)
    return member


def must_manage_staff(actor: Actor, association: str) -> None:
    """Let the back office pass, and whoever runs Talka; a key never.

    Raises:
        NotAllowed: it is neither.
    """
    if actor.is_system and actor.association == association:
        return
    if actor.is_key:
        raise NotAllowed(mark("a key opens doors for declarations, not for staff: sign in"))
    actor.must_be(BACK_OFFICE, of=association)


async def lock(session: AsyncSession, staff_id: UUID) -> Locked:
    """Lock the person with all of the back office, in one order: no two dismiss each other.

    Raises:
        StaffNotFound: no such person in an association the actor may see.
    """
    person = aliased(StaffMember)
    association = select(person.association).where(person.id == staff_id).scalar_subquery()
    together = (
        select(StaffMember)
        .where(StaffMember.association == association)
        .where(or_(StaffMember.id == staff_id, _in_back_office()))
        .order_by(StaffMember.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {member.id: member for member in await session.scalars(together)}
    if staff_id not in found:
        raise StaffNotFound(mark("there is no such person on your staff"))
    office = [member for member in found.values() if member.in_back_office]
    return Locked(found[staff_id], office)


async def refuse_twice(
    session: AsyncSession, association: str, mail: str, *, besides: UUID | None = None
) -> None:
    """Refuse an address under which somebody else acts for the association.

    Raises:
        AlreadyOnStaff: there is somebody.
    """
    known = select(StaffMember.id).where(
        StaffMember.association == association,
        func.lower(StaffMember.mail) == mail.lower(),
        ~StaffMember.dismissed,
        StaffMember.id.is_distinct_from(besides),
    )
    if await session.scalar(known) is not None:
        raise AlreadyOnStaff(
            mark("{mail} is on your staff already: change that appointment"), mail=mail
        )


def _in_back_office() -> ColumnElement[bool]:
    holds = StaffMember.roles.contains([Role.BACK_OFFICE.value])
    return holds & ~StaffMember.dismissed
