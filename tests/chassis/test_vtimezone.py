"""The clock rules of our zones, read back by another library over both changes of 2027."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from services.chassis.vtimezone import clock_rules

ZONES = (
    "Europe/Prague",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Bucharest",
    "Europe/Bratislava",
    "Europe/Kyiv",
)
CHANGES = (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC))
AROUND = (-72 * 60, -61, -60, -31, -1, 0, 1, 31, 60, 61, 72 * 60)  # minutes


def text_of(zone: str) -> str:
    return str(clock_rules(zone, 2027, 2027).to_ical(), "utf-8")


@pytest.mark.parametrize("zone", ZONES)
class TestRules:
    @pytest.mark.parametrize("change", CHANGES, ids=["spring", "autumn"])
    @pytest.mark.parametrize("minutes", AROUND)
    def test_n04_mean_the_right_instants_around_each_change(
        self, zone: str, change: datetime, minutes: int
    ) -> None:
        instant = change + timedelta(minutes=minutes)
        planned = instant.astimezone(ZoneInfo(zone))
        read = tzical(StringIO(text_of(zone))).get(zone)

        assert planned.replace(tzinfo=read).astimezone(UTC) == instant

    def test_n04_write_an_onset_as_clocks_show_it_until_then(self, zone: str) -> None:
        winter = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
        spring = (CHANGES[0] + winter).strftime("%Y%m%dT%H%M%S")
        autumn = (CHANGES[1] + winter + timedelta(hours=1)).strftime("%Y%m%dT%H%M%S")

        assert [
            line.partition(":")[2] for line in text_of(zone).split("\r\n") if "DTSTART" in line
        ] == ["20270101T000000", spring, autumn]

    def test_can_be_read_by_the_library_that_wrote_them(self, zone: str) -> None:
        calendar = Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text_of(zone)}END:VCALENDAR\r\n")

        assert [str(rules["TZID"]) for rules in calendar.walk("VTIMEZONE")] == [zone]


def test_cover_all_years_between() -> None:
    assert clock_rules("Europe/Kyiv", 2026, 2028).to_ical().count(b"BEGIN:DAYLIGHT") == 3
