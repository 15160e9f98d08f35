"""Making keys for the systems of an association, and revoking them: acts of its back office."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from services.chassis import history
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.keys import new_key
from services.registry.staff.commands import must_manage_staff
from services.registry.staff.keys import ApiKey
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import KeyLivesTooLong, KeyNotFound, StaffNotFound

KEY_LIVES_AT_MOST: Final = timedelta(days=366)


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
    must_manage_staff(actor, actor.association)
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
    must_manage_staff(actor, key.association)
    await history.record(session, key.revoke(at=at), actor=actor)
    return key
