"""A session of a visit: planned in wall time at a zone, one calendar entry for life.

`calendar_sequence` rises with every change that people must see in their calendars, and never
falls; a dropped session keeps its row, because its calendar entry has to be taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from contracts.event import uuid7
from contracts.planned_time import NoSuchWallTime, PlannedTime
from contracts.stay import MAX_SPAN_DAYS
from contracts.vocabulary import Mode, Place, SessionKind
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.exchanges.database import Base
from services.exchanges.visits.refusals import SessionCannotBe, SpanTooLong

LONGEST: Final = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class NewSession:
    """What somebody wants to plan; wall times are naive and read in `zone`, titles by language."""

    title: dict[str, str]
    kind: SessionKind
    mode: Mode
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    place: Place | None = None
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """When a session begins and ends, as planned there and as instants."""

    starts: PlannedTime
    ends: PlannedTime

    @property
    def length(self) -> timedelta:
        """From the first to the last minute."""
        return self.ends.instant - self.starts.instant


class VisitSession(Base):
    """One item of the programme; `changed_at` is when its calendar entry last changed.

    `list_id` is the event of its newest attendance list.
    """

    __tablename__ = "visit_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    title: Mapped[dict[str, Any]]
    kind: Mapped[SessionKind]
    mode: Mapped[Mode]
    place_facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    zone: Mapped[str]
    starts_wall: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    ends_wall: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    calendar_sequence: Mapped[int]
    changed_at: Mapped[datetime]
    list_id: Mapped[UUID | None]
    dropped_at: Mapped[datetime | None]

    @classmethod
    def planned(
        cls,
        plan: NewSession,
        *,
        visitor_association: str,
        host_association: str,
        at: datetime,
        below: str = "",
    ) -> "VisitSession":
        """A new session with calendar sequence 0; pointers of its faults begin with `below`.

        Raises:
            SessionCannotBe: its times or its place contradict each other or the clock.
        """
        times = times_of(plan.starts_wall, plan.ends_wall, zone=plan.zone, at=at, below=below)
        if (plan.mode is Mode.ON_SITE) != (plan.place is not None):
            raise refused(
                f"{below}/place", mark("an on-site session needs its place, an online one has none")
            )
        session = cls(
            id=uuid7(),
            visitor_association=visitor_association,
            host_association=host_association,
            title=plan.title,
            kind=plan.kind,
            mode=plan.mode,
            place_facts=plan.place and plan.place.model_dump(mode="json", exclude_none=True),
            calendar_sequence=0,
            list_id=None,
            dropped_at=None,
        )
        session.take(times, at=at)
        return session

    @property
    def place(self) -> Place | None:
        """Where people meet; nowhere for a session online."""
        return None if self.place_facts is None else Place.model_validate(self.place_facts)

    @property
    def times(self) -> Times:
        """The planned times as they stand."""
        return Times(
            PlannedTime(wall=self.starts_wall, zone=self.zone, instant=self.starts_at),
            PlannedTime(wall=self.ends_wall, zone=self.zone, instant=self.ends_at),
        )

    @property
    def minutes(self) -> int:
        """The length in whole minutes, by the clock that never jumps."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def day(self) -> date:
        """The local date on which the session begins."""
        return self.starts_wall.date()

    def take(self, times: Times, *, at: datetime) -> None:
        """Stand at `times` from now on."""
        self.zone = times.starts.zone
        self.starts_wall, self.starts_at = times.starts.wall, times.starts.instant
        self.ends_wall, self.ends_at = times.ends.wall, times.ends.instant
        self.changed_at = at

    def raise_sequence(self, *, at: datetime) -> int:
        """The next calendar sequence, which makes everybody's calendar look again."""
        self.calendar_sequence += 1
        self.changed_at = at
        return self.calendar_sequence


def times_of(
    starts_wall: datetime, ends_wall: datetime, *, zone: str, at: datetime, below: str = ""
) -> Times:
    """The planned times with the instants they mean; pointers of faults begin with `below`.

    Raises:
        SessionCannotBe: a time the zone's clocks skip, an end before its start, a session longer
            than 16 hours, or one that has begun already.
    """
    times = Times(
        _planned(starts_wall, zone, pointer=f"{below}/starts"),
        _planned(ends_wall, zone, pointer=f"{below}/ends"),
    )
    if times.length <= timedelta():
        raise refused(f"{below}/ends", mark("a session ends after it starts; choose a later end"))
    if times.length > LONGEST:
        raise refused(
            f"{below}/ends", mark("a session lasts 16 hours at most; plan one for each day")
        )
    if times.starts.instant <= at:
        raise refused(f"{below}/starts", mark("this time has passed already; choose a later one"))
    return times


def _planned(wall: datetime, zone: str, *, pointer: str) -> PlannedTime:
    try:
        return PlannedTime.at(wall, zone)
    except NoSuchWallTime as fault:
        told = Fault(pointer, SessionCannotBe.code, fault.text, values=fault.values)
        raise SessionCannotBe(fault.text, [told], **fault.values) from fault


def refused(pointer: str, text: str) -> SessionCannotBe:
    """The refusal of one field of a session, to be raised."""
    return SessionCannotBe(text, [Fault(pointer, SessionCannotBe.code, text)])


def standing(sessions: Iterable[VisitSession]) -> list[VisitSession]:
    """The sessions that were not dropped, in the order they happen."""
    return sorted((s for s in sessions if s.dropped_at is None), key=lambda s: (s.starts_at, s.id))


def check_span(sessions: Sequence[VisitSession]) -> None:
    """Refuse a programme that is spread too widely.

    Raises:
        SpanTooLong: more than 31 days from the first to the last session, both counted.
    """
    days = [session.day for session in sessions]
    if days and (max(days) - min(days)).days >= MAX_SPAN_DAYS:
        text = mark(
            "from {first} to {last} is more than {days} days; bring the sessions closer together or"
            " plan two visits"
        )
        span: dict[str, object] = {"first": min(days), "last": max(days), "days": MAX_SPAN_DAYS}
        fault = Fault("/sessions", SpanTooLong.code, text, "max_span_days", span)
        raise SpanTooLong(text, [fault], **span)


def there(instant: datetime, zone: str) -> datetime:
    """The same instant with the offset of `zone`, for words that name a local time."""
    return instant.astimezone(ZoneInfo(zone))
