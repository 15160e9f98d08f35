"""Times as people read them: the place's own first, the reader's second where the clocks differ."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from contracts.planned_time import PlannedTime
from services.chassis.ui.i18n import Translator


def span(t: Translator, starts: PlannedTime, ends: PlannedTime) -> str:
    """When it takes place: 16 Mar 2027, 09:00–12:00 CET (Bratislava) · 10:00–13:00 EET (Kyiv).

    The second part stands only where the reader's clocks show other times.
    """
    there = _in_zone(t, starts.instant, ends.instant, starts.zone)
    if not clocks_differ(starts.instant, starts.zone, t.zone):
        return there
    return (
        f"{there} · {_in_zone(t, starts.instant, ends.instant, t.zone, unless=starts.wall.date())}"
    )


def moment(t: Translator, at: datetime, zone: str) -> str:
    """A deadline with its zone: 19 Mar 2027, 17:00 CET (Prague) · 18:00 EET (Kyiv)."""
    there = f"{t.datetime(at, zone=zone)} ({t.city(zone)})"
    if not clocks_differ(at, zone, t.zone):
        return there
    here = t.time(at) if _day(at, zone) == _day(at, t.zone) else t.datetime(at)
    return f"{there} · {here} ({t.city(t.zone)})"


def clocks_differ(at: datetime, zone: str, other: str) -> bool:
    """Whether clocks in the two zones show different times at this instant."""
    return at.astimezone(ZoneInfo(zone)).utcoffset() != at.astimezone(ZoneInfo(other)).utcoffset()


def days_of(times: Iterable[PlannedTime]) -> list[date]:
    """The local dates on which something begins, in order, each once."""
    return sorted({time.wall.date() for time in times})


def _in_zone(
    t: Translator, starts: datetime, ends: datetime, zone: str, *, unless: date | None = None
) -> str:
    """The span in one zone; the day is left out when it is `unless`."""
    day = "" if _day(starts, zone) == unless else f"{t.date(starts, 'weekday', zone=zone)}, "
    until = t.time(ends, zone=zone)
    if _day(starts, zone) != _day(ends, zone):
        until = t.datetime(ends, zone=zone)
    return f"{day}{t.clock(starts, zone=zone)}–{until} ({t.city(zone)})"


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
