"""A participation: the role of a cluster or organisation in a project of a programme, with days.

`until_day` is what the agreement says, `ended_on` when it ended for good. Money is in cents.
"""

from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.declared.holdings import ParticipationDeclared
from contracts.participations import (
    ParticipationCorrected,
    ParticipationEnded,
    ParticipationRecorded,
)
from contracts.reference.programmes import programmes
from contracts.vocabulary import Activity, HolderKind, Money, ParticipationRole
from services.chassis.faults import mark
from services.registry.database import Base
from services.registry.held import Held
from services.registry.participations.refusals import (
    EndsBeforeItBegins,
    ParticipationHasEnded,
    UnknownProgramme,
)


class Participation(Held, Base):
    """The aggregate. What was received counts against the double-funding check."""

    __tablename__ = "participations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ref: Mapped[str | None]
    programme: Mapped[str]
    call_id: Mapped[str]
    project_id: Mapped[str | None]
    role: Mapped[ParticipationRole]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    ended_on: Mapped[date | None]
    budget_share_cents: Mapped[int | None]
    budget_share_currency: Mapped[str | None]
    fstp_received_cents: Mapped[int | None]
    fstp_received_currency: Mapped[str | None]
    activities: Mapped[list[str]]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def record(
        cls,
        declared: ParticipationDeclared,
        *,
        participation_id: UUID,
        association: str,
        holder: tuple[HolderKind, UUID],
        at: datetime,
    ) -> tuple[Self, ParticipationRecorded]:
        """Write a participation down.

        Raises:
            UnknownProgramme: the programme is not in the list.
            EndsBeforeItBegins: the last day is before the first.
        """
        participation = cls(id=participation_id, association=association, ended_on=None)
        participation._say(declared, holder=holder, at=at)
        return participation, ParticipationRecorded(**participation._facts(at))

    def correct(
        self, declared: ParticipationDeclared, *, holder: tuple[HolderKind, UUID], at: datetime
    ) -> ParticipationCorrected:
        """Replace what is written down of it.

        Raises:
            ParticipationHasEnded: it was ended before.
            UnknownProgramme: the programme is not in the list.
            EndsBeforeItBegins: the last day is before the first.
        """
        self._must_go_on()
        self._say(declared, holder=holder, at=at)
        return ParticipationCorrected(**self._facts(at))

    def end(self, *, on: date, at: datetime) -> ParticipationEnded:
        """End it before its time, or say on which day it ended.

        Raises:
            ParticipationHasEnded: it was ended before.
            EndsBeforeItBegins: the day is before the first.
        """
        self._must_go_on()
        if on < self.from_day:
            raise EndsBeforeItBegins("/ended_day")
        self.ended_on, self.changed_at = on, at
        return ParticipationEnded(subject=str(self.id), time=at, ended_day=on)

    def take_back(self, *, at: datetime) -> ParticipationEnded:
        """Let it count for no day: it was written down by mistake.

        Raises:
            ParticipationHasEnded: it was ended before.
        """
        self._must_go_on()
        self.ended_on, self.changed_at = self.from_day - timedelta(days=1), at
        return ParticipationEnded(subject=str(self.id), time=at, ended_day=self.ended_on)

    @property
    def budget_share(self) -> Money | None:
        """The holder's part of the project's budget."""
        return _money(self.budget_share_cents, self.budget_share_currency)

    @property
    def fstp_received(self) -> Money | None:
        """What the holder got as financial support to third parties."""
        return _money(self.fstp_received_cents, self.fstp_received_currency)

    def _say(
        self, declared: ParticipationDeclared, *, holder: tuple[HolderKind, UUID], at: datetime
    ) -> None:
        if declared.programme not in programmes():
            raise UnknownProgramme
        if declared.until_day is not None and declared.until_day < declared.from_day:
            raise EndsBeforeItBegins
        self.holder_kind, self.holder_id = holder
        self.ref = declared.ref or self.ref
        self.programme, self.call_id = declared.programme, declared.call_id
        self.project_id, self.role = declared.project_id, declared.role
        self.from_day, self.until_day = declared.from_day, declared.until_day
        share, received = declared.budget_share, declared.fstp_received
        self.budget_share_cents = share.cents if share else None
        self.budget_share_currency = share.currency if share else None
        self.fstp_received_cents = received.cents if received else None
        self.fstp_received_currency = received.currency if received else None
        self.activities = [activity.value for activity in declared.activities]
        self.changed_at = at

    def _facts(self, at: datetime) -> dict[str, Any]:
        names = ("programme", "call_id", "project_id", "role", "from_day", "until_day")
        return {
            "subject": str(self.id),
            "time": at,
            "holder": self.holder,
            "budget_share": self.budget_share,
            "fstp_received": self.fstp_received,
            "activities": tuple(Activity(each) for each in self.activities),
            **{name: getattr(self, name) for name in names},
        }

    def _must_go_on(self) -> None:
        if self.ended_on is not None:
            raise ParticipationHasEnded(
                mark("this participation has ended; declare a new one under its own ref")
            )


def _money(cents: int | None, currency: Any) -> Money | None:
    return None if cents is None else Money(cents=cents, currency=currency)
