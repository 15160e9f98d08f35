"""Months, quarters, years, seasons and the whole programme, as spans of local dates at the host.

A fact belongs to the local date at the host, so a period has dates and no instants (G-1).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from services.chassis.errors import Invalid
from services.chassis.faults import mark

PROGRAMME_STARTED: Final = date(2023, 3, 29)  # the memorandum of Košice
FAR_FUTURE: Final = date(9999, 12, 31)
OCTOBER: Final = 10


class PeriodKind(StrEnum):
    """How long a period is; the order is that of the choice on pages."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    SEASON = "season"
    PROGRAMME = "programme"


class UnknownPeriod(Invalid):
    """A period was asked for in a form that nobody can read."""

    code = "TLK-A001"
    title = "No such period"

    def __init__(self, asked: str) -> None:
        super().__init__(
            mark(
                "there is no period {asked}; write 2027-03, 2027-Q1, 2027, season-2026 or programme"
            ),
            asked=asked,
        )


@dataclass(frozen=True)
class Period:
    """A span of dates, both ends included; `code` is its name in addresses and events."""

    kind: PeriodKind
    first: date
    last: date

    @cached_property
    def code(self) -> str:
        """The name that `period` reads back: 2027-03, 2027-Q1, 2027, season-2026, programme."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodKind.QUARTER:
                return f"{self.first:%Y}-Q{self.quarter}"
            case PeriodKind.YEAR:
                return f"{self.first:%Y}"
            case PeriodKind.SEASON:
                return f"season-{self.first:%Y}"
            case PeriodKind.PROGRAMME:
                return "programme"

    @property
    def quarter(self) -> int:
        """The quarter of the year in which the period begins, 1 to 4."""
        return (self.first.month + 2) // 3

    @property
    def previous(self) -> "Period | None":
        """The period of the same kind that ends the day before; the programme has none."""
        if self.kind is PeriodKind.PROGRAMME:
            return None
        return period_of(self.kind, self.first - timedelta(days=1))

    @property
    def next(self) -> "Period | None":
        """The period of the same kind that begins the day after; the programme has none."""
        if self.kind is PeriodKind.PROGRAMME:
            return None
        return period_of(self.kind, self.last + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of this kind that holds `day`."""
    match kind:
        case PeriodKind.MONTH:
            return _months(kind, day.year, day.month, 1)
        case PeriodKind.QUARTER:
            return _months(kind, day.year, 3 * ((day.month - 1) // 3) + 1, 3)
        case PeriodKind.YEAR:
            return _months(kind, day.year, 1, 12)
        case PeriodKind.SEASON:
            return _months(kind, day.year - (day.month < OCTOBER), OCTOBER, 12)
        case PeriodKind.PROGRAMME:
            return Period(kind, PROGRAMME_STARTED, FAR_FUTURE)


def periods_between(first: date, last: date) -> list[Period]:
    """Every period of every kind that shares a day with the span, shortest kinds first."""
    found: list[Period] = []
    for kind in PeriodKind:
        current: Period | None = period_of(kind, first)
        while current is not None and current.first <= last:
            found.append(current)
            current = current.next
    return found


def period(code: str) -> Period:
    """Read a period's code.

    Raises:
        UnknownPeriod: the code has none of the five forms.
    """
    for pattern, kind in _FORMS:
        found = pattern.fullmatch(code)
        if found is not None:
            parts = [int(part) for part in found.groups()]
            return _from_parts(kind, *parts)
    raise UnknownPeriod(code)


_FORMS: Final = (
    (re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])"), PeriodKind.MONTH),
    (re.compile(r"([12]\d{3})-Q([1-4])"), PeriodKind.QUARTER),
    (re.compile(r"([12]\d{3})"), PeriodKind.YEAR),
    (re.compile(r"season-([12]\d{3})"), PeriodKind.SEASON),
    (re.compile("programme"), PeriodKind.PROGRAMME),
)


def _from_parts(kind: PeriodKind, year: int = 2023, part: int = 1) -> Period:
    month = {PeriodKind.QUARTER: 3 * part - 2, PeriodKind.SEASON: OCTOBER}.get(kind, part)
    return period_of(kind, date(year, month, 1))


def _months(kind: PeriodKind, year: int, month: int, length: int) -> Period:
    years, last_month = divmod(month + length - 2, 12)
    last_year, last_month = year + years, last_month + 1
    last_day = calendar.monthrange(last_year, last_month)[1]
    return Period(kind, date(year, month, 1), date(last_year, last_month, last_day))
