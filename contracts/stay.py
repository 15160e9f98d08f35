"""Working days of stay: how attended minutes become days, a class, and a completed exchange.

A promised rule of the programme: who signs for a visit and who counts it work out the same days.
Attendance counts, never the plan; travel gives no minutes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from .vocabulary import Mode, VisitClass

FULL_DAY_MINUTES: Final = 240
HALF_DAY_MINUTES: Final = 120
MIN_DAYS: Final = Decimal(3)
MAX_SPAN_DAYS: Final = 31

WHOLE: Final = Decimal(1)
HALF: Final = Decimal("0.5")
NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Attended:
    """Minutes of one person in one session; `day` is the local date at the host."""

    day: date
    mode: Mode
    minutes: int


@dataclass(frozen=True, slots=True)
class Stay:
    """Days of one delegate, one beneficiary or one visit, in halves."""

    days_on_site: Decimal = NOTHING
    days_online: Decimal = NOTHING

    @property
    def days(self) -> Decimal:
        """Both kinds together."""
        return self.days_on_site + self.days_online

    @property
    def visit_class(self) -> VisitClass:
        """Physical when nothing was online, virtual when nothing was on site, else hybrid."""
        if not self.days_online:
            return VisitClass.PHYSICAL
        return VisitClass.HYBRID if self.days_on_site else VisitClass.VIRTUAL

    @property
    def completed(self) -> bool:
        """Whether the exchange reached the least number of days."""
        return self.days >= MIN_DAYS


def day_value(minutes: int) -> Decimal:
    """What the attended minutes of one local date are worth: a day, half a day, or nothing."""
    if minutes >= FULL_DAY_MINUTES:
        return WHOLE
    return HALF if minutes >= HALF_DAY_MINUTES else NOTHING


def stay_of(
    attended: Iterable[Attended],
    *,
    counts_on_site: Callable[[date], bool],
    counts_online: Callable[[date], bool],
) -> Stay:
    """The stay of one delegate.

    `counts_on_site` says whether a date is a working day at the host or agreed in the commitment,
    `counts_online` whether it is a working day in the delegate's country.
    """
    minutes: dict[tuple[date, Mode], int] = defaultdict(int)
    for part in attended:
        minutes[part.day, part.mode] += part.minutes
    on_site, online = NOTHING, NOTHING
    for (day, mode), total in minutes.items():
        if mode is Mode.ON_SITE and counts_on_site(day):
            on_site += day_value(total)
        if mode is Mode.ONLINE and counts_online(day):
            online += day_value(total)
    return Stay(days_on_site=on_site, days_online=online)


def longest(stays: Iterable[Stay]) -> Stay:
    """The most days of any: a beneficiary's from its delegates, a visit's from its beneficiaries.

    Of equal stays the one with more days on site; without any, an empty stay.
    """
    return max(stays, key=lambda stay: (stay.days, stay.days_on_site), default=Stay())
