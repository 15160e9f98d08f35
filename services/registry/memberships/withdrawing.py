"""Taking back what a declaration made true of memberships: each fact by what was before it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.memberships import MemberJoined, MemberLeft, MembershipCorrected, MembershipEvent
from services.registry.memberships.commands import must_stand_alone
from services.registry.memberships.model import Membership, Span


async def take_back(
    session: AsyncSession,
    facts: Sequence[Event],
    *,
    corrects: UUID,
    reason: str,
    at: datetime,
) -> list[Event]:
    """Let the days be again as they were before these facts, of which they are the last.

    Raises:
        Invalid: the days of before meet others of the same member by now.
    """
    subjects = {UUID(each.subject) for each in facts if isinstance(each, MembershipEvent)}
    locked = select(Membership).where(Membership.id.in_(subjects)).order_by(Membership.id)
    rows = await session.scalars(locked.with_for_update().execution_options(populate_existing=True))
    memberships = {each.id: each for each in rows}
    events: list[Event | None] = []
    first = {
        each.subject: each for each in reversed(facts) if isinstance(each, MembershipEvent)
    }  # one that joined and left by the same declaration never was
    for fact in first.values():
        membership = memberships[UUID(fact.subject)]
        before = _before(fact, membership)
        if before is None or before.is_empty:
            event = membership.withdraw(corrects=corrects, reason=reason, at=at)
        else:
            await must_stand_alone(session, membership, before, "/declaration")
            event = membership.correct(before, corrects=corrects, reason=reason, at=at)
        events.append(event)
        await session.flush()
    return [each for each in events if each is not None]


def _before(fact: MembershipEvent, membership: Membership) -> Span | None:
    """The days before a fact; None when there was no membership."""
    match fact:
        case MemberLeft():
            return Span(membership.joined_day)
        case MembershipCorrected():
            return Span(fact.former.joined_day, fact.former.ended_day)
        case MemberJoined():
            return None
        case _:
            raise TypeError(type(fact))
