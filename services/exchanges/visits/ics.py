"""Visits as calendar files: one to download, one to subscribe to (RFC 5545, METHOD:PUBLISH).

The same visits give the same bytes. Nobody is named as attendee; a session keeps its UID for
life, and what was called off is marked as cancelled, so that calendars take it out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vUri

from contracts.calendar import calendar_uid
from contracts.vocabulary import DelegateState, Mode, PlannedTime, VisitState, text_in
from services.chassis.vtimezone import clock_rules
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import VisitSession
from services.exchanges.visits.states import CALLED_OFF

PRODUCT: Final = "-//Talka//Exchanges//EN"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
OPEN: Final = frozenset({VisitState.BUILDING, VisitState.RESCHEDULING})


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a calendar is written: in which language, and where its links lead."""

    language: str
    origin: str

    def link_to(self, visit: Visit) -> str:
        """The address of the visit's page."""
        return f"{self.origin}/exchanges/visits/{visit.number}"


def calendar_of(
    visits: Iterable[Visit], reader: Reader, *, name: str, deadlines: bool = False
) -> bytes:
    """All sessions of these visits, in time order; with `deadlines` also when answers are due."""
    visits = list(visits)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for zone in _zones(visits):
        calendar.add_component(zone)
    entries = _entries(visits, reader, deadlines=deadlines)
    for _, entry in sorted(entries, key=lambda item: (item[0], str(item[1]["uid"]))):
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _entries(
    visits: Iterable[Visit], reader: Reader, *, deadlines: bool
) -> Iterator[tuple[datetime, Event]]:
    """Each entry with the instant at which it begins."""
    for visit in visits:
        for session in visit.sessions:
            yield session.starts_at, _session(visit, session, reader)
        if deadlines and visit.state not in CALLED_OFF:
            yield from _deadline(visit, reader)


def _session(visit: Visit, session: VisitSession, reader: Reader) -> Event:
    event = Event()
    event.add("uid", calendar_uid(session.id))
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("dtstart", _when(session.times.starts, session))
    event.add("dtend", _when(session.times.ends, session))
    event.add("summary", text_in(session.title, reader.language))
    event.add("description", f"{visit.number}: {text_in(visit.title, reader.language)}")
    event.add("status", _status(visit, session))
    event.add("url", vUri(reader.link_to(visit)))
    if session.place is not None:
        place = session.place
        parts = (place.name, place.street, place.postcode, place.settlement)
        event.add("location", ", ".join(part for part in parts if part))
    return event


def _when(time: PlannedTime, session: VisitSession) -> datetime:
    """Wall time at its zone; an online session has no place, so UTC."""
    if session.mode is Mode.ONLINE:
        return time.instant.astimezone(UTC)
    return time.wall.replace(tzinfo=ZoneInfo(time.zone))


def _status(visit: Visit, session: VisitSession) -> str:
    if session.dropped_at is not None or visit.state in CALLED_OFF:
        return "CANCELLED"
    return "TENTATIVE" if visit.state in OPEN else "CONFIRMED"


def _deadline(visit: Visit, reader: Reader) -> Iterator[tuple[datetime, Event]]:
    """Until when the last open answer may come, if one is awaited."""
    waiting = [d for d in visit.delegates if d.state is DelegateState.INVITED]
    if not waiting:
        return
    last = max(waiting, key=lambda delegate: delegate.reply_by_at)
    event = Event()
    event.add("uid", f"reply-{visit.id}@talka")
    event.add("sequence", len(visit.delegates))
    event.add("dtstamp", last.invited_at.astimezone(UTC))
    event.add("dtstart", last.reply_by_at.astimezone(UTC))
    event.add("dtend", last.reply_by_at.astimezone(UTC) + timedelta(minutes=15))
    event.add("summary", f"{visit.number}: {text_in(visit.title, reader.language)} (RSVP)")
    event.add("transp", "TRANSPARENT")
    event.add("url", vUri(reader.link_to(visit)))
    yield last.reply_by_at, event


def _zones(visits: Iterable[Visit]) -> list[Timezone]:
    """The rules of every zone in use, for the whole years that are touched."""
    years: dict[str, set[int]] = {}
    for session in (session for visit in visits for session in visit.sessions):
        if session.mode is Mode.ON_SITE:
            touched = {session.starts_wall.year, session.ends_wall.year}
            years.setdefault(session.zone, set()).update(touched)
    return [clock_rules(zone, min(years[zone]), max(years[zone])) for zone in sorted(years)]
