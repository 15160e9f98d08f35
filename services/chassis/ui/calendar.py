"""A month as weeks of seven days with bars in lanes, ready for the macro `calendar_month`.

Positions are small whole numbers that the style sheet knows as classes: no inline styles.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from services.chassis.ui.i18n import Translator

LANES: Final = 4  # a fifth bar of a day is behind "1 more"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that lasts from `first` to `last`; `kind` is that of its tag, `word` its state."""

    first: date
    last: date
    title: str
    address: str
    route: str = ""
    kind: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a week; `outside` days belong to the months beside."""

    on: date
    weekend: bool
    today: bool
    outside: bool
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """The part of an entry inside one week: begins in `column` 1 to 7, `width` days, lane `row`."""

    entry: Entry
    column: int
    width: int
    row: int


@dataclass(frozen=True, slots=True)
class More:
    """Entries of a day that found no lane."""

    on: date
    column: int
    count: int
    row: int = LANES + 1


@dataclass(frozen=True, slots=True)
class Week:
    days: Sequence[Day]
    bars: Sequence[Bar] = ()
    more: Sequence[More] = ()

    @property
    def holidays(self) -> bool:
        return any(day.holiday for day in self.days)


@dataclass(frozen=True, slots=True)
class Month:
    """A month from the Monday on or before its first day to a Sunday."""

    first: date
    weeks: Sequence[Week] = field(default_factory=list)

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    def day_names(self, t: Translator) -> Sequence[str]:
        """The seven short names of the days, Monday first."""
        names = t.locale.days["stand-alone"]["abbreviated"]
        return [names[weekday] for weekday in range(7)]


def month_of(
    day: date,
    entries: Sequence[Entry],
    *,
    today: date,
    holidays: Mapping[date, str] | None = None,
) -> Month:
    """Lay the entries out over the month that `day` lies in."""
    first = day.replace(day=1)
    ordered = sorted(entries, key=lambda entry: (entry.first, -_length(entry), entry.title))
    return Month(
        first,
        [
            _week(monday, first, ordered, today, holidays or {})
            for monday in calendar.Calendar().itermonthdates(first.year, first.month)
            if monday.weekday() == 0
        ],
    )


def _week(
    monday: date,
    first: date,
    entries: Sequence[Entry],
    today: date,
    holidays: Mapping[date, str],
) -> Week:
    days = [monday + timedelta(days=number) for number in range(7)]
    bars: list[Bar] = []
    more: dict[int, int] = {}
    for entry in entries:
        if entry.last < days[0] or entry.first > days[-1]:
            continue
        column = max((entry.first - monday).days, 0) + 1
        width = min((entry.last - monday).days, 6) + 2 - column
        row = _free_lane(bars, column, width)
        if row <= LANES:
            bars.append(Bar(entry, column, width, row))
        else:
            more[column] = more.get(column, 0) + 1
    return Week(
        [
            Day(
                on,
                on.weekday() >= calendar.SATURDAY,
                on == today,
                on.month != first.month,
                holidays.get(on, ""),
            )
            for on in days
        ],
        bars,
        [More(days[column - 1], column, count) for column, count in sorted(more.items())],
    )


def _free_lane(bars: Sequence[Bar], column: int, width: int) -> int:
    taken = {
        bar.row for bar in bars if bar.column < column + width and column < bar.column + bar.width
    }
    return next(row for row in range(1, len(bars) + 2) if row not in taken)


def _length(entry: Entry) -> int:
    return (entry.last - entry.first).days
