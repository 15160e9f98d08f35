"""Making keys for the systems of an association, and revoking them: acts of its back office."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.vocabulary import Role
from services.chassis import history
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.keys import DECLARE, EXPORT, READ, STREAM, new_key
from services.registry.staff.commands import must_manage_staff
from services.registry.staff.keys import ApiKey
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import (
    KeyLivesTooLong,
    KeyNotFound,
    OverlapTooLong,
    ScopeNotHeld,
    StaffNotFound,
)

KEY_LIVES_AT_MOST: Final = timedelta(days=366)
KEY_LIVES_USUALLY: Final = timedelta(days=180)
OVERLAP_AT_MOST: Final = 30
OVERLAP_USUALLY: Final = 7

# Which roles may themselves do what a key is made for.
HELD_BY: Final = {
    DECLARE: (Role.BACK_OFFICE,),
    READ: (Role.BACK_OFFICE,),
    STREAM: (Role.BACK_OFFICE, Role.ANALYST),
    EXPORT: (Role.BACK_OFFICE, Role.ANALYST),
}


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
        ScopeNotHeld: the maker may not do what the key is to do.
        KeyLivesTooLong: it would be valid for more than twelve months, or is over already.
        ScopeUnknown: a scope that no door asks for.
    """
    must_manage_staff(actor, actor.association)
    _must_hold(actor, scopes)
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


async def rotate_key(
    session: AsyncSession, actor: Actor, *, key_id: UUID, old_valid_days: int, at: datetime
) -> tuple[ApiKey, str]:
    """Make a second key like the first, which goes on for some days; gives the new key too.

    Raises:
        KeyNotFound: no such key in the actor's association.
        NotAllowed: the actor is not of the back office.
        ScopeNotHeld: the maker may not do what the key does.
        AlreadyRevoked: it opens nothing already.
        OverlapTooLong: the old one would be valid for more than 30 days, or for none.
    """
    old = await _locked(session, actor, key_id)
    if not 1 <= old_valid_days <= OVERLAP_AT_MOST:
        raise OverlapTooLong(mark("the old key stays valid for 1 to 30 days: choose a number"))
    await history.record(
        session, old.end_by(at + timedelta(days=old_valid_days), at=at), actor=actor
    )
    owner = old.owner_id if actor.is_system else UUID(actor.id.removeprefix("staff:"))
    return await issue_key(
        session,
        actor,
        name=old.name,
        owner_id=owner,
        scopes=frozenset(old.scopes),
        services=frozenset(old.services),
        expires_at=at + KEY_LIVES_USUALLY,
        at=at,
    )


async def take_over_key(
    session: AsyncSession, actor: Actor, *, key_id: UUID, at: datetime
) -> ApiKey:
    """Answer for a key from now on, such as one whose owner has left.

    Raises:
        KeyNotFound: no such key in the actor's association.
        NotAllowed: the actor is not a person of the back office.
        AlreadyRevoked: it opens nothing already.
    """
    key = await _locked(session, actor, key_id)
    owner_id = UUID(actor.id.removeprefix("staff:"))
    await history.record(session, key.hand_over(owner_id, at=at), actor=actor)
    return key


async def revoke_key(session: AsyncSession, actor: Actor, *, key_id: UUID, at: datetime) -> ApiKey:
    """Let a key open nothing any more, in all services.

    Raises:
        KeyNotFound: no such key in the actor's association.
        NotAllowed: the actor is not of the back office.
        AlreadyRevoked: it opens nothing already.
    """
    key = await _locked(session, actor, key_id)
    await history.record(session, key.revoke(at=at), actor=actor)
    return key


async def _locked(session: AsyncSession, actor: Actor, key_id: UUID) -> ApiKey:
    key = await session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise KeyNotFound(mark("there is no such key in your association"))
    must_manage_staff(actor, key.association)
    return key


def _must_hold(actor: Actor, scopes: frozenset[str]) -> None:
    for scope in sorted(scopes & HELD_BY.keys()):
        if not actor.is_system and not actor.is_(*HELD_BY[scope]):
            raise ScopeNotHeld(
                mark("{scope} is more than you may do yourself: ask somebody who may"), scope=scope
            )
