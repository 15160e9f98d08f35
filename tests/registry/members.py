"""Declared members, one valid one at a time; a test names only what matters to it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from contracts.vocabulary import (
    LegalId,
    LegalIdScheme,
    MemberKind,
    Names,
    Place,
    Pointer,
    Region,
    RegionScheme,
    SizeClass,
    check_digit_of,
)
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.memberships.declaring import Joining, Outcome, declare_members
from services.registry.memberships.model import Membership
from services.registry.memberships.queries import Member, Wanted, all_members
from services.registry.organisations.model import Organisation
from services.registry.organisations.stated import Stated
from tests.registry.builders import LVIV, NOON, a_person

KRAKOW = Place(
    country="PL",
    region=Region(scheme=RegionScheme.NUTS, code="PL21"),
    settlement="Kraków",
)


def edrpou(n: int) -> LegalId:
    """The n-th valid number of the Ukrainian register."""
    stem = f"{3000000 + n:07d}"
    return LegalId(
        scheme=LegalIdScheme.UA_EDRPOU,
        value=f"{stem}{check_digit_of(LegalIdScheme.UA_EDRPOU, stem)}",
    )


def stated(n: int = 1, **fields: Any) -> Stated:
    usual: dict[str, Any] = {
        "legal_id": edrpou(n),
        "names": Names(original=f"Завод {n}", en=f"Works {n}"),
        "kind": MemberKind.SME,
        "size_class": SizeClass.SMALL,
        "size_day": date(2026, 12, 31),
        "place": LVIV,
    }
    return Stated(**usual | fields)


def joining(
    n: int = 1,
    *,
    cluster: str = "CL-1091",
    on: date = date(2024, 5, 1),
    until: date | None = None,
    corrects: UUID | None = None,
    **fields: Any,
) -> Joining:
    reason = "left" if until else None
    return Joining(Pointer(number=cluster), stated(n, **fields), on, corrects, until, reason)


async def declare(
    sessions: Sessions, *joinings: Joining, actor: Actor | None = None
) -> list[Outcome]:
    """Take them in one transaction, behind the wall of the actor's association."""
    who = actor or a_person()
    async with sessions.begin() as session:
        await tenancy.enter(session, who)
        return await declare_members(session, [(who, each) for each in joinings], at=NOON)


async def memberships(sessions: Sessions) -> Sequence[Membership]:
    async with sessions() as session:
        rows = select(Membership).join(Organisation, Organisation.id == Membership.organisation_id)
        by_number = rows.order_by(Organisation.number, Membership.joined_day)
        return (await session.scalars(by_number)).all()


async def organisations(sessions: Sessions) -> Sequence[Organisation]:
    async with sessions() as session:
        return (await session.scalars(select(Organisation).order_by(Organisation.number))).all()


def a_membership(
    cluster_id: UUID, organisation_id: UUID, *, joined: date, ended: date | None = None
) -> Membership:
    membership, _ = Membership.join(
        membership_id=uuid7(),
        association="UA",
        cluster_id=cluster_id,
        organisation_id=organisation_id,
        kind=MemberKind.SME,
        on=joined,
        at=NOON,
    )
    membership.ended_day = ended
    return membership


async def members_on(
    session: AsyncSession, cluster_id: UUID, day: date, *, known_at: datetime | None = None
) -> dict[UUID, Member]:
    """The members of a cluster on a day by membership, as it is known now, or was at `known_at`."""
    found = await all_members(session, cluster_id, Wanted(), day=day, known_at=known_at)
    return {each.membership.id: each for each in found}
