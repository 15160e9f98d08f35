"""Appointing and dismissing people, issuing and revoking keys.

The first person of an association is appointed by whoever runs Talka, all others by its back
office; at least one person of the back office stays.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.event import uuid7
from contracts.vocabulary import Mark, PersonNames, Role
from services.chassis import history
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.keys import new_key
from services.registry.staff.model import ApiKey, StaffMember
from services.registry.staff.refusals import (
    KeyLivesTooLong,
    KeyNotFound,
    LastBackOffice,
    StaffNotFound,
)

KEY_LIVES_AT_MOST: Final = timedelta(days=366)


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
    from_day: date,
    at: datetime,
) -> StaffMember:
    """Let a person act for the actor's association.

    Raises:
        NotAllowed: the actor is neither back office nor Talka itself.
        RoleNotGivable: a role that this association does not give.
    """
    _must_manage_staff(actor, actor.association)
    member, event = StaffMember.appoint(
        staff_id=uuid7(),
        association=actor.association,
        login=login,
        names=names,
        mail=mail,
        language=language,
        zone=zone,
        roles=roles,
        marks=marks,
        from_day=from_day,
        at=at,
    )
    session.add(member)
    await history.record(session, event, actor=actor)
    return member


async def set_roles(
    session: AsyncSession,
    actor: Actor,
    *,
    staff_id: UUID,
    roles: frozenset[Role],
    marks: frozenset[Mark],
    at: datetime,
) -> StaffMember:
    """Give a person these roles and marks instead of the former ones.

    Raises:
        StaffNotFound: no such person in an association the actor may see.
        NotAllowed: the actor is not of the back office.
        LastBackOffice: nobody else of the back office would be left.
    """
    member = await _member(session, staff_id)
    _must_manage_staff(actor, member.association)
    if Role.BACK_OFFICE not in roles:
        await _must_leave_a_back_office(session, member)
    await history.record(session, member.set_roles(roles=roles, marks=marks, at=at), actor=actor)
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
    member = await _member(session, staff_id)
    _must_manage_staff(actor, member.association)
    await _must_leave_a_back_office(session, member)
    await history.record(session, member.dismiss(on=on, at=at), actor=actor)
    return member


async def issue_key(
    session: AsyncSession,
    actor: Actor,
    *,
    name: str,
    owner_id: UUID,
    scopes: frozenset[str],
    services: frozenset[str],
    expires_at: datetime,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key for a system; gives the key itself too, which nobody can read again.

    Raises:
        NotAllowed: the actor is neither back office nor Talka itself.
        StaffNotFound: the owner is not on the staff of the association.
        KeyLivesTooLong: it would be valid for more than twelve months, or is over already.
        ScopeUnknown: a scope that no door asks for.
    """
    _must_manage_staff(actor, actor.association)
    if not at < expires_at <= at + KEY_LIVES_AT_MOST:
        raise KeyLivesTooLong(mark("a key is valid for twelve months at most: choose another day"))
    owner = await session.get(StaffMember, owner_id)
    if owner is None or owner.association != actor.association or owner.dismissed:
        raise StaffNotFound(mark("the owner of a key must be on your staff: choose somebody else"))
    made = new_key()
    key, event = ApiKey.issue(
        key_id=uuid7(),
        association=actor.association,
        prefix=made.prefix,
        sha256=made.sha256,
        name=name,
        owner_id=owner_id,
        scopes=scopes,
        services=services,
        expires_at=expires_at,
        at=at,
    )
    session.add(key)
    await history.record(session, event, actor=actor)
    return key, made.secret


async def revoke_key(session: AsyncSession, actor: Actor, *, key_id: UUID, at: datetime) -> ApiKey:
    """Let a key open nothing any more, in all services.

    Raises:
        KeyNotFound: no such key in the actor's association.
        NotAllowed: the actor is not of the back office.
        AlreadyRevoked: it opens nothing already.
    """
    key = await session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise KeyNotFound(mark("there is no such key in your association"))
    _must_manage_staff(actor, key.association)
    await history.record(session, key.revoke(at=at), actor=actor)
    return key


def _must_manage_staff(actor: Actor, association: str) -> None:
    if actor.is_system and actor.association == association:
        return
    if actor.is_key:
        raise NotAllowed(mark("a key opens doors for declarations, not for staff: sign in"))
    actor.must_be(BACK_OFFICE, of=association)


async def _member(session: AsyncSession, staff_id: UUID) -> StaffMember:
    """Lock the person with all of the back office, in one order: no two dismiss each other."""
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
    locked = {member.id: member for member in await session.scalars(together)}
    if staff_id not in locked:
        raise StaffNotFound(mark("there is no such person on your staff"))
    return locked[staff_id]


async def _must_leave_a_back_office(session: AsyncSession, member: StaffMember) -> None:
    if member.dismissed or Role.BACK_OFFICE not in member.roles:
        return
    mine = select(func.count()).where(
        StaffMember.association == member.association, _in_back_office()
    )
    if (await session.execute(mine)).scalar_one() <= 1:
        raise LastBackOffice(
            mark("nobody would be left in the back office: appoint somebody else first")
        )


def _in_back_office() -> ColumnElement[bool]:
    holds = StaffMember.roles.contains([Role.BACK_OFFICE.value])
    return holds & ~StaffMember.dismissed
