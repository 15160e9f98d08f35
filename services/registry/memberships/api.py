"""Members for systems: those of a cluster on any day, as known now or then, and ending one.

Systems with a key declare members at the door for events; the act here is for people's programs.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from contracts.vocabulary import LegalId, MemberKind, SizeClass
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.associations.queries import day_at
from services.registry.clusters import finding
from services.registry.imported import ByImport
from services.registry.memberships import queries
from services.registry.memberships.commands import (
    correct_membership,
    end_membership,
    withdraw_membership,
)
from services.registry.memberships.finding import must_see_members
from services.registry.memberships.model import Span
from services.registry.memberships.queries import Member, Wanted

router = Router(prefix="/registry/v1", tags=["members"])


class MemberOut(BaseModel):
    """An organisation in a cluster; of a sole trader name and numbers are left out."""

    id: UUID
    organisation_id: UUID
    number: str
    name: str | None
    legal_ids: list[LegalId]
    kind: MemberKind
    size_class: SizeClass
    size_day: date | None
    joined_day: date
    ended_day: date | None
    reason: str | None

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        """The member as it stands in a list."""
        membership, organisation = member.membership, member.organisation
        return cls(
            id=membership.id,
            organisation_id=organisation.id,
            number=organisation.number,
            name=organisation.name,
            legal_ids=list(organisation.numbers),
            kind=membership.kind,
            size_class=organisation.size_class,
            size_day=organisation.size_day,
            joined_day=member.days.joined_day,
            ended_day=member.days.ended_day,
            reason=membership.reason,
        )


class Counted(BaseModel):
    """How many members of a kind and a size there are."""

    kind: MemberKind
    size_class: SizeClass
    members: int


Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class Leaving(BaseModel):
    """The last day of a membership, and why it ends."""

    ended_day: date
    reason: Reason


class Days(BaseModel):
    """The right days of a membership, both included, and why those before were wrong."""

    joined_day: date
    ended_day: date | None = None
    reason: Reason


class Withdrawal(BaseModel):
    """Why there never was a membership."""

    reason: Reason


@router.get("/clusters/{key}/members")
async def list_members(
    *,
    key: str,
    session: Transaction,
    actor: Acting,
    on: Annotated[date | None, Query(description="The day; today when left out")] = None,
    known_at: Annotated[
        AwareDatetime | None, Query(description="Leave out what was learned later")
    ] = None,
    q: str = "",
    kind: MemberKind | None = None,
    size_class: SizeClass | None = None,
    imported: ByImport = "",
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[MemberOut]:
    """The members of a cluster on a day, by name; for its own association."""
    cluster = await finding.cluster_of(session, actor, key)
    must_see_members(actor, cluster)
    day = on or await day_at(session, cluster.association, at=clock.now())
    members, following = await queries.members_page(
        session,
        cluster.id,
        Wanted(q, kind, size_class, imported),
        day=day,
        known_at=known_at,
        cursor=cursor,
        size=limit,
    )
    return Page(items=[MemberOut.of(each) for each in members], next=following)


@router.get("/clusters/{key}/members/count")
async def count_members(
    key: str, session: Transaction, actor: Acting, on: date | None = None
) -> list[Counted]:
    """How many members of each kind and size the cluster has on a day; for all who see it."""
    cluster = await finding.cluster_of(session, actor, key)
    day = on or await day_at(session, cluster.association, at=clock.now())
    counted = await queries.members_counted(session, cluster.id, day=day)
    return [Counted.model_validate(each, from_attributes=True) for each in counted]


@router.put("/memberships/{membership_id}/end", status_code=204)
async def end(membership_id: UUID, leaving: Leaving, session: Transaction, actor: Acting) -> None:
    """Let a day be the last one of a membership."""
    await end_membership(
        session,
        actor,
        membership_id=membership_id,
        on=leaving.ended_day,
        reason=leaving.reason,
        at=clock.now(),
    )


@router.put("/memberships/{membership_id}/days", status_code=204)
async def correct(membership_id: UUID, days: Days, session: Transaction, actor: Acting) -> None:
    """Put the days of a membership right, also those past."""
    await correct_membership(
        session,
        actor,
        membership_id=membership_id,
        days=Span(days.joined_day, days.ended_day),
        reason=days.reason,
        at=clock.now(),
    )


@router.put("/memberships/{membership_id}/withdrawal", status_code=204)
async def withdraw(
    membership_id: UUID, withdrawn: Withdrawal, session: Transaction, actor: Acting
) -> None:
    """State that there never was this membership."""
    await withdraw_membership(
        session, actor, membership_id=membership_id, reason=withdrawn.reason, at=clock.now()
    )
