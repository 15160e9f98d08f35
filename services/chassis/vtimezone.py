"""The clock rules of a zone as calendars read them: VTIMEZONE (RFC 5545, 3.6.5).

An onset is written in the local time that clocks show until it, so DTSTART goes by TZOFFSETFROM.
The same zone and years give the same component.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY_SECONDS: Final = 86_400


@lru_cache(maxsize=64)
def clock_rules(zone: str, first_year: int, last_year: int) -> Timezone:
    """What clocks in `zone` do in these whole years, each change written out."""
    there = ZoneInfo(zone)
    begin = datetime(first_year, 1, 1, tzinfo=there)
    end = datetime(last_year + 1, 1, 1, tzinfo=there)
    rules = Timezone()
    rules.add("tzid", zone)
    rules.add_component(_observance(begin, begin))
    for before, after in _changes(begin, end):
        rules.add_component(_observance(before, after))
    return rules


def _observance(before: datetime, after: datetime) -> TimezoneDaylight | TimezoneStandard:
    """What holds from one instant on, given with the offset until it and the one from it."""
    former, offset = before.utcoffset(), after.utcoffset()
    if former is None or offset is None:
        raise ValueError(f"{after} has no zone")
    observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
    observance.add("dtstart", (after.astimezone(UTC) + former).replace(tzinfo=None))
    observance.add("tzname", after.tzname())
    observance.add("tzoffsetfrom", former)
    observance.add("tzoffsetto", offset)
    return observance


def _changes(begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last second before each change of the offset, and the first from it."""
    there = begin.tzinfo

    def clock(second: int) -> datetime:
        return datetime.fromtimestamp(second, there)

    first, last = int(begin.timestamp()), int(end.timestamp())
    for early in range(first, last, DAY_SECONDS):
        low, high = early, min(early + DAY_SECONDS, last)
        if clock(low).utcoffset() == clock(high).utcoffset():
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if clock(middle).utcoffset() == clock(low).utcoffset():
                low = middle
            else:
                high = middle
        yield clock(low), clock(high)
