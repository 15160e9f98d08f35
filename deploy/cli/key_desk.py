"""The work behind `talka keys`: whoever runs Talka stands in for the back office of an association.

The commands of the registry do it, behind the same wall between associations as its pages.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Role
from deploy.cli.reach import Reach
from deploy.local.faults import Exit, Fault
from services.chassis import clock, tenancy
from services.chassis.identity import SYSTEM, Actor
from services.registry.staff import key_commands, queries
from services.registry.staff.keys import ApiKey
from services.registry.staff.model import StaffMember
from services.registry.staff.queries import KeyRow
from services.registry.staff.refusals import KeyNotFound

COLUMNS: Final = (
    "id", "prefix", "association", "name", "owner", "services", "scopes", "issued_at",
    "expires_at", "state",
)  # fmt: skip


def row(found: KeyRow) -> dict[str, object]:
    """A key under the names of `COLUMNS`."""
    key = found.key
    return {
        "id": str(key.id),
        "prefix": key.prefix,
        "association": key.association,
        "name": key.name,
        "owner": found.owner,
        "services": " ".join(key.services),
        "scopes": " ".join(key.scopes),
        "issued_at": key.issued_at.isoformat(timespec="seconds"),
        "expires_at": key.expires_at.isoformat(timespec="seconds"),
        "state": found.state,
    }


async def issue(
    reach: Reach,
    *,
    association: str,
    name: str,
    owner: str | None,
    scopes: Collection[str],
    services: Collection[str],
    expires_at: datetime,
) -> tuple[KeyRow, str]:
    """Make a key; gives the key itself too, which nobody can read again."""
    actor = _in(association)
    async with reach.sessions("registry", "app") as sessions, sessions.begin() as session:
        await tenancy.enter(session, actor)
        person = await _owner(session, association, owner)
        key, secret = await key_commands.issue_key(
            session,
            actor,
            name=name,
            owner_id=person.id,
            scopes=frozenset(scopes),
            services=frozenset(services),
            expires_at=expires_at,
            at=clock.now(),
        )
        return KeyRow(key, person.names.original, person.dismissed, "active"), secret


async def all_keys(reach: Reach, association: str | None) -> list[KeyRow]:
    """The keys of one association, or of all, the newest of each first."""
    theirs = select(ApiKey.association).distinct().order_by(ApiKey.association)
    async with reach.sessions("registry", "worker") as sessions, sessions() as session:
        names = [association] if association else (await session.scalars(theirs)).all()
        return [
            found
            for name in names
            for found in await queries.keys_of(session, _in(name), at=clock.now())
        ]


async def chosen(reach: Reach, named: Sequence[str]) -> list[KeyRow]:
    """The keys that are called so, by their first signs or their id.

    Raises:
        Fault: there is none that is called so.
    """
    keys = await all_keys(reach, None)
    found = []
    for name in dict.fromkeys(named):
        mine = [each for each in keys if name in (each.key.prefix, str(each.key.id))]
        if not mine:
            raise Fault(
                KeyNotFound.code,
                f"There is no key {name}.",
                "Name it by its id or by its first ten signs:",
                "talka keys list",
                exit_code=Exit.REFUSED,
            )
        found += mine
    return found


async def revoke(reach: Reach, keys: Sequence[KeyRow]) -> None:
    """Let these keys open nothing any more; all of them or none."""
    async with reach.sessions("registry", "app") as sessions, sessions.begin() as session:
        for found in keys:
            actor = _in(found.key.association)
            await tenancy.enter(session, actor)
            await key_commands.revoke_key(session, actor, key_id=found.key.id, at=clock.now())
            await session.flush()


async def _owner(session: AsyncSession, association: str, owner: str | None) -> StaffMember:
    """The person who answers for a key; if nobody is named, who is longest in the back office."""
    here = select(StaffMember).where(
        StaffMember.association == association, StaffMember.dismissed.is_(False)
    )
    if owner is None:
        theirs = here.where(StaffMember.roles.contains([Role.BACK_OFFICE.value]))
    else:
        theirs = here.where(
            or_(StaffMember.login == owner, StaffMember.mail == owner, StaffMember.id == _id(owner))
        )
    oldest = theirs.order_by(StaffMember.from_day, StaffMember.id).limit(1)
    person = (await session.scalars(oldest)).one_or_none()
    if person is None:
        who = f"{owner} is not" if owner else "Nobody of the back office is"
        raise Fault(
            "TLK-E107",
            f"{who} on the staff of {association}, and somebody has to answer for a key.",
            "Name a person by login, mail or id; the demo's people come with:",
            "talka up --seed demo",
            exit_code=Exit.REFUSED,
        )
    return person


def _id(owner: str) -> UUID | None:
    try:
        return UUID(owner)
    except ValueError:
        return None


def _in(association: str) -> Actor:
    return replace(SYSTEM, id="system:operator", association=association)
