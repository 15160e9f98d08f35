"""The ten rules of calendar messages, read back by the library and looked at as bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from services.notifications.calendar.messages import Entry, Method, Party, message
from tests.notifications.builders import planned

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)
DESK = Party("Union of Slovak Clusters", "talka@example.org")
OLENA = Party("Олена Коваленко", "olena@example.org")
SESSION = UUID("0190b000-0000-7000-8000-000000000001")


def an_entry(**changes: object) -> Entry:
    entry = Entry(
        session_id=SESSION,
        sequence=0,
        starts=planned("2027-03-16 09:00", "Europe/Bratislava"),
        ends=planned("2027-03-16 12:00", "Europe/Bratislava"),
        online=False,
        summary="Workshop",
        location="On site: Hala 3, Nitra",
        description="Visit: Plastics (EX-2027-031)",
    )
    return replace(entry, **changes)  # type: ignore[arg-type]  # the tests name real fields


def written(method: Method = Method.REQUEST, **changes: object) -> bytes:
    return message(method, an_entry(**changes), organizer=DESK, attendee=OLENA, at=NOON)


def read(content: bytes) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(content)
    [event] = calendar.events
    return calendar, event


class TestRequest:
    def test_names_the_session_by_its_id_for_life(self) -> None:
        _, event = read(written())
        _, renamed = read(written(summary="Other", sequence=3))

        assert event["UID"] == renamed["UID"]
        assert str(SESSION) in event["UID"]

    def test_carries_the_sequence_of_the_session(self) -> None:
        _, event = read(written(sequence=4))

        assert event["SEQUENCE"] == 4

    def test_writes_wall_times_with_the_zone_and_its_rules(self) -> None:
        content = written().decode()
        calendar, event = read(written())

        assert "DTSTART;TZID=Europe/Bratislava:20270316T090000" in content
        [zone] = calendar.walk("VTIMEZONE")
        assert zone["TZID"] == "Europe/Bratislava"
        assert event.start.astimezone(UTC) == datetime(2027, 3, 16, 8, tzinfo=UTC)

    @pytest.mark.parametrize("month", range(1, 13))
    def test_means_the_planned_instant_in_every_month(self, month: int) -> None:
        starts = planned(f"2027-{month:02}-27 09:00", "Europe/Kyiv")
        ends = planned(f"2027-{month:02}-27 10:00", "Europe/Kyiv")

        _, event = read(written(starts=starts, ends=ends))

        assert event.start.astimezone(UTC) == starts.instant

    def test_writes_utc_for_what_is_held_online_only(self) -> None:
        content = written(online=True).decode()

        assert "DTSTART:20270316T080000Z" in content
        assert "VTIMEZONE" not in content

    def test_is_the_same_bytes_whenever_it_is_written(self) -> None:
        assert written() == written()

    def test_has_no_id_of_the_calendar_and_the_time_of_the_fact(self) -> None:
        calendar, event = read(written())

        assert "UID" not in calendar
        assert event["DTSTAMP"].dt == NOON

    def test_names_who_asks_and_the_one_who_is_asked(self) -> None:
        _, event = read(written())

        assert event["ORGANIZER"] == "mailto:talka@example.org"
        assert event["ATTENDEE"] == "mailto:olena@example.org"
        assert event["ATTENDEE"].params["CN"] == "Олена Коваленко"

    def test_folds_lines_at_75_octets(self) -> None:
        content = written(summary="Семінар з пластмас для малих підприємств " * 5)

        assert max(len(line) for line in content.split(b"\r\n")) <= 75


class TestCancel:
    def test_says_so_twice_with_a_higher_sequence(self) -> None:
        calendar, event = read(written(Method.CANCEL, sequence=1))

        assert calendar["METHOD"] == "CANCEL"
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)

    def test_n04_names_who_is_off_and_says_nothing_of_an_answer(self) -> None:
        _, event = read(written(Method.CANCEL, sequence=1))
        _, asked = read(written())

        assert event["ATTENDEE"] == "mailto:olena@example.org"
        assert not {"PARTSTAT", "RSVP"} & set(event["ATTENDEE"].params)
        assert asked["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


class TestHostileTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "Tour\r\nATTENDEE:mailto:evil@example.org",
            "Tour\nEND:VEVENT\nBEGIN:VEVENT",
            "Tour\u2028ATTENDEE:mailto:evil@example.org",
            "Tour\x0b\x85ATTENDEE:mailto:evil@example.org",
        ],
    )
    def test_a41_stay_text_in_one_event_with_one_attendee(self, text: str) -> None:
        calendar, event = read(written(summary=text, location=text, description=text))

        assert len(calendar.walk("VEVENT")) == 1
        assert event["ATTENDEE"] == "mailto:olena@example.org"
        assert "ATTENDEE" in event["SUMMARY"] or "VEVENT" in event["SUMMARY"]

    def test_a41_a_name_cannot_leave_its_parameter(self) -> None:
        name = 'Ole"na;ROLE=CHAIR:mailto:x@example.org\r\nATTENDEE:mailto:evil@example.org'
        attendee = Party(name, "olena@example.org")

        _, event = read(
            message(Method.REQUEST, an_entry(), organizer=DESK, attendee=attendee, at=NOON)
        )

        assert event["ATTENDEE"] == "mailto:olena@example.org"
        assert event["ATTENDEE"].params["ROLE"] == "REQ-PARTICIPANT"

    def test_a38_marks_that_turn_the_direction_are_gone(self) -> None:
        _, event = read(written(summary="abc\u202egpj.exe\u200b"))

        assert event["SUMMARY"] == "abcgpj.exe"


def test_lasts_over_the_end_of_a_year() -> None:
    starts = planned("2027-12-31 22:00", "Europe/Warsaw")
    ends = planned("2028-01-01 01:00", "Europe/Warsaw")

    _, event = read(written(starts=starts, ends=ends))

    assert event.end - event.start == timedelta(hours=3)
