"""What is told: from events to notices, with the copies as they are at that moment.

Exactly those concerned are told: delegates who may still come, the two organisations, and the
coordinators of both sides, each where the fact changes something for them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    DelegateInvited,
    DelegateWithdrawn,
    SessionDropped,
    SessionMoved,
    SessionPlanned,
    SignatureCodeRequested,
    SignatureRequested,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
)
from services.chassis.received import Received
from services.notifications.copies import queries as copies
from services.notifications.copies.model import SessionCopy
from services.notifications.deliveries import audience
from services.notifications.deliveries.audience import WORTH_SAYING
from services.notifications.deliveries.commands import Notice
from services.notifications.letters.facts import (
    DelegateWithdrawal,
    Invitation,
    Move,
    ProgrammeChange,
    SessionFacts,
    SignatureCode,
    SignatureRequest,
    VisitAgreed,
    VisitCancellation,
)

NEWS_LASTS: Final = timedelta(days=3)
SIGNING_LASTS: Final = timedelta(days=14)


async def invitations(
    session: AsyncSession, events: Sequence[Received[DelegateInvited]]
) -> list[Notice]:
    """Ask each person invited, with the programme as it is."""
    programmes = {
        received.subject: await copies.programme(session, UUID(received.subject))
        for received in events
    }
    return [
        audience.to_visitor(
            received,
            received.event.participant_id,
            Invitation(
                at=received.event.time,
                visit_id=UUID(received.subject),
                sessions=tuple(map(facts_of, programmes[received.subject])),
                reply_by_at=received.event.reply_by_at,
                link_id=received.event.link_id,
            ),
            expires_at=received.event.reply_by_at,
        )
        for received in events
    ]


def signature_requests(events: Sequence[Received[SignatureRequested]]) -> list[Notice]:
    """Ask each person who signs for an organisation."""
    return [
        audience.to_signer(
            received,
            SignatureRequest(
                at=received.event.time,
                visit_id=received.event.visit_id,
                party=received.event.party,
                link_id=received.event.link_id,
            ),
            expires_at=received.event.time + SIGNING_LASTS,
        )
        for received in events
    ]


def signature_codes(events: Sequence[Received[SignatureCodeRequested]]) -> list[Notice]:
    """Bring each code to the mailbox of the person who asked for it."""
    return [
        audience.to_signer(
            received,
            SignatureCode(
                at=received.event.time,
                visit_id=received.event.visit_id,
                challenge_id=received.event.challenge_id,
                expires_at=received.event.expires_at,
            ),
            expires_at=received.event.expires_at,
        )
        for received in events
    ]


async def moves(session: AsyncSession, events: Sequence[Received[SessionMoved]]) -> list[Notice]:
    """Tell delegates who may still come, and contacts with entries, when a session is now."""
    told = [
        (
            received,
            ProgrammeChange(
                at=received.event.time,
                visit_id=UUID(received.subject),
                moved=(_move(received.event),),
            ),
        )
        for received in events
    ]
    return [
        *await audience.to_delegates(session, told),
        *await audience.to_contacts(session, told),
    ]


async def additions(
    session: AsyncSession, events: Sequence[Received[SessionPlanned]]
) -> list[Notice]:
    """Tell delegates who were asked before the session was there."""
    return await audience.to_delegates(
        session,
        (
            (
                received,
                ProgrammeChange(
                    at=received.event.time,
                    visit_id=UUID(received.subject),
                    added=(facts_of(received.event),),
                ),
            )
            for received in events
        ),
    )


async def droppings(
    session: AsyncSession, events: Sequence[Received[SessionDropped]]
) -> list[Notice]:
    """Tell delegates that a session does not take place."""
    sessions = await copies.sessions(session, [received.event.session_id for received in events])
    return await audience.to_delegates(
        session,
        (
            (
                received,
                ProgrammeChange(
                    at=received.event.time,
                    visit_id=UUID(received.subject),
                    dropped=(facts_of(sessions[received.event.session_id]),),
                ),
            )
            for received in events
            if received.event.session_id in sessions
        ),
    )


async def withdrawal(session: AsyncSession, received: Received[DelegateWithdrawn]) -> list[Notice]:
    """Take the sessions out of the calendar of the one who does not come; nobody else is told."""
    visit_id, person = UUID(received.subject), received.event.participant_id
    held = (await audience.held(session, visit_id)).get(person)
    if held is None:
        return []
    facts = DelegateWithdrawal(
        at=received.event.time,
        visit_id=visit_id,
        sessions=_ended(await copies.programme(session, visit_id), held),
        reason=received.event.reason,
    )
    return [
        audience.to_visitor(received, person, facts, expires_at=received.event.time + WORTH_SAYING)
    ]


async def endings(
    session: AsyncSession, received: Received[VisitCancelled] | Received[VisitDissolved]
) -> list[Notice]:
    """Tell everybody concerned that the visit will not take place.

    Delegates and organisations are told who have heard of the visit; the coordinators of both
    sides are told, but for the one whose act it was.
    """
    visit_id, event = UUID(received.subject), received.event
    held = await audience.held(session, visit_id)
    asked = await copies.delegates_asked(session, {visit_id})
    programme = await copies.programme(session, visit_id)
    until = event.time + WORTH_SAYING

    def told(sessions: tuple[SessionFacts, ...]) -> VisitCancellation:
        return VisitCancellation(
            at=event.time,
            visit_id=visit_id,
            sessions=sessions,
            reason=event.reason,
            note=event.note,
        )

    delegates = [
        audience.to_visitor(
            received, person, told(_ended(programme, held[person])), expires_at=until
        )
        for person in asked[visit_id]
        if person in held
    ]
    organisations = [
        audience.to_side(
            received, person, role, told(_ended(programme, held[person])), expires_at=until
        )
        for person, role in await copies.contacts(session, visit_id)
        if person in held
    ]
    return [
        *delegates,
        *organisations,
        *await audience.to_staff(session, received, told(()), until),
    ]


async def agreements(session: AsyncSession, received: Received[VisitCommitted]) -> list[Notice]:
    """Bring the news to both organisations, with calendar entries, and to both coordinators."""
    visit_id = UUID(received.subject)
    facts = VisitAgreed(
        at=received.event.time,
        visit_id=visit_id,
        sessions=tuple(map(facts_of, await copies.programme(session, visit_id))),
    )
    at = received.event.time
    entered = facts.model_copy(update={"entries": True})
    organisations = [
        audience.to_side(received, person, role, entered, expires_at=at + WORTH_SAYING)
        for person, role in await copies.contacts(session, visit_id)
    ]
    staff = await audience.to_staff(session, received, facts, at + NEWS_LASTS)
    return [*organisations, *staff]


def facts_of(session: SessionCopy | SessionPlanned | SessionMoved) -> SessionFacts:
    """A session as a letter tells it."""
    place = session.where if isinstance(session, SessionCopy) else session.place
    return SessionFacts(
        session_id=session.session_id,
        kind=session.kind,
        title=session.title,
        mode=session.mode,
        place=place,
        starts=session.starts,
        ends=session.ends,
        sequence=session.calendar_sequence,
    )


def _move(event: SessionMoved) -> Move:
    return Move(
        session=facts_of(event),
        former_starts=event.former.starts,
        former_ends=event.former.ends,
        former_place=event.former.place,
    )


def _ended(programme: Sequence[SessionCopy], held: frozenset[UUID]) -> tuple[SessionFacts, ...]:
    """The sessions held in a calendar, each with a higher sequence than it has there."""
    return tuple(
        facts_of(item).model_copy(update={"sequence": item.calendar_sequence + 1})
        for item in programme
        if item.session_id in held
    )
