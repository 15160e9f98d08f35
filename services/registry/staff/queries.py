"""Who is on the staff, which keys there are, and which person answers for an act."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Mark, Role
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.key_uses import Use, uses_of
from services.chassis.paging import page
from services.registry.staff.keys import ApiKey
from services.registry.staff.model import StaffMember
from services.registry.staff.refusals import KeyNotFound, StaffNotFound

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key with its owner's name, and whether it opens anything at that moment."""

    key: ApiKey
    owner: str | None
    owner_dismissed: bool
    state: str  # active, expiring, expired, revoked
    use: Use | None = None  # at the registry's own doors


async def staff_page(
    session: AsyncSession,
    actor: Actor,
    *,
    q: str = "",
    left: bool = False,
    cursor: str | None,
    size: int,
) -> tuple[Sequence[StaffMember], str | None]:
    """Who acts for the actor's association by name, or who has left; and the next cursor."""
    name = StaffMember.names["original"].astext
    mine = select(StaffMember).where(
        StaffMember.association == actor.association, StaffMember.dismissed.is_(left)
    )
    for word in q.split():
        found = [name, StaffMember.names["latin"].astext, StaffMember.mail]
        mine = mine.where(or_(*(each.icontains(word, autoescape=True) for each in found)))
    return await page(session, mine, name, StaffMember.id, cursor=cursor, size=size)


async def member_of(session: AsyncSession, actor: Actor, staff_id: UUID) -> StaffMember:
    """One person who acts for the actor's association.

    Raises:
        StaffNotFound: nobody of that id does.
    """
    mine = select(StaffMember).where(
        StaffMember.association == actor.association,
        StaffMember.id == staff_id,
        ~StaffMember.dismissed,
    )
    member = await session.scalar(mine)
    if member is None:
        raise StaffNotFound(mark("there is no such person on your staff"))
    return member


async def appointments_of(session: AsyncSession, actor: Actor, mail: str) -> Sequence[StaffMember]:
    """All appointments by the actor's association under this address, also those that are over."""
    theirs = select(StaffMember).where(
        StaffMember.association == actor.association,
        StaffMember.mail != "",
        func.lower(StaffMember.mail) == mail.lower(),
    )
    return (await session.scalars(theirs.order_by(StaffMember.id))).all()


async def keys_of(session: AsyncSession, actor: Actor, *, at: datetime) -> list[KeyRow]:
    """The keys of the actor's association, the newest first."""
    mine = _with_owners().where(ApiKey.association == actor.association)
    rows = (await session.execute(mine.order_by(ApiKey.issued_at.desc(), ApiKey.id))).all()
    uses = await uses_of(session, [row[0].id for row in rows])
    return [replace(_row(row, at), use=uses.get(row[0].id)) for row in rows]


async def key_of(session: AsyncSession, actor: Actor, key_id: UUID, *, at: datetime) -> KeyRow:
    """One key of the actor's association.

    Raises:
        KeyNotFound: there is none of that id.
    """
    mine = _with_owners().where(ApiKey.association == actor.association, ApiKey.id == key_id)
    row = (await session.execute(mine)).one_or_none()
    if row is None:
        raise KeyNotFound(mark("there is no such key in your association"))
    uses = await uses_of(session, [key_id])
    return replace(_row(row, at), use=uses.get(key_id))


async def person_behind(session: AsyncSession, actor: Actor) -> str:
    """The person who answers for an act, `staff:<uuid>`: of a key it is the key's owner."""
    if not actor.is_key:
        return actor.id
    key_id = UUID(actor.id.removeprefix("key:"))
    owner_id = await session.scalar(select(ApiKey.owner_id).where(ApiKey.id == key_id))
    return f"staff:{owner_id}" if owner_id else actor.id


async def is_somebody_else_in_back_office(
    session: AsyncSession, association: str, *, besides: Collection[str], vetted: bool, on: date
) -> bool:
    """Whether the back office has anybody on that day but these; a `vetted` one if need be."""
    others = select(StaffMember.id).where(
        StaffMember.association == association,
        StaffMember.roles.contains([Role.BACK_OFFICE.value]),
        ~StaffMember.dismissed,
        StaffMember.from_day <= on,
        or_(StaffMember.until_day.is_(None), StaffMember.until_day >= on),
        StaffMember.id.not_in(ids_of(besides, "staff")),
    )
    if vetted:
        others = others.where(StaffMember.marks.contains([Mark.DUAL_USE_VETTED.value]))
    return await session.scalar(others.limit(1)) is not None


async def names_of(session: AsyncSession, actor_ids: Collection[str]) -> dict[str, str]:
    """How those actors are called, as far as they are people or keys one may know of."""
    people, keys = ids_of(actor_ids, "staff"), ids_of(actor_ids, "key")
    named: dict[str, str] = {}
    members = select(StaffMember.id, StaffMember.names).where(StaffMember.id.in_(people))
    for staff_id, names in await session.execute(members):
        named[f"staff:{staff_id}"] = names.original
    systems = select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(keys))
    for key_id, name in await session.execute(systems):
        named[f"key:{key_id}"] = name
    return named


def ids_of(actor_ids: Collection[str], kind: str) -> list[UUID]:
    """The ids of those actors that are of this kind, `staff` or `key`."""
    beginning = f"{kind}:"
    found = {each.removeprefix(beginning) for each in actor_ids if each.startswith(beginning)}
    return sorted(UUID(each) for each in found)


def _with_owners() -> Select[ApiKey, StaffMember]:
    return select(ApiKey, StaffMember).outerjoin(StaffMember, StaffMember.id == ApiKey.owner_id)


def _row(row: Row[ApiKey, StaffMember], at: datetime) -> KeyRow:
    key = row[0]
    owner: StaffMember | None = row[1]
    if key.revoked_at is not None:
        state = "revoked"
    else:
        state = "active" if at < key.expires_at - SOON else "expiring"
        state = state if at < key.expires_at else "expired"
    return KeyRow(
        key=key,
        owner=owner.names.original if owner else None,
        owner_dismissed=owner is not None and owner.dismissed,
        state=state,
    )
