"""A quality label: who gave it, at which level, and for how long.

`ends_on` is its last day: `until_day`, or earlier when a higher label takes its place. A label
that has ended is kept; it never comes back under the same id.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import Final, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.declared.holdings import LabelDeclared
from contracts.labels import LabelExpired, LabelGranted, LabelWithdrawn
from contracts.vocabulary import LabelLevel
from services.chassis.faults import mark
from services.registry.database import Base
from services.registry.labels.refusals import EndsBeforeItBegins, LabelHasEnded, LowerThanBefore

RANKS: Final = tuple(LabelLevel)  # from the lowest to the highest
REMIND_DAYS_BEFORE: Final = (90, 30)


class LabelState(StrEnum):
    """Whether a label counts, or counted once; one that begins later is granted too."""

    GRANTED = "granted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Label(Base):
    """The aggregate. Each act hands back the fact it makes true."""

    __tablename__ = "labels"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    cluster_id: Mapped[UUID]
    ref: Mapped[str | None]
    level: Mapped[LabelLevel]
    issuer: Mapped[str]
    from_day: Mapped[date]
    until_day: Mapped[date]
    ends_on: Mapped[date]
    certificate: Mapped[str | None]
    state: Mapped[LabelState]
    reason: Mapped[str | None]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def grant(
        cls,
        declared: LabelDeclared,
        *,
        label_id: UUID,
        association: str,
        cluster_id: UUID,
        at: datetime,
    ) -> tuple[Self, LabelGranted]:
        """Write down a label that was given.

        Raises:
            EndsBeforeItBegins: the last day is not after the first.
        """
        label = cls(
            id=label_id,
            association=association,
            cluster_id=cluster_id,
            ref=declared.ref,
            state=LabelState.GRANTED,
        )
        return label, label.restate(declared, at=at)

    def restate(self, declared: LabelDeclared, *, at: datetime) -> LabelGranted:
        """Correct what was written down of it.

        Raises:
            LabelHasEnded: it expired or was withdrawn.
            EndsBeforeItBegins: the last day is not after the first.
        """
        self._must_count()
        if declared.until_day <= declared.from_day:
            raise EndsBeforeItBegins
        self.level, self.issuer = declared.level, declared.issuer
        self.certificate, self.changed_at = declared.certificate, at
        self.from_day = declared.from_day
        self.until_day = self.ends_on = declared.until_day
        return LabelGranted(
            subject=str(self.id),
            time=at,
            cluster_id=self.cluster_id,
            level=self.level,
            issuer=self.issuer,
            from_day=self.from_day,
            until_day=self.until_day,
        )

    def make_way_for(self, level: LabelLevel, *, from_day: date, at: datetime) -> None:
        """End on the day before a label of at least the same level begins.

        Raises:
            LowerThanBefore: the other one is lower, and would begin while this one is in force.
        """
        if not self.from_day <= from_day <= self.ends_on:
            return
        if RANKS.index(level) < RANKS.index(self.level):
            raise LowerThanBefore(self.level, self.ends_on.isoformat())
        self.ends_on, self.changed_at = from_day - timedelta(days=1), at

    def expire(self, *, at: datetime) -> LabelExpired:
        """Count no more: its last day is over."""
        self._must_count()
        self.state, self.changed_at = LabelState.EXPIRED, at
        return LabelExpired(
            subject=str(self.id),
            time=at,
            cluster_id=self.cluster_id,
            level=self.level,
            ended_day=self.ends_on,
        )

    def withdraw(self, *, reason: str, on: date, at: datetime) -> LabelWithdrawn:
        """Take it away before its time."""
        self._must_count()
        self.state, self.reason, self.changed_at = LabelState.WITHDRAWN, reason, at
        self.ends_on = on
        return LabelWithdrawn(
            subject=str(self.id),
            time=at,
            cluster_id=self.cluster_id,
            level=self.level,
            ended_day=on,
        )

    def _must_count(self) -> None:
        if self.state is not LabelState.GRANTED:
            raise LabelHasEnded(
                mark("this label has ended; declare a new one under a ref of its own")
            )


def follow_each_other(labels: Iterable[Label], *, at: datetime) -> None:
    """Let each last until its last day, or until the day before the next one begins."""
    ordered = sorted(labels, key=lambda each: (each.from_day, RANKS.index(each.level), each.id))
    for each, following in zip_longest(ordered, ordered[1:]):
        last = each.until_day
        if following is not None:
            last = min(last, following.from_day - timedelta(days=1))
        if each.ends_on != last:
            each.ends_on, each.changed_at = last, at


class LabelReminder(Base):
    """That so many days before its end somebody was to be reminded of a label, and when."""

    __tablename__ = "label_reminders"

    label_id: Mapped[UUID] = mapped_column(primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    association: Mapped[str]
    until_day: Mapped[date]
    reminded_at: Mapped[datetime]
