"""Which fact of others leads to what here: copies first, then messages, then tasks.

One handler for each event class; everything happens in the transaction of the batch.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.exchanges import (
    CommitmentDrafted,
    CommitmentRevised,
    CommitmentSigned,
    DelegateAnswered,
    DelegateInvited,
    DelegateLapsed,
    DelegateWithdrawn,
    HostSideSigned,
    SessionDropped,
    SessionMoved,
    SessionPlanned,
    SignatureCodeRequested,
    SignatureRequested,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
    VisitEnded,
    VisitEvent,
    VisitOpened,
    VisitorSideSigned,
    VisitReady,
    VisitRescheduled,
    VisitReschedulingStarted,
    VisitStarted,
)
from contracts.organisations import (
    OrganisationMerged,
    OrganisationMergeDeclined,
    OrganisationMergeRequested,
)
from contracts.vocabulary import DelegateState
from services.chassis.consumer import Consumer
from services.chassis.received import Received
from services.notifications import people, profiles
from services.notifications.copies import commands as copies
from services.notifications.copies import queries
from services.notifications.deliveries import planning
from services.notifications.deliveries.commands import drop_pending, plan
from services.notifications.today import data_requests, rules

notifications: Final = Consumer("notifications")  # stored name
people.follow(notifications)
profiles.follow(notifications)


@notifications.on(VisitOpened)
async def on_visit_opened(session: AsyncSession, events: Sequence[Received[VisitOpened]]) -> None:
    """Keep the visit's two sides."""
    await copies.open_visits(session, events)


@notifications.on(SessionPlanned)
async def on_session_planned(
    session: AsyncSession, events: Sequence[Received[SessionPlanned]]
) -> None:
    """Keep the session; delegates who were asked before are told."""
    await copies.keep_sessions(session, events)
    await plan(session, await planning.additions(session, events))


@notifications.on(SessionMoved)
async def on_session_moved(session: AsyncSession, events: Sequence[Received[SessionMoved]]) -> None:
    """Keep the new plan; delegates get one mail for each act."""
    await copies.keep_sessions(session, events)
    await plan(session, await planning.moves(session, events))


@notifications.on(SessionDropped)
async def on_session_dropped(
    session: AsyncSession, events: Sequence[Received[SessionDropped]]
) -> None:
    """Take the session out of the programme and of delegates' calendars."""
    await copies.drop_sessions(session, events)
    await plan(session, await planning.droppings(session, events))


@notifications.on(DelegateInvited)
async def on_delegate_invited(
    session: AsyncSession, events: Sequence[Received[DelegateInvited]]
) -> None:
    """Mail the invitations; whoever invited waits for the answers."""
    await copies.keep_invitations(session, events)
    await plan(session, await planning.invitations(session, events))
    for received in events:
        await rules.await_answers(session, received)


@notifications.on(DelegateAnswered)
async def on_delegate_answered(
    session: AsyncSession, events: Sequence[Received[DelegateAnswered]]
) -> None:
    """One answer fewer is missing."""
    for received in events:
        state = DelegateState(received.event.answer.value)
        await copies.keep_delegate_state(session, received, state)
        await rules.note_answer(session, received, lapsed=False)


@notifications.on(DelegateLapsed)
async def on_delegate_lapsed(
    session: AsyncSession, events: Sequence[Received[DelegateLapsed]]
) -> None:
    """The time to answer is over; somebody else may be invited."""
    for received in events:
        await copies.keep_delegate_state(session, received, DelegateState.LAPSED)
        await rules.note_answer(session, received, lapsed=True)


@notifications.on(DelegateWithdrawn)
async def on_delegate_withdrawn(
    session: AsyncSession, events: Sequence[Received[DelegateWithdrawn]]
) -> None:
    """Take the visit out of this one person's calendar; nobody else is told."""
    for received in events:
        await copies.keep_delegate_state(session, received, DelegateState.WITHDRAWN)
        await drop_pending(
            session,
            about_id=UUID(received.subject),
            recipients=[received.event.participant_id],
            reason="the delegate was withdrawn",
            cause=received,
        )
        await plan(session, await planning.withdrawal(session, received))
        await rules.note_answer(session, received, lapsed=False)


@notifications.on(SignatureRequested)
async def on_signature_requested(
    session: AsyncSession, events: Sequence[Received[SignatureRequested]]
) -> None:
    """Mail the way to the text and the signature."""
    await plan(session, planning.signature_requests(events))


@notifications.on(SignatureCodeRequested)
async def on_signature_code_requested(
    session: AsyncSession, events: Sequence[Received[SignatureCodeRequested]]
) -> None:
    """Mail the one-time code to the same mailbox."""
    await plan(session, planning.signature_codes(events))


async def on_commitment_text(
    session: AsyncSession,
    events: Sequence[Received[CommitmentDrafted] | Received[CommitmentRevised]],
) -> None:
    """The coordinators whose signature is missing are to sign."""
    for received in events:
        await rules.ask_to_sign(session, received)


notifications.on(CommitmentDrafted)(on_commitment_text)
notifications.on(CommitmentRevised)(on_commitment_text)


@notifications.on(CommitmentSigned)
async def on_commitment_signed(
    session: AsyncSession, events: Sequence[Received[CommitmentSigned]]
) -> None:
    """One signature fewer is missing."""
    for received in events:
        await rules.note_signature(session, received)


async def on_state_changed(session: AsyncSession, events: Sequence[Received[VisitEvent]]) -> None:
    """Keep the visit's state; what follows is told by other events of the same act."""
    await copies.keep_states(session, events)


notifications.on(VisitorSideSigned)(on_state_changed)
notifications.on(HostSideSigned)(on_state_changed)
notifications.on(VisitReschedulingStarted)(on_state_changed)


@notifications.on(VisitCommitted)
async def on_visit_committed(
    session: AsyncSession, events: Sequence[Received[VisitCommitted]]
) -> None:
    """Bring the news to both sides; from now on the visit is prepared."""
    await copies.keep_states(session, events)
    for received in events:
        await plan(session, await planning.agreements(session, received))
        await rules.prepare_visit(session, received)


@notifications.on(VisitRescheduled)
async def on_visit_rescheduled(
    session: AsyncSession, events: Sequence[Received[VisitRescheduled]]
) -> None:
    """Agreed again; who is concerned was told when the sessions moved."""
    await copies.keep_states(session, events)
    for received in events:
        await rules.prepare_visit(session, received)


@notifications.on(VisitReady)
async def on_visit_ready(session: AsyncSession, events: Sequence[Received[VisitReady]]) -> None:
    """The visiting side has prepared."""
    await copies.keep_states(session, events)
    for received in events:
        await rules.note_ready(session, received)


@notifications.on(VisitStarted)
async def on_visit_started(session: AsyncSession, events: Sequence[Received[VisitStarted]]) -> None:
    """The host records who is present."""
    await copies.keep_states(session, events)
    for received in events:
        await rules.accompany(session, received)


@notifications.on(VisitEnded)
async def on_visit_ended(session: AsyncSession, events: Sequence[Received[VisitEnded]]) -> None:
    """The report is due."""
    await copies.keep_states(session, events)
    for received in events:
        await rules.ask_for_report(session, received)


async def on_visit_called_off(
    session: AsyncSession,
    events: Sequence[Received[VisitCancelled] | Received[VisitDissolved]],
) -> None:
    """Tell everybody concerned; nothing waits for anybody any more."""
    await copies.keep_states(session, events)
    for received in events:
        await drop_pending(
            session,
            about_id=UUID(received.subject),
            recipients=await queries.people_of(session, UUID(received.subject)),
            reason="the visit was called off",
            cause=received,
        )
        await plan(session, await planning.endings(session, received))
        await rules.close_all(session, received)


notifications.on(VisitCancelled)(on_visit_called_off)
notifications.on(VisitDissolved)(on_visit_called_off)

data_requests.follow(notifications)
notifications.on(OrganisationMergeRequested)(rules.ask_for_decisions)
notifications.on(OrganisationMerged)(rules.note_decisions)
notifications.on(OrganisationMergeDeclined)(rules.note_decisions)
