"""A delegate: one person's place in one visit, from the invitation to the last recorded minute."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import DelegateAnswer, DelegateState
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.exchanges.database import Base
from services.exchanges.visits.names import ANSWER
from services.exchanges.visits.refusals import (
    DeadlineCannotBe,
    ReplyTooLate,
    WrongDelegateState,
)
from services.exchanges.visits.sessions import there
from services.exchanges.visits.states import DELEGATE_NEXT


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite until when; `link_id` names the secret link under which the answer comes."""

    participant_id: UUID
    person_id: UUID
    organisation_id: UUID
    funded: bool
    reply_by_at: datetime
    link_id: UUID


class Delegate(Base):
    """The participant's answer and presence; names and addresses live with the participant.

    `person_id` is the same for one person in all visits of an association.
    """

    __tablename__ = "delegates"

    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    funded: Mapped[bool]
    state: Mapped[DelegateState]
    link_id: Mapped[UUID]
    invited_at: Mapped[datetime]
    reply_by_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]

    def move_to(self, state: DelegateState) -> None:
        """Change the state along the literal of a delegate's life.

        Raises:
            WrongDelegateState: this life does not lead there.
        """
        if state not in DELEGATE_NEXT[self.state]:
            raise WrongDelegateState(
                mark("a delegate who is {state} cannot become {wanted}; look at the list again"),
                state=ANSWER[self.state],
                wanted=ANSWER[state],
            )
        self.state = state

    def answer(self, answer: DelegateAnswer, *, zone: str, at: datetime) -> None:
        """Take the person's yes or no; the deadline is named in `zone`.

        Raises:
            ReplyTooLate: the reply deadline has passed.
            WrongDelegateState: the person has answered already, or was withdrawn.
        """
        if self.state is DelegateState.LAPSED or at > self.reply_by_at:
            raise ReplyTooLate(
                mark("the deadline was {wall} ({zone}); write to the association that invited you"),
                wall=f"{there(self.reply_by_at, zone):%Y-%m-%d %H:%M}",
                zone=zone,
            )
        self.move_to(DelegateState(answer.value))
        self.answered_at = at


def check_deadline(reply_by_at: datetime, *, first: datetime, at: datetime) -> None:
    """Refuse a deadline that nobody can keep, or that comes too late to matter.

    Raises:
        DeadlineCannotBe: it has passed already, or lies after the first session's start.
    """
    text = None
    if reply_by_at <= at:
        text = mark("this deadline has passed already; choose a later one")
    elif reply_by_at > first:
        text = mark("people answer before the first session starts; choose an earlier deadline")
    if text:
        raise DeadlineCannotBe(text, [Fault("/reply_by_at", DeadlineCannotBe.code, text)])
