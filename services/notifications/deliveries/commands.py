"""Acts on deliveries: plan them once, drop what no longer holds, forget a person, try again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from contracts.event import uuid7
from contracts.vocabulary import Channel, DeliveryState
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import SYSTEM, Actor
from services.chassis.received import Received
from services.notifications.copies import queries as copies
from services.notifications.deliveries.model import Delivery, DeliveryNotFound
from services.notifications.deliveries.states import PENDING
from services.notifications.letters.facts import (
    DormantProfile,
    Facts,
    ProgrammeChange,
    SignatureRequest,
)

ACT_SETTLES_SECONDS: Final = 1.0  # the parts of one act may come in two batches
TRY_AGAIN_WITHIN: Final = timedelta(days=3)
MAY_READ: Final = ("back_office", "coordinator", "support_office", "operator")
MAY_RESEND: Final = ("back_office", "coordinator", "operator")
QUESTIONS_SETTLE_SECONDS: Final = 10.0  # profiles that went dormant on one day are one mail
_JOINING: Final = (ProgrammeChange, SignatureRequest)


@dataclass(frozen=True, slots=True)
class Notice:
    """One fact for one recipient, before it is a delivery.

    `association` is the recipient's own side, `partner` the other side of the visit, or None for
    staff, whose mail is nobody else's business.
    """

    facts: Facts
    recipient_id: UUID
    association: str
    partner: str | None
    expires_at: datetime
    cause: Received[Any]

    @property
    def act(self) -> str:
        """What was done at one stroke has one name."""
        return self.cause.envelope.correlation_id or self.cause.envelope.id


def system_for(association: str) -> Actor:
    """The system, at work for one association."""
    return Actor(SYSTEM.id, association)


async def plan(session: AsyncSession, notices: Sequence[Notice]) -> None:
    """Plan each notice once, in order; a repeat of the same cause changes nothing.

    Moves, and the request to sign them, join the letter of the same act that waits to be written.
    """
    fresh = [notice for notice in notices if not await _joined(session, notice)]
    if not fresh:
        return
    known = await copies.recipients(session, {notice.recipient_id for notice in fresh})
    for notice in fresh:
        recipient = known.get(notice.recipient_id)
        row = _row(notice, recipient.language if recipient else "en")
        adding = insert(Delivery).values(row).on_conflict_do_nothing().returning(Delivery.id)
        if await session.scalar(adding) is None:
            continue
        delivery = await session.get_one(Delivery, row["id"])
        await history.record(
            session,
            delivery.planned(),
            actor=system_for(notice.association),
            cause=notice.cause,
        )


def _row(notice: Notice, language: str) -> dict[str, Any]:
    facts = notice.facts
    settles = ACT_SETTLES_SECONDS if isinstance(facts, _JOINING) else 0
    if isinstance(facts, DormantProfile):
        settles = QUESTIONS_SETTLE_SECONDS
    return {
        "id": uuid7(),
        "cause_id": UUID(notice.cause.envelope.id),
        "act": notice.act,
        "recipient_id": notice.recipient_id,
        "association": notice.association,
        "partner": notice.partner,
        "channel": Channel.MAIL,
        "kind": facts.kind,
        "template": facts.template,
        "template_version": facts.version,
        "aggregate": facts.aggregate,
        "about_id": facts.about_id,
        "language": language,
        "facts": facts.model_dump(mode="json"),
        "sessions": [session.session_id for session in facts.calendar_sessions],
        "state": DeliveryState.PLANNED,
        "planned_at": facts.at,
        "expires_at": notice.expires_at,
        "ready_at": func.clock_timestamp() + timedelta(seconds=settles),
        "attempts": 0,
    }


async def _joined(session: AsyncSession, notice: Notice) -> bool:
    """Add to a letter of the same act that is still to be written; what is in one stays there."""
    if not isinstance(notice.facts, _JOINING):
        return False
    same = await session.scalars(
        select(Delivery)
        .where(
            Delivery.recipient_id == notice.recipient_id,
            Delivery.about_id == notice.facts.about_id,
            Delivery.act == notice.act,
            Delivery.template.in_([facts.template for facts in _JOINING]),
        )
        .order_by(Delivery.position)
        .with_for_update()
    )
    for delivery in same:
        told = delivery.told
        together = told.with_more(notice.facts)
        if together is None or (together != told and delivery.state is not DeliveryState.PLANNED):
            continue
        delivery.facts = together.model_dump(mode="json")
        delivery.sessions = [session.session_id for session in together.calendar_sessions]
        delivery.expires_at = max(delivery.expires_at, notice.expires_at)
        await session.flush()
        return True
    return False


async def drop_pending(
    session: AsyncSession,
    *,
    about_id: UUID,
    recipients: Collection[UUID] | None = None,
    reason: str,
    cause: Received[Any],
) -> None:
    """Leave unsent what is still to be sent about this thing, to these people or to everybody.

    A written mail that tells this with others is taken back: the others are told without it.
    """
    await _take_apart(session, about_id, cause=cause)
    theirs = Delivery.recipient_id.in_(recipients) if recipients is not None else true()
    pending = await _pending(session, Delivery.about_id == about_id, theirs)
    await _drop(session, pending, reason=reason, cause=cause)


async def _take_apart(session: AsyncSession, about_id: UUID, *, cause: Received[Any]) -> None:
    """Plan again all that one mail was to tell, where this thing is a part of it."""
    concerned = (
        select(Delivery.id, Delivery.carrier_id)
        .where(Delivery.about_id == about_id, Delivery.template == DormantProfile.template)
        .order_by(Delivery.position)
        .with_for_update()  # whoever is gathering it into a mail right now is done afterwards
    )
    mails = {row.carrier_id or row.id for row in await session.execute(concerned)}
    if not mails:
        return
    carriers = [
        each for each in await _pending(session, Delivery.id.in_(mails)) if each.speaks_for_others
    ]
    for carrier in carriers:
        carrier.take_back()
    joined = (
        select(Delivery)
        .where(Delivery.carrier_id.in_([each.id for each in carriers]))
        .order_by(Delivery.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for each in (await session.scalars(joined)).all():
        actor = system_for(each.association)
        await history.record(session, each.part(at=cause.envelope.time), actor=actor, cause=cause)
    await session.flush()


async def forget(session: AsyncSession, received: Received[Any]) -> None:
    """Erase every mail written to a person, and leave unsent what is still to be sent."""
    person = UUID(received.subject)
    theirs = or_(Delivery.recipient_id == person, Delivery.substitute_id == person)
    await _drop(
        session,
        await _pending(session, theirs),
        reason="the recipient's data were erased",
        cause=received,
    )
    await session.execute(update(Delivery).where(theirs).values(content=None))


async def _pending(session: AsyncSession, *about: ColumnElement[bool]) -> Sequence[Delivery]:
    waiting = (
        select(Delivery)
        .where(*about, Delivery.state.in_(PENDING))
        .order_by(Delivery.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(waiting)).all()


async def _drop(
    session: AsyncSession, deliveries: Sequence[Delivery], *, reason: str, cause: Received[Any]
) -> None:
    for delivery in deliveries:
        event = delivery.drop(reason=reason, at=cause.envelope.time)
        actor = system_for(delivery.association)
        await history.record(session, event, actor=actor, cause=cause)
    await session.flush()


async def redrive(
    session: AsyncSession, actor: Actor, *, delivery_id: UUID, reason: str, at: datetime
) -> Delivery:
    """Have a message that failed tried again, within three days.

    Raises:
        DeliveryNotFound: no such delivery of the actor's visits.
        NotAllowed: the actor is neither back office nor coordinator nor operator.
        Invalid: the reason is missing.
        WrongDeliveryState: it has not failed, or its text was erased.
    """
    actor.must_be(*MAY_RESEND)
    if not reason.strip():
        missing = Fault("/reason", "TLK-N006", mark("Say why the message is to be sent again."))
        raise Invalid(mark("the reason is missing"), [missing])
    delivery = await session.get(
        Delivery, delivery_id, with_for_update=True, options=[undefer(Delivery.content)]
    )
    if delivery is None:
        raise DeliveryNotFound(mark("there is no such message; look it up in the list"))
    event = delivery.redrive(reason=reason.strip(), expires_at=at + TRY_AGAIN_WITHIN, at=at)
    await history.record(session, event, actor=actor)
    return delivery
