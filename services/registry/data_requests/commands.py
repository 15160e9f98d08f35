"""What back offices do with requests about data: take, pass on, extend, answer, refuse (D-04)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.data_requests import (
    DataRequestEvent,
    DataRequestKind,
    ExtensionReason,
    RefusalReason,
)
from contracts.event import uuid7
from services.chassis import history
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import day_at, must_take_part
from services.registry.contacts.forgetting import forget_wholly
from services.registry.data_requests.finding import request_of
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.refusals import PersonNotMeant
from services.registry.people.commands import locked
from services.registry.people.refusals import PersonNotFound


async def receive_request(
    session: AsyncSession,
    actor: Actor,
    *,
    kind: DataRequestKind,
    name: str,
    mail: str,
    words: str,
    received_day: date,
    at: datetime,
) -> DataRequest:
    """Write down that somebody asked the actor's association; it owes the answer.

    Raises:
        NotAllowed: the actor is not of the back office.
        NotYetReceived: the day is to come.
    """
    actor.must_be(BACK_OFFICE)
    number = await session.scalar(select(func.nextval("data_request_numbers")))
    request, event = DataRequest.receive(
        request_id=uuid7(),
        number=f"DR-{number}",
        association=actor.association,
        kind=kind,
        name=name,
        mail=mail,
        words=words,
        received_day=received_day,
        today=await day_at(session, actor.association, at=at),
        at=at,
    )
    session.add(request)
    return await _done(session, actor, request, event)


async def pass_request_on(
    session: AsyncSession, actor: Actor, *, key: str, association: str, at: datetime
) -> DataRequest:
    """Let the association answer that keeps the person; who took the request may take it back.

    Raises:
        DataRequestNotFound: there is none, or none for this actor.
        NotAllowed: another association took it.
        WrongRequestState: no answer is owed any more.
        SamePlace: it owes the answer already.
        AssociationNotFound: no such association takes part.
    """
    request = await request_of(session, actor, key, for_update=True)
    actor.must_be(BACK_OFFICE, of=request.received_by)
    await must_take_part(session, association)
    return await _done(session, actor, request, request.pass_on(association, at=at))


async def extend_request(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    reason: ExtensionReason,
    told: str,
    at: datetime,
) -> DataRequest:
    """Take two months more for the answer, which who asked was told.

    Raises:
        DataRequestNotFound: there is none, or none for this actor.
        NotAllowed: another association owes the answer.
        WrongRequestState: it is extended, or no answer is owed any more.
        TooLateToExtend: the first month is over.
    """
    request = await _owed(session, actor, key)
    today = await day_at(session, actor.association, at=at)
    event = request.extend(reason=reason, told=told, today=today, at=at)
    return await _done(session, actor, request, event)


async def answer_request(
    session: AsyncSession, actor: Actor, *, key: str, person_id: UUID | None, at: datetime
) -> DataRequest:
    """Carry the request out; an erasure forgets the person everywhere in the same transaction.

    What is kept of the person as former staff of the association is forgotten too.

    Raises:
        DataRequestNotFound: there is none, or none for this actor.
        NotAllowed: another association owes the answer.
        WrongRequestState: no answer is owed any more.
        PersonNotMeant: the association keeps no such person.
        StillOnStaff: the person acts for the association; the appointment ends first.
        TooFewAdministrators: fewer than two would answer for a published profile.
    """
    request = await _owed(session, actor, key)
    event = request.answered(person_id=person_id, at=at)
    try:
        person = None if person_id is None else await locked(session, actor, person_id)
        if person is not None and request.kind is DataRequestKind.ERASE:
            await forget_wholly(session, actor, person_id=person.id, at=at)
    except PersonNotFound:
        raise PersonNotMeant from None
    return await _done(session, actor, request, event)


async def refuse_request(
    session: AsyncSession, actor: Actor, *, key: str, reason: RefusalReason, told: str, at: datetime
) -> DataRequest:
    """Not carry the request out, which who asked was told with the reason.

    Raises:
        DataRequestNotFound: there is none, or none for this actor.
        NotAllowed: another association owes the answer.
        WrongRequestState: no answer is owed any more.
    """
    request = await _owed(session, actor, key)
    return await _done(session, actor, request, request.refuse(reason=reason, told=told, at=at))


async def _owed(session: AsyncSession, actor: Actor, key: str) -> DataRequest:
    request = await request_of(session, actor, key, for_update=True)
    actor.must_be(BACK_OFFICE, of=request.association)
    return request


async def _done(
    session: AsyncSession, actor: Actor, request: DataRequest, event: DataRequestEvent
) -> DataRequest:
    await history.record(session, event, actor=actor)
    return request
