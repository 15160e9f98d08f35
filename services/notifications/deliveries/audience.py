"""Who is told: the two sides of a visit, its delegates, and the coordinators of both.

A notice names the recipient's own side and the other one: both see the delivery in their ledger.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    CommitmentEvent,
    SignatureCodeRequested,
    SignatureRequested,
    VisitEvent,
)
from contracts.vocabulary import DeliveryState, ParticipantRole, Party
from services.chassis.received import Received
from services.notifications.copies import queries as copies
from services.notifications.deliveries.commands import Notice
from services.notifications.deliveries.model import Delivery
from services.notifications.deliveries.states import PENDING
from services.notifications.letters.facts import Facts, ProgrammeChange

WORTH_SAYING: Final = timedelta(days=7)  # a change or an end is still told a week later

REACHED: Final = frozenset(
    {
        DeliveryState.SENDING,
        DeliveryState.SENT,
        DeliveryState.DELIVERED,
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.UNKNOWN,
    }
)
"""The recipient has the message, or may have it."""


async def held(
    session: AsyncSession, visit_id: UUID, states: frozenset[DeliveryState] = REACHED
) -> Mapping[UUID, frozenset[UUID]]:
    """Who has heard of the visit, each with the sessions that may stand in the own calendar."""
    each = func.unnest(Delivery.sessions).table_valued("session_id").render_derived()
    reached = (
        select(Delivery.recipient_id, func.array_agg(each.c.session_id))
        .join(each, onclause=true(), isouter=True)
        .where(Delivery.about_id == visit_id, Delivery.state.in_(states))
        .group_by(Delivery.recipient_id)
    )
    return {
        recipient: frozenset(session_id for session_id in sessions if session_id is not None)
        for recipient, sessions in await session.execute(reached)
    }


async def to_delegates(
    session: AsyncSession,
    told: Iterable[tuple[Received[Any], ProgrammeChange]],
) -> list[Notice]:
    """Each change for each delegate who may still come; the changes of one act are put together."""
    acts = _acts(told)
    asked = await copies.delegates_asked(session, {change.visit_id for _, change in acts})
    return [
        to_visitor(received, person, change, expires_at=change.at + WORTH_SAYING)
        for received, change in acts
        for person in asked[change.visit_id]
    ]


async def to_contacts(
    session: AsyncSession,
    told: Iterable[tuple[Received[Any], ProgrammeChange]],
) -> list[Notice]:
    """Each act for the contacts who have these sessions in the calendar, or are about to."""
    notices = []
    for received, change in _acts(told):
        entered = await held(session, change.visit_id, REACHED | PENDING)
        moved = {each.session_id for each in change.calendar_sessions}
        notices += [
            to_side(received, person, role, change, expires_at=change.at + WORTH_SAYING)
            for person, role in await copies.contacts(session, change.visit_id)
            if moved & entered.get(person, frozenset())
        ]
    return notices


def _acts(
    told: Iterable[tuple[Received[Any], ProgrammeChange]],
) -> list[tuple[Received[Any], ProgrammeChange]]:
    acts: dict[tuple[UUID, str], tuple[Received[Any], ProgrammeChange]] = {}
    for received, change in told:
        key = change.visit_id, received.envelope.correlation_id or received.envelope.id
        if key in acts:
            first, former = acts[key]
            acts[key] = first, former.with_changes(change)
        else:
            acts[key] = received, change
    return list(acts.values())


def to_visitor(
    received: Received[Any], person: UUID, facts: Facts, *, expires_at: datetime
) -> Notice:
    """To somebody who travels, or was asked to."""
    return to_side(received, person, ParticipantRole.DELEGATE, facts, expires_at=expires_at)


def to_signer(
    received: Received[SignatureRequested] | Received[SignatureCodeRequested],
    facts: Facts,
    *,
    expires_at: datetime,
) -> Notice:
    """To the person who signs for one of the organisations."""
    host = received.event.party in {Party.HO, Party.HOP}
    role = ParticipantRole.HOST if host else ParticipantRole.VISITOR
    person = received.event.participant_id
    return to_side(received, person, role, facts, expires_at=expires_at)


def to_side(
    received: Received[Any],
    person: UUID,
    role: ParticipantRole,
    facts: Facts,
    *,
    expires_at: datetime,
) -> Notice:
    """To a person of the guests' side or of the host's, by the role in the visit."""
    event: VisitEvent | CommitmentEvent = received.event
    own, other = event.visitor_association, event.host_association
    if role is ParticipantRole.HOST:
        own, other = other, own
    return Notice(facts, person, own, other, expires_at, received)


async def to_staff(
    session: AsyncSession, received: Received[Any], facts: Facts, expires_at: datetime
) -> list[Notice]:
    """To the coordinators of both sides who may see it, but for the one whose act it was."""
    event: VisitEvent = received.event
    visit_id = UUID(received.subject)
    visit = (await copies.visits(session, {visit_id})).get(visit_id)
    coordinators = await copies.coordinators(
        session,
        {event.visitor_association, event.host_association},
        vetted=visit is not None and visit.dual_use,
    )
    return [
        Notice(facts, person, association, None, expires_at, received)
        for person, association in coordinators
        if received.envelope.actor != f"staff:{person}"
    ]
