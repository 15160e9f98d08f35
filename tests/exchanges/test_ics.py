"""Calendar files: the rules of iCalendar, read back by a library and line by line."""

from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar, Timezone

from contracts.vocabulary import Mode, VisitState
from services.exchanges.visits.ics import Reader, calendar_of
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DEADLINE, NOON, a_plan, a_visit, an_invitation

READER = Reader("en", "https://talka.example")
LONG = "Переробка полімерів і вторинна сировина: від лабораторії до поля, " * 4


def written(*visits: Visit, **more: Any) -> str:
    return calendar_of(visits, READER, name="Visits", **more).decode()


def entries(*visits: Visit, **more: Any) -> list[Any]:
    return Calendar.from_ical(written(*visits, **more)).walk("VEVENT")


class TestLines:
    """RFC 5545, 3.1, without any library."""

    def text(self) -> str:
        return written(a_visit(a_plan(16, title={"en": LONG})), a_visit(a_plan(17)))

    def test_end_with_carriage_return_and_line_feed(self) -> None:
        text = self.text()

        assert text.endswith("END:VCALENDAR\r\n")
        assert "\n" not in text.replace("\r\n", "")

    def test_have_at_most_75_octets_and_never_split_a_letter(self) -> None:
        lines = calendar_of([a_visit(a_plan(16, title={"en": LONG}))], READER, name="x")

        for line in lines.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()

    def test_unfold_to_the_text_that_was_written(self) -> None:
        unfolded = self.text().replace("\r\n ", "").split("\r\n")

        escaped = LONG.strip().replace(",", "\\,")
        assert f"SUMMARY:{escaped}" in [line.strip() for line in unfolded]

    def test_begin_and_end_in_pairs(self) -> None:
        stack: list[str] = []
        for line in self.text().split("\r\n"):
            if line.startswith("BEGIN:"):
                stack.append(line[6:])
            elif line.startswith("END:"):
                assert stack.pop() == line[4:]
        assert not stack

    def test_are_the_same_for_the_same_visits(self) -> None:
        one, other = a_visit(), a_visit()

        assert written(one, other) == written(other, one)


class TestSessions:
    def test_are_published_and_name_nobody(self) -> None:
        text = written(a_visit())

        assert "METHOD:PUBLISH" in text
        assert "ATTENDEE" not in text
        assert "ORGANIZER" not in text
        assert "UID" not in text.partition("BEGIN:VEVENT")[0]

    def test_keep_their_uid_when_they_move(self) -> None:
        visit = a_visit(a_plan(16))
        before = entries(visit)[0]["UID"]
        visit.programme[0].raise_sequence(at=NOON)

        [after] = entries(visit)

        assert (after["UID"], after["SEQUENCE"]) == (before, 1)

    def test_on_site_ones_have_wall_time_and_the_zones_rules(self) -> None:
        text = written(a_visit(a_plan(16, 9, 12)))

        assert "DTSTART;TZID=Europe/Bratislava:20270316T090000" in text
        assert "TZID:Europe/Bratislava" in text.partition("BEGIN:VEVENT")[0]

    def test_online_ones_are_in_utc_and_need_no_zone(self) -> None:
        text = written(a_visit(a_plan(16, 9, 12, mode=Mode.ONLINE)))

        assert "DTSTART:20270316T080000Z" in text
        assert "VTIMEZONE" not in text

    def test_the_zones_rules_know_the_clock_change(self) -> None:
        [zone] = Calendar.from_ical(written(a_visit(a_plan(29, 9, 12)))).walk("VTIMEZONE")
        assert isinstance(zone, Timezone)
        summer = datetime(2027, 3, 29, 9, tzinfo=zone.to_tz())

        assert summer.astimezone(UTC).hour == 7

    @pytest.mark.parametrize(
        ("state", "status"),
        [
            (VisitState.BUILDING, "TENTATIVE"),
            (VisitState.RESCHEDULING, "TENTATIVE"),
            (VisitState.COMMITTED, "CONFIRMED"),
            (VisitState.ENDED, "CONFIRMED"),
            (VisitState.CANCELLED, "CANCELLED"),
            (VisitState.DISSOLVED, "CANCELLED"),
        ],
    )
    def test_say_how_sure_they_are(self, state: VisitState, status: str) -> None:
        assert {entry["STATUS"] for entry in entries(a_visit(state=state))} == {status}

    def test_a_dropped_one_is_taken_back(self) -> None:
        visit = a_visit()
        visit.drop_session(visit.programme[0].id, at=NOON)

        statuses = {entry["SEQUENCE"]: entry["STATUS"] for entry in entries(visit)}

        assert statuses == {1: "CANCELLED", 0: "TENTATIVE"}

    def test_speak_the_readers_language(self) -> None:
        visit = a_visit(a_plan(16, title={"en": "Opening", "uk": "Відкриття"}))

        text = calendar_of([visit], Reader("uk", "https://talka.example"), name="x").decode()

        assert "SUMMARY:Відкриття" in text

    def test_hostile_titles_stay_text(self) -> None:
        visit = a_visit(a_plan(16, title={"en": "x\r\nATTENDEE:mailto:a@b.c\nEND:VEVENT"}))

        [entry] = entries(visit)

        assert "ATTENDEE" not in entry
        assert entry["SUMMARY"].startswith("x")


def test_n04_entries_come_as_time_goes_whatever_visit_they_are_of() -> None:
    later, earlier = a_visit(a_plan(18), a_plan(16, 13, 15), a_plan(16)), a_visit(a_plan(17))
    later.invite(an_invitation(), at=NOON)
    online = a_visit(a_plan(16, 10, 11, mode=Mode.ONLINE))

    starts = [e["DTSTART"].dt for e in entries(later, earlier, online, deadlines=True)]

    assert len(starts) == 6
    assert starts == sorted(starts)


class TestDeadlines:
    def test_are_entries_while_an_answer_is_awaited(self) -> None:
        visit = a_visit()
        visit.invite(an_invitation(), at=NOON)

        found = entries(visit, deadlines=True)

        assert [e["DTSTART"].dt for e in found if e["UID"].startswith("reply-")] == [DEADLINE]

    def test_are_no_entries_of_one_visits_own_file(self) -> None:
        visit = a_visit()
        visit.invite(an_invitation(), at=NOON)

        assert len(entries(visit)) == len(visit.sessions)
