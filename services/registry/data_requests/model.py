"""A request that somebody makes about their data: one association owes the answer, by a day.

An answered request says no more who asked, a refused one does for a year: that they can complain.
"""

import calendar
from datetime import date, datetime
from typing import Final, Self, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.data_requests import (
    DataRequestAnswered,
    DataRequestEvent,
    DataRequestExtended,
    DataRequestKind,
    DataRequestPassedOn,
    DataRequestReceived,
    DataRequestRefused,
    DataRequestReminded,
    ExtensionReason,
    RefusalReason,
)
from services.chassis.folding import fold_all
from services.registry.data_requests.refusals import (
    NotYetReceived,
    PersonNotMeant,
    SamePlace,
    TooLateToExtend,
    WrongRequestState,
)
from services.registry.data_requests.states import NEXT, OPEN, DataRequestState
from services.registry.database import Base

E = TypeVar("E", bound=DataRequestEvent)

MONTHS: Final = 1  # GDPR, article 12(3) …
MONTHS_EXTENDED: Final = 3  # … and two more where it is extended
REMIND_DAYS_LEFT: Final = (7, 1, -1)


def months_after(day: date, months: int) -> date:
    """The same date so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


class DataRequest(Base):
    """The aggregate. Each act hands back the fact it makes true.

    An act that does not follow from the present state raises `WrongRequestState`.
    """

    __tablename__ = "data_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    association: Mapped[str]  # which owes the answer
    received_by: Mapped[str]
    kind: Mapped[DataRequestKind]
    state: Mapped[DataRequestState]
    name: Mapped[str]
    mail: Mapped[str]
    words: Mapped[str]  # what was asked, as far as it was written down
    folded: Mapped[str]
    received_day: Mapped[date]
    due_day: Mapped[date]
    days_left: Mapped[int | None]  # of which somebody was reminded last
    reason: Mapped[str | None]  # of an extension or a refusal
    told: Mapped[str]  # what was written to who asked
    person_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    lock: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def receive(
        cls,
        *,
        request_id: UUID,
        number: str,
        association: str,
        kind: DataRequestKind,
        name: str,
        mail: str,
        words: str,
        received_day: date,
        today: date,
        at: datetime,
    ) -> tuple[Self, DataRequestReceived]:
        """Write down that somebody asked; whoever took it owes the answer.

        Raises:
            NotYetReceived: the day is to come.
        """
        if received_day > today:
            raise NotYetReceived
        request = cls(
            id=request_id,
            number=number,
            association=association,
            received_by=association,
            kind=kind,
            state=DataRequestState.RECEIVED,
            name=name,
            mail=mail,
            words=words,
            folded=fold_all((name, mail, number)),
            received_day=received_day,
            due_day=months_after(received_day, MONTHS),
            told="",
            changed_at=at,
        )
        return request, request._fact(DataRequestReceived, at, received_day=received_day)

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed."""
        return self.state in OPEN

    def must_open_file_of(self, person_id: UUID) -> None:
        """Let who owes the answer see what is kept of this person, to give it to who asked.

        Raises:
            WrongRequestState: who asked wants something else, or access was refused.
            PersonNotMeant: it is answered, and not about this person.
        """
        if self.kind is not DataRequestKind.ACCESS or self.state is DataRequestState.REFUSED:
            raise WrongRequestState
        if not self.is_open and self.person_id != person_id:
            raise PersonNotMeant

    def pass_on(self, association: str, *, at: datetime) -> DataRequestPassedOn:
        """Let another association answer, which keeps the person; the day stays.

        Raises:
            SamePlace: it owes the answer already.
        """
        self._must_be_open()
        if association == self.association:
            raise SamePlace
        former, self.association = self.association, association
        return self._fact(DataRequestPassedOn, at, former=former)

    def extend(
        self, *, reason: ExtensionReason, told: str, today: date, at: datetime
    ) -> DataRequestExtended:
        """Take two months more, which who asked was told with the reason.

        Raises:
            TooLateToExtend: the first month is over.
        """
        self._must_be_open()
        if today > self.due_day:
            raise TooLateToExtend
        self._move_to(DataRequestState.EXTENDED)
        self.due_day = months_after(self.received_day, MONTHS_EXTENDED)
        self.days_left, self.reason, self.told = None, reason, told
        return self._fact(DataRequestExtended, at, reason=reason)

    def answered(self, *, person_id: UUID | None, at: datetime) -> DataRequestAnswered:
        """Be done with it, carried out for this person; None if nobody of that name is kept."""
        self._close(DataRequestState.ANSWERED, at)
        self.person_id = person_id
        self.forget_who_asked()
        return self._fact(DataRequestAnswered, at, person_id=person_id)

    def refuse(self, *, reason: RefusalReason, told: str, at: datetime) -> DataRequestRefused:
        """Not carry it out, which who asked was told with the reason."""
        self._close(DataRequestState.REFUSED, at)
        self.reason, self.told = reason, told
        return self._fact(DataRequestRefused, at, reason=reason)

    def forget_who_asked(self) -> None:
        """Keep nothing that says who asked, or what was written."""
        self.name = self.mail = self.words = self.told = self.folded = ""

    def remind(self, *, today: date, at: datetime) -> DataRequestReminded | None:
        """Say once at each step that an answer is owed; None where nothing is to be said."""
        left = (self.due_day - today).days
        step = min((each for each in REMIND_DAYS_LEFT if left <= each), default=None)
        if not self.is_open or step is None or step == self.days_left:
            return None
        self.days_left = step
        return self._fact(DataRequestReminded, at, days_left=left)

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise WrongRequestState

    def _move_to(self, state: DataRequestState) -> None:
        if state not in NEXT[self.state]:
            raise WrongRequestState
        self.state = state

    def _close(self, state: DataRequestState, at: datetime) -> None:
        self._move_to(state)
        self.closed_at = at

    def _fact(self, fact: type[E], at: datetime, **more: object) -> E:
        self.changed_at = at
        known = {
            "kind": self.kind,
            "received_by": self.received_by,
            "answers": self.association,
            "due_day": self.due_day,
            "number": self.number,
        }
        return fact.model_validate({"subject": str(self.id), "time": at, **known, **more})
