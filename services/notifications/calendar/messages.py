"""One iTIP message for one session and one attendee (RFC 5545, 5546; stable bytes).

The UID comes from the session's id and never changes; a change is told by a higher SEQUENCE, an
end by METHOD:CANCEL with a higher SEQUENCE still. Nothing here reads a clock or a random source.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vUri

from contracts.calendar import calendar_uid
from contracts.vocabulary import PlannedTime
from services.chassis.vtimezone import clock_rules
from services.notifications.plaintext import one_line, paragraph

PRODUCT: Final = "-//Talka//Notifications//EN"


class Method(StrEnum):
    """What the message does to the entry: puts or changes it, or takes it away."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Party:
    """A person or desk in a calendar entry."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A session as a calendar shows it; texts are in the reader's language.

    `online` means held online only: such a session has no place whose zone could rule, so its
    times are written in UTC.
    """

    session_id: UUID
    sequence: int
    starts: PlannedTime
    ends: PlannedTime
    online: bool
    summary: str
    location: str
    description: str
    url: str | None = None


def message(
    method: Method, entry: Entry, *, organizer: Party, attendee: Party, at: datetime
) -> bytes:
    """The calendar object that puts `entry` into the attendee's calendar, or takes it out.

    `at` is the time of the fact behind the message; it becomes DTSTAMP.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method.value)
    if not entry.online:
        for zone in sorted({entry.starts.zone, entry.ends.zone}):
            calendar.add_component(clock_rules(zone, entry.starts.wall.year, entry.ends.wall.year))
    calendar.add_component(_event(method, entry, organizer=organizer, attendee=attendee, at=at))
    content: bytes = calendar.to_ical()
    return content


def _event(
    method: Method, entry: Entry, *, organizer: Party, attendee: Party, at: datetime
) -> Event:
    event = Event()
    event.add("uid", calendar_uid(entry.session_id))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", _when(entry.starts, online=entry.online))
    event.add("dtend", _when(entry.ends, online=entry.online))
    event.add("summary", one_line(entry.summary))
    event.add("location", one_line(entry.location))
    event.add("description", paragraph(entry.description))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _address(organizer))
    event.add("attendee", _attendee(method, attendee))
    if entry.url is not None:
        event.add("url", vUri(entry.url))
    return event


def _when(time: PlannedTime, *, online: bool) -> datetime:
    if online:
        return time.instant.astimezone(UTC)
    return time.wall.replace(tzinfo=ZoneInfo(time.zone))


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_line(party.mail)}")
    address.params["CN"] = one_line(party.name).replace('"', "'")
    return address


def _attendee(method: Method, party: Party) -> vCalAddress:
    """Answers are given on the page behind the link, so no reply is asked of the calendar.

    A request takes earlier answers back; an end asks for none and says nothing of any (RFC 5546,
    3.2.5), so that nobody who had accepted reads that an answer is missing.
    """
    address = _address(party)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    if method is Method.REQUEST:
        address.params["PARTSTAT"] = "NEEDS-ACTION"
        address.params["RSVP"] = "FALSE"
    return address
