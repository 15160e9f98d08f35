"""Invite delegates, take their answers, let invitations lapse, take people off again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import DelegateAnswer, DelegateState, ParticipantRole, ReasonClass
from services.chassis import history, timers
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import SYSTEM, Actor
from services.exchanges.participants.commands import take_in
from services.exchanges.participants.model import Person
from services.exchanges.visits.access import must_coordinate, sides_of, visit_of
from services.exchanges.visits.commands.planning import seat_of
from services.exchanges.visits.delegates import Delegate, Invitation
from services.exchanges.visits.model import Visit
from services.exchanges.visits.states import OPEN_TO_DELEGATES


@dataclass(frozen=True, slots=True)
class Invitees:
    """Whom to invite until when; `organisation_id` is the visiting cluster unless another is."""

    people: Sequence[Person]
    reply_by_at: datetime
    funded: bool = True
    organisation_id: UUID | None = None


async def invite_delegates(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    invitees: Invitees,
    link_key: SecretStr,
    at: datetime,
) -> list[Delegate]:
    """Ask people of the visiting side to travel; each gets a link of his or her own.

    Raises:
        WrongVisitState: the visit has begun or was called off.
        DeadlineCannotBe: nobody can keep this deadline.
        AlreadyInVisit: somebody is invited already.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    organisation_id = invitees.organisation_id or visit.visiting_organisation_id
    seat = seat_of(visit, ParticipantRole.DELEGATE, organisation_id)
    invited = []
    for person in invitees.people:
        participant = await take_in(
            session, actor, person=person, seat=seat, link_key=link_key, at=at
        )
        invitation = Invitation(
            participant_id=participant.id,
            person_id=participant.person_id,
            organisation_id=organisation_id,
            funded=invitees.funded,
            reply_by_at=invitees.reply_by_at,
            link_id=participant.link_id,
        )
        await history.record(session, visit.invite(invitation, at=at), actor=actor)
        invited.append(visit.delegate(participant.id))
    return invited


async def answer_invitation(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    participant_id: UUID,
    answer: DelegateAnswer,
    at: datetime,
) -> Visit:
    """Take the yes or no of the invited person, who comes through the link.

    Raises:
        NotAllowed: somebody else answers.
        ReplyTooLate: the reply deadline has passed.
        WrongDelegateState: the person has answered already, or was withdrawn.
        WrongVisitState: the visit has begun or was called off.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    if not _is(actor, participant_id):
        raise NotAllowed(mark("only the invited person answers, through the link in the mail"))
    await history.record(session, visit.answer(participant_id, answer, at=at), actor=actor)
    return visit


async def withdraw_delegate(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    participant_id: UUID,
    reason: ReasonClass | None = None,
    at: datetime,
) -> Visit:
    """Take a delegate off the visit: a coordinator does, or the delegate.

    Raises:
        WrongDelegateState: the person declined, attended, or was withdrawn already.
        WrongVisitState: the visit was called off.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    if not _is(actor, participant_id):
        must_coordinate(actor, sides_of(visit))
    event = visit.withdraw_delegate(participant_id, reason=reason, at=at)
    await history.record(session, event, actor=actor)
    return visit


async def lapse_due(session: AsyncSession, now: datetime) -> int:
    """Let every invitation lapse whose deadline has passed; gives how many.

    A visit that somebody is acting on is left to the next run: the timer waits for nobody.
    """
    due = (
        select(Visit)
        .join(Delegate, Delegate.visit_id == Visit.id)
        .where(
            Delegate.state.in_((DelegateState.INVITED, DelegateState.OFFERED)),
            Delegate.reply_by_at < now,
            Visit.state.in_(OPEN_TO_DELEGATES),
        )
        .order_by(Visit.id)
        .with_for_update(of=Visit, skip_locked=True)
    )

    async def lapse(visit: Visit) -> int:
        timer = replace(SYSTEM, association=visit.visitor_association)
        late = [
            delegate
            for delegate in visit.delegates
            if delegate.state in (DelegateState.INVITED, DelegateState.OFFERED)
            and delegate.reply_by_at < now
        ]
        for delegate in late:
            event = visit.lapse(delegate.participant_id, at=now)
            await history.record(session, event, actor=timer)
        return len(late)

    visits = (await session.scalars(due)).unique().all()
    return await timers.each(session, visits, lapse, timer="let invitations lapse")


def _is(actor: Actor, participant_id: UUID) -> bool:
    return actor.id == f"participant:{participant_id}"
