"""The membership: an organisation belongs to a cluster from one day to another, both included.

It is corrected, never deleted: one that never was ends the day before it begins, and so holds on
no day.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts import memberships as facts
from contracts.vocabulary import MemberKind
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.registry.database import Base
from services.registry.memberships.refusals import EndsBeforeJoining, NotAMemberThen

ONE_DAY = timedelta(days=1)

EARLY = mark("This day is before the organisation joined on {day}. Give a later one.")
LATE = mark("This day is after the last day of the membership, {day}. Give an earlier one.")
NOT_OPEN = mark("This membership has ended already, on {day}. Correct that declaration instead.")
NEVER = mark("This membership was withdrawn. Declare the member again.")


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a membership, both included; without an end it goes on."""

    joined_day: date
    ended_day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the organisation is a member on that day."""
        return self.joined_day <= day and (self.ended_day is None or day <= self.ended_day)

    @property
    def is_empty(self) -> bool:
        """Whether it holds on no day at all."""
        return self.ended_day is not None and self.ended_day < self.joined_day

    def until(self, last_day: date | None) -> "Span":
        """The same days up to a last one, that of the cluster; without one they stay as they are.

        A membership of an archived cluster goes on no longer than the cluster, whatever it says.
        """
        if last_day is None or (self.ended_day is not None and self.ended_day <= last_day):
            return self
        return Span(self.joined_day, last_day)

    def meets(self, other: Self) -> bool:
        """Whether both hold on some same day."""
        if self.is_empty or other.is_empty:
            return False
        begins = max(self.joined_day, other.joined_day)
        return self.holds_on(begins) and other.holds_on(begins)


class Membership(Base):
    """One organisation in one cluster, once; the database lets no two of the same overlap."""

    __tablename__ = "memberships"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    cluster_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    kind: Mapped[MemberKind]
    joined_day: Mapped[date]
    ended_day: Mapped[date | None]
    reason: Mapped[str | None]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def join(
        cls,
        *,
        membership_id: UUID,
        association: str,
        cluster_id: UUID,
        organisation_id: UUID,
        kind: MemberKind,
        on: date,
        at: datetime,
    ) -> tuple[Self, facts.MemberJoined]:
        """Let the organisation be a member from a day on."""
        membership = cls(
            id=membership_id,
            association=association,
            cluster_id=cluster_id,
            organisation_id=organisation_id,
            kind=kind,
            joined_day=on,
            changed_at=at,
        )
        joined = facts.MemberJoined(
            subject=str(membership_id),
            time=at,
            cluster_id=cluster_id,
            organisation_id=organisation_id,
            kind=kind,
            joined_day=on,
        )
        return membership, joined

    @property
    def days(self) -> Span:
        """When it holds."""
        return Span(self.joined_day, self.ended_day)

    @property
    def is_open(self) -> bool:
        """Whether it goes on without an end."""
        return self.ended_day is None

    def end(self, *, on: date, reason: str, at: datetime) -> facts.MemberLeft:
        """Let `on` be its last day.

        Raises:
            NotAMemberThen: it ended before, or never was.
            EndsBeforeJoining: the day is before the one it began on.
        """
        if self.days.is_empty:
            raise NotAMemberThen(NEVER, [Fault("/ended_day", NotAMemberThen.code, NEVER)])
        if self.ended_day is not None:
            values = {"day": self.ended_day.isoformat()}
            fault = Fault("/ended_day", NotAMemberThen.code, NOT_OPEN, values=values)
            raise NotAMemberThen(NOT_OPEN, [fault], **values)
        self._must_allow(Span(self.joined_day, on))
        self.ended_day, self.reason, self.changed_at = on, reason, at
        return facts.MemberLeft(
            subject=str(self.id),
            time=at,
            cluster_id=self.cluster_id,
            organisation_id=self.organisation_id,
            ended_day=on,
            reason=reason,
        )

    def correct(
        self, days: Span, *, corrects: UUID | None = None, reason: str | None = None, at: datetime
    ) -> facts.MembershipCorrected | None:
        """Put other days in the place of those that were declared; nothing comes of the same.

        Raises:
            EndsBeforeJoining: they end before they begin.
        """
        self._must_allow(days)
        return self._corrected(days, corrects, reason, at)

    def withdraw(
        self, *, corrects: UUID | None = None, reason: str | None = None, at: datetime
    ) -> facts.MembershipCorrected | None:
        """State that it never was; nothing comes of it when that is known."""
        if self.days.is_empty:
            return None
        never = Span(self.joined_day, self.joined_day - ONE_DAY)
        return self._corrected(never, corrects, reason, at)

    def begun(self, joined_day: date) -> Span:
        """Its days if it began on another one; one that never was begins anew, without an end."""
        return Span(joined_day, None if self.days.is_empty else self.ended_day)

    def unfit(self, days: Span) -> Fault | None:
        """Why these cannot be its days: they end before they begin."""
        if not days.is_empty or days.ended_day is None:
            return None
        if days.ended_day == self.ended_day:
            values = {"day": days.ended_day.isoformat()}
            return Fault("/joined_day", EndsBeforeJoining.code, LATE, values=values)
        values = {"day": days.joined_day.isoformat()}
        return Fault("/ended_day", EndsBeforeJoining.code, EARLY, values=values)

    def _corrected(
        self, days: Span, corrects: UUID | None, reason: str | None, at: datetime
    ) -> facts.MembershipCorrected | None:
        if days == self.days:
            return None
        former = facts.MembershipDays(joined_day=self.joined_day, ended_day=self.ended_day)
        self.joined_day, self.ended_day, self.changed_at = days.joined_day, days.ended_day, at
        self.reason = None if self.is_open else self.reason
        return facts.MembershipCorrected(
            subject=str(self.id),
            time=at,
            cluster_id=self.cluster_id,
            organisation_id=self.organisation_id,
            joined_day=None if days.is_empty else days.joined_day,
            ended_day=None if days.is_empty else days.ended_day,
            former=former,
            corrects=corrects,
            reason=reason,
        )

    def _must_allow(self, days: Span) -> None:
        fault = self.unfit(days)
        if fault is not None:
            raise EndsBeforeJoining(fault.text, [fault], **fault.values)
