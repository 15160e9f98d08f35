"""From attended minutes to days of stay, date by date, so that each counts in its own period."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.stay import Attended, Stay, longest, stay_of
from contracts.vocabulary import Mode
from services.chassis.working_days import is_working_day


@dataclass(frozen=True, slots=True)
class Presence:
    """One line of an attendance list, with what its session says."""

    participant_id: UUID
    held_on: date
    mode: Mode
    minutes: int


@dataclass(frozen=True, slots=True)
class StayDay:
    """What one local date was worth for one delegate."""

    participant_id: UUID
    day: date
    mode: Mode
    days: Decimal


def stay_days(
    presences: Iterable[Presence], *, host: str, visitor: str, agreed: frozenset[date]
) -> list[StayDay]:
    """The days of every delegate of one visit that are worth anything, in a stable order.

    `host` and `visitor` are countries, `agreed` the local dates of the commitment: on them a day
    on site counts even when it is no working day at the host.
    """
    by_day: dict[tuple[UUID, date], list[Attended]] = defaultdict(list)
    for one in presences:
        attended = Attended(day=one.held_on, mode=one.mode, minutes=one.minutes)
        by_day[one.participant_id, one.held_on].append(attended)
    found: list[StayDay] = []
    for (participant_id, day), attended_then in sorted(by_day.items()):
        stay = stay_of(
            attended_then,
            counts_on_site=lambda on: on in agreed or is_working_day(on, host),
            counts_online=lambda on: is_working_day(on, visitor),
        )
        for mode, days in ((Mode.ON_SITE, stay.days_on_site), (Mode.ONLINE, stay.days_online)):
            if days:
                found.append(StayDay(participant_id, day, mode, days))
    return found


def stay_of_visit(days: Sequence[StayDay]) -> Stay:
    """The stay of the visit: that of the delegate who stayed longest."""
    on_site: dict[UUID, Decimal] = defaultdict(Decimal)
    online: dict[UUID, Decimal] = defaultdict(Decimal)
    for one in days:
        (on_site if one.mode is Mode.ON_SITE else online)[one.participant_id] += one.days
    people = sorted(on_site.keys() | online.keys())
    return longest(Stay(on_site[person], online[person]) for person in people)
