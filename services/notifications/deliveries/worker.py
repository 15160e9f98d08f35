"""Hands queued mails to the mail server: taken with a lease, sent over one connection, booked.

A mail is booked in a transaction of its own, right after its answer. That the content is about to
flow is booked before it does: whoever finds a lease that ran out knows whether the mail may have
left. Leases and pauses use the database's real time, events the domain's.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, undefer

from contracts.notifications import DeliveryEvent
from contracts.vocabulary import DeliveryState
from services.chassis import clock, history
from services.chassis.background import Pause
from services.chassis.database import Sessions
from services.chassis.logs import log
from services.notifications.channels.mail import (
    Connection,
    Fate,
    MailServer,
    MailServerAway,
    Outcome,
    connect,
)
from services.notifications.copies import queries as copies
from services.notifications.deliveries.commands import system_for
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.model import Attempt, Delivery
from services.notifications.deliveries.preparing import prepare
from services.notifications.deliveries.states import UNDECIDED

GONE: Final = "its text is gone"
LEASE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many mails at once, how long until the next try, how often to look for new ones."""

    batch: int = 20
    first_pause_seconds: float = 30.0
    longest_pause_seconds: float = 900.0
    look_every_seconds: float = 0.5

    def pause(self, delivery_id: UUID, attempt: int) -> float:
        """Seconds until the next try: doubled each time, spread by a quarter up and down.

        The spread comes from the delivery's id, so that those that failed together part ways.
        """
        grown: float = min(
            self.first_pause_seconds * 2 ** (attempt - 1), self.longest_pause_seconds
        )
        noise = hashlib.sha256(f"{delivery_id}/{attempt}".encode()).digest()[0] / 255
        return grown * (0.75 + noise / 2)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A mail under lease."""

    id: UUID
    attempt: int
    content: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Postman:
    """The worker of one process; any number of them may run side by side."""

    sessions: Sessions
    server: MailServer
    scribe: Scribe
    rhythm: Rhythm = Rhythm()

    async def run(self) -> None:
        """Write and send until cancelled; without a mail server wait, with growing pauses."""
        pause = Pause(first=1.0)
        while True:
            try:
                busy = await self.round()
            except MailServerAway as away:
                log.warning("mail server away", why=str(away))
                await asyncio.sleep(pause.next())
                continue
            pause.reset()
            if not busy:
                await asyncio.sleep(self.rhythm.look_every_seconds)

    async def round(self) -> int:
        """Write what can be written, settle what was interrupted, send one batch.

        Gives how many deliveries were touched.

        Raises:
            MailServerAway: no connection came about; the batch waits for its next try.
        """
        async with self.sessions.begin() as session:
            written = await prepare(session, self.scribe, at=clock.now())
        async with self.sessions.begin() as session:
            settled = await settle_interrupted(session, at=clock.now())
        async with self.sessions.begin() as session:
            taken, ended = await self._take(session, at=clock.now())
        if taken:
            await self._deliver(taken)
        return written + settled + ended + len(taken)

    async def _take(self, session: AsyncSession, *, at: datetime) -> tuple[list[_Taken], int]:
        """Lease the next mails that may go; those that would come too late end here."""
        due = await _due(session, self.rhythm.batch)
        known = await copies.recipients(session, {delivery.reader_id for delivery in due})
        taken, ended = [], 0
        for delivery in due:
            recipient = known.get(delivery.reader_id)
            hindrance = _hindrance(delivery, recipient, at=at)
            if hindrance is not None or recipient is None or delivery.content is None:
                expired = delivery.expire(reason=hindrance or GONE, at=at)
                await _record(session, delivery, expired)
                ended += 1
                continue
            delivery.begin()
            delivery.leased_until = func.clock_timestamp() + LEASE
            session.add(_attempt(delivery, at))
            taken.append(_Taken(delivery.id, delivery.attempts, delivery.content, recipient.mail))
        return taken, ended

    async def _deliver(self, taken: Sequence[_Taken]) -> None:
        """Send a batch over one connection, over a new one when that is lost."""
        waiting = list(taken)
        give_up_at = time.monotonic() + LEASE.total_seconds() / 2
        while waiting:
            try:
                async with connect(self.server) as connection:
                    while waiting and connection.open and time.monotonic() < give_up_at:
                        await self._send(connection, waiting[0])
                        waiting.pop(0)
            except MailServerAway as away:
                for mail in waiting:
                    await self._book(mail, Outcome(Fate.RETRY, "no connection", str(away)))
                raise
            if time.monotonic() >= give_up_at:
                late = Outcome(Fate.RETRY, "slow", "the mail server is slow; tried again later")
                for mail in waiting:
                    await self._book(mail, late)
                return

    async def _send(self, connection: Connection, mail: _Taken) -> None:
        async def before_content() -> None:
            async with self.sessions.begin() as session:
                await session.execute(
                    update(Attempt)
                    .where(Attempt.delivery_id == mail.id, Attempt.number == mail.attempt)
                    .values(content_at=clock.now())
                )

        outcome = await connection.send(mail.content, mail.address, before_content=before_content)
        await self._book(mail, outcome)

    async def _book(self, mail: _Taken, outcome: Outcome) -> None:
        """Write down what became of one attempt, unless its lease has passed to somebody else."""
        at = clock.now()
        async with self.sessions.begin() as session:
            delivery = await session.get_one(Delivery, mail.id, with_for_update=True)
            if delivery.state is not DeliveryState.SENDING or delivery.attempts != mail.attempt:
                log.warning("mail booked by somebody else", delivery=str(mail.id))
                return
            await _end_attempt(session, delivery, outcome, at=at)
            event = self._apply(delivery, outcome, at=at)
            if event is not None:
                await _record(session, delivery, event)
        log.info("mail attempted", delivery=str(mail.id), fate=outcome.fate, code=outcome.code)

    def _apply(self, delivery: Delivery, outcome: Outcome, *, at: datetime) -> DeliveryEvent | None:
        match outcome.fate:
            case Fate.SENT:
                return delivery.succeed(code=outcome.code, at=at)
            case Fate.REFUSED:
                return delivery.die(code=outcome.code, reason=outcome.reason, at=at)
            case Fate.UNKNOWN:
                delivery.lose_sight(at=at)
            case Fate.RETRY:
                pause = self.rhythm.pause(delivery.id, delivery.attempts)
                delivery.wait(until=func.clock_timestamp() + timedelta(seconds=pause))
        return None


async def _due(session: AsyncSession, limit: int) -> Sequence[Delivery]:
    """The next mails in order; one waits while an earlier one about its entries is undecided."""
    earlier = aliased(Delivery)
    blocked = exists().where(
        earlier.recipient_id == Delivery.recipient_id,
        earlier.position < Delivery.position,
        earlier.state.in_(UNDECIDED),
        earlier.sessions.overlap(Delivery.sessions),
    )
    due = (
        select(Delivery)
        .where(
            Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.RETRY_WAIT]),
            Delivery.ready_at <= func.clock_timestamp(),
            ~blocked,
        )
        .order_by(Delivery.position)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
        .options(undefer(Delivery.content))
    )
    return (await session.scalars(due)).all()


async def settle_interrupted(session: AsyncSession, *, at: datetime) -> int:
    """Book the attempts whose lease ran out: back to the queue, or unknown if content had begun."""
    lost = (
        await session.execute(
            select(Delivery, Attempt)
            .join(
                Attempt,
                (Attempt.delivery_id == Delivery.id) & (Attempt.number == Delivery.attempts),
            )
            .where(
                Delivery.state == DeliveryState.SENDING,
                Delivery.leased_until < func.clock_timestamp(),
            )
            .order_by(Delivery.position)
            .with_for_update(skip_locked=True, of=Delivery)
        )
    ).all()
    for delivery, attempt in lost:
        attempt.ended_at = at
        attempt.code = "interrupted"
        if attempt.content_at is None:
            attempt.reason = "the service stopped before the content was sent"
            delivery.give_back()
        else:
            attempt.reason = "the service stopped while the content was sent; it may have arrived"
            delivery.lose_sight(at=at)
    return len(lost)


def _hindrance(delivery: Delivery, recipient: object | None, *, at: datetime) -> str | None:
    """Why a mail cannot go out any more; None when it can."""
    if delivery.expires_at <= at:
        return "it came too late"
    return "the recipient is not known any more" if recipient is None else None


def _attempt(delivery: Delivery, at: datetime) -> Attempt:
    return Attempt(delivery_id=delivery.id, number=delivery.attempts, began_at=at)


async def _end_attempt(
    session: AsyncSession, delivery: Delivery, outcome: Outcome, *, at: datetime
) -> None:
    await session.execute(
        update(Attempt)
        .where(Attempt.delivery_id == delivery.id, Attempt.number == delivery.attempts)
        .values(ended_at=at, code=outcome.code, reason=outcome.reason)
    )


async def _record(session: AsyncSession, delivery: Delivery, event: DeliveryEvent) -> None:
    await history.record(session, event, actor=system_for(delivery.association))
