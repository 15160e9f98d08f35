"""A delivery: one fact told to one recipient on one channel, and every attempt at it.

It holds no name and no address; the written mail in `content` is the only personal part, and is
gone as soon as it is no longer needed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import SQLCoreOperations

from contracts.notifications import (
    DeliveryDied,
    DeliveryEvent,
    DeliveryExpired,
    DeliveryObsolete,
    DeliveryPlanned,
    DeliveryRedriven,
    DeliverySent,
    DeliverySuppressed,
)
from contracts.vocabulary import Channel, DeliveryState, NoticeKind
from services.chassis.errors import Conflict, NotFound
from services.chassis.faults import mark
from services.notifications.database import Base
from services.notifications.deliveries.names import STATE
from services.notifications.deliveries.states import NEXT
from services.notifications.letters.facts import TEMPLATES, Facts

_S = DeliveryState


class WrongDeliveryState(Conflict):
    """A delivery cannot go where it was asked to from the state it is in."""

    code = "TLK-N002"
    title = "Not possible in this state"


class DeliveryNotFound(NotFound):
    """There is no such delivery, or it belongs to others."""

    code = "TLK-N003"
    title = "No such delivery"


class Delivery(Base):
    """The aggregate; unique by cause, recipient, channel, template and its version.

    `association` is the recipient's own side, `partner` the other side of the visit;
    `substitute_id` is who got it while the recipient was away, `carrier_id` the message whose mail
    tells this too. `act` groups what happened in one act. `sessions` are those whose calendar
    entries the message carries.
    `ready_at`, `leased_until` and `attempt_at` are real time, all others the domain's.
    """

    __tablename__ = "deliveries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Identity(always=True))
    cause_id: Mapped[UUID]
    act: Mapped[str]
    recipient_id: Mapped[UUID]
    substitute_id: Mapped[UUID | None]
    carrier_id: Mapped[UUID | None]
    association: Mapped[str]
    partner: Mapped[str | None]
    channel: Mapped[Channel]
    kind: Mapped[NoticeKind]
    template: Mapped[str]
    template_version: Mapped[int]
    aggregate: Mapped[str]  # what it is about: a visit, a cluster
    about_id: Mapped[UUID] = mapped_column("visit_id")
    language: Mapped[str]
    facts: Mapped[dict[str, Any]]
    sessions: Mapped[list[UUID]]
    state: Mapped[DeliveryState]
    planned_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    ended_at: Mapped[datetime | None]

    @property
    def reader_id(self) -> UUID:
        """Who gets the written message: the recipient, or who stands in."""
        return self.substitute_id or self.recipient_id

    @property
    def told(self) -> Facts:
        """The facts that the message tells."""
        return TEMPLATES[self.template].model_validate(self.facts)

    @property
    def speaks_for_others(self) -> bool:
        """Whether its written mail tells other messages too."""
        return self.state is not _S.PLANNED and self.told.speaks_for_others

    def planned(self) -> DeliveryPlanned:
        """State that the recipient is to be told."""
        return DeliveryPlanned(**self._names(self.planned_at))

    def queue(self, content: bytes, *, language: str, substitute_id: UUID | None = None) -> None:
        """Take the written message; it may be sent from now on."""
        self._move_to(_S.QUEUED)
        self.substitute_id = substitute_id
        self.content = content
        self.language = language

    def begin(self) -> None:
        """Start an attempt."""
        self._move_to(_S.SENDING)
        self.attempts += 1

    def succeed(self, *, code: str, at: datetime) -> DeliverySent:
        """The channel took the message over."""
        self._end(_S.SENT, at)
        return DeliverySent(**self._names(at), attempt=self.attempts, code=code)

    def wait(self, *, until: SQLCoreOperations[datetime]) -> None:
        """Try again at `until` (real time)."""
        self._move_to(_S.RETRY_WAIT)
        self.ready_at = until

    def die(self, *, code: str, reason: str, at: datetime) -> DeliveryDied:
        """Give up; the message is kept, so that somebody can have it tried again."""
        self._move_to(_S.DEAD)
        self.ended_at = at
        return DeliveryDied(**self._names(at), attempt=self.attempts, code=code, reason=reason)

    def lose_sight(self, *, at: datetime) -> None:
        """Nobody can say whether it arrived; it is never repeated blindly."""
        self._end(_S.UNKNOWN, at)

    def give_back(self) -> None:
        """The attempt was interrupted before any content left."""
        self._move_to(_S.QUEUED)

    def drop(self, *, reason: str, at: datetime) -> DeliveryEvent:
        """Leave it unsent, because what it tells no longer holds or nobody is there to read it.

        Raises:
            WrongDeliveryState: it is on its way, or has ended.
        """
        if self.state is _S.PLANNED:
            self._end(_S.SUPPRESSED, at)
            return DeliverySuppressed(**self._names(at), reason=reason)
        if self.state is _S.RETRY_WAIT:
            return self.expire(reason=reason, at=at)
        self._end(_S.OBSOLETE, at)
        return DeliveryObsolete(**self._names(at), reason=reason)

    def join(self, carrier: "Delivery", *, at: datetime) -> DeliveryEvent:
        """Leave it to another message to the same reader, whose mail tells this too."""
        self.carrier_id = carrier.id
        return self.drop(reason="it is told in one mail with others", at=at)

    def take_back(self) -> None:
        """Have the message written anew; nothing of it has reached anybody."""
        self._move_to(_S.PLANNED)
        self.substitute_id = None
        self.content = None

    def part(self, *, at: datetime) -> DeliveryPlanned:
        """Wait again for a mail of its own, or with others: the one it had joined is taken back."""
        self._move_to(_S.PLANNED)
        self.carrier_id = None
        self.ended_at = None
        return DeliveryPlanned(**self._names(at))

    def expire(self, *, reason: str, at: datetime) -> DeliveryExpired:
        """Leave it unsent, because it would come too late."""
        self._end(_S.EXPIRED, at)
        return DeliveryExpired(**self._names(at), reason=reason)

    def redrive(self, *, reason: str, expires_at: datetime, at: datetime) -> DeliveryRedriven:
        """Have a dead message tried again.

        Raises:
            WrongDeliveryState: it has not failed, or its text was erased.
        """
        if self.state is _S.DEAD and self.content is None:
            raise WrongDeliveryState(
                mark("the recipient's data were erased, so there is nothing to send again")
            )
        if self.state is not _S.DEAD:
            raise WrongDeliveryState(
                mark("only a message that failed can be sent again; look at its last attempt")
            )
        self._move_to(_S.QUEUED)
        self.ended_at = None
        self.expires_at = max(self.expires_at, expires_at)
        return DeliveryRedriven(**self._names(at), reason=reason)

    def _end(self, state: DeliveryState, at: datetime) -> None:
        self._move_to(state)
        self.ended_at = at
        self.content = None

    def _move_to(self, state: DeliveryState) -> None:
        if state not in NEXT[self.state]:
            raise WrongDeliveryState(
                mark("a message that is {former} cannot become {state}; look at it again"),
                former=STATE[self.state],
                state=STATE[state],
            )
        self.state = state
        self.leased_until = None

    def _names(self, at: datetime) -> dict[str, Any]:
        return {
            "subject": str(self.id),
            "time": at,
            "kind": self.kind,
            "cause_id": self.cause_id,
            "recipient_id": self.recipient_id,
            "channel": self.channel,
            "language": self.language,
            "template": self.template,
            "template_version": self.template_version,
        }


class Attempt(Base):
    """One try to hand a delivery over; without `ended_at` it is under way or was interrupted.

    `content_at` is when the content began to flow: from then on only an answer tells its fate.
    """

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    content_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    code: Mapped[str | None]
    reason: Mapped[str | None]
