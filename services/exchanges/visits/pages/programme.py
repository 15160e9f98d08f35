"""The programme as pages show it: day by day in the host's time, beside the reader's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from contracts.vocabulary import text_in
from services.chassis.ui.i18n import Translator
from services.exchanges.visits.pages import words
from services.exchanges.visits.sessions import Times, VisitSession


@dataclass(frozen=True, slots=True)
class Item:
    """One session in words; `elsewhere` is the same time where the reader is, if it differs."""

    session: VisitSession
    title: str
    times: str
    elsewhere: str
    kind: str
    mode: str
    place: str


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of one local day; `zones` are the cities whose clocks are shown."""

    on: date
    zones: str
    items: Sequence[Item]


def days_of(programme: Sequence[VisitSession], t: Translator) -> list[Day]:
    """The programme by local day, in the order things happen."""
    return [
        _day(day, list(sessions), t)
        for day, sessions in groupby(programme, key=lambda session: session.day)
    ]


def span_of(programme: Sequence[VisitSession], t: Translator) -> str:
    """From the first to the last local day."""
    if not programme:
        return ""
    last = max(session.ends_wall.date() for session in programme)
    return t.interval(min(session.day for session in programme), last)


def cities_of(programme: Sequence[VisitSession]) -> list[str]:
    """The towns where people meet, each once."""
    places = [session.place for session in programme]
    return list(dict.fromkeys(place.settlement for place in places if place))


def clock_times(times: Times, t: Translator) -> str:
    """From when to when, by the clock of the place; the zone is named by whoever shows it."""
    zone = times.starts.zone
    begins, ends = (t.clock(at.instant, zone=zone) for at in (times.starts, times.ends))
    return f"{begins}–{ends}"


def times_in(times: Times, zone: str, t: Translator) -> str:
    """From when to when with the zone's abbreviation on that date: 10:00–13:00 EET."""
    begins, ends = times.starts.instant, times.ends.instant
    return f"{t.clock(begins, zone=zone)}–{t.time(ends, zone=zone)}"


def elsewhere(times: Times, t: Translator) -> str:
    """The times where the reader is; empty when clocks there show the same."""
    here = times_in(times, t.zone, t)
    return "" if t.zone == "UTC" or clock_times(times, t) in here else here


def own_time(at: datetime, zone: str, t: Translator) -> str:
    """The day and time where the reader is; empty when clocks there show the same as in `zone`."""
    if t.zone == "UTC" or t.clock(at, zone=zone) == t.clock(at, zone=t.zone):
        return ""
    return f"{t.date(at, 'weekday', zone=t.zone)}, {t.time(at, zone=t.zone)}"


def _day(day: date, sessions: Sequence[VisitSession], t: Translator) -> Day:
    zones = dict.fromkeys((session.zone, session.times.starts.instant) for session in sessions)
    named = dict.fromkeys(
        f"{_abbreviation(t.time(at, zone=zone))}, {t.city(zone)}" for zone, at in zones
    )
    return Day(day, " / ".join(named), [_item(session, t) for session in sessions])


def _abbreviation(time: str) -> str:
    return time.rpartition(" ")[2]


def _item(session: VisitSession, t: Translator) -> Item:
    return Item(
        session=session,
        title=text_in(session.title, t.language),
        times=clock_times(session.times, t),
        elsewhere=elsewhere(session.times, t),
        kind=t.word(words.KINDS[session.kind]),
        mode=t.word(words.MODES[session.mode]),
        place=words.address(session.place) if session.place else "",
    )
