from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import NoSuchWallTime, PlannedTime, instant_of

ZONES = [
    "Europe/Prague",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Bucharest",
    "Europe/Bratislava",
    "Europe/Kyiv",
]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestInstantOf:
    @pytest.mark.parametrize(
        ("text", "zone", "instant"),
        [
            ("2027-01-15T10:00", "Europe/Bratislava", "2027-01-15T09:00+00:00"),
            ("2027-07-15T10:00", "Europe/Bratislava", "2027-07-15T08:00+00:00"),
            ("2027-01-15T10:00", "Europe/Kyiv", "2027-01-15T08:00+00:00"),
            ("2027-07-15T10:00", "Europe/Kiev", "2027-07-15T07:00+00:00"),
            ("2027-07-15T10:00", "UTC", "2027-07-15T10:00+00:00"),
        ],
    )
    def test_goes_by_the_zone_and_its_summer_time(self, text: str, zone: str, instant: str) -> None:
        assert instant_of(wall(text), zone) == datetime.fromisoformat(instant)

    @pytest.mark.parametrize(
        ("text", "zone"),
        [("2027-03-28T02:30", "Europe/Bratislava"), ("2027-03-28T03:30", "Europe/Kyiv")],
    )
    def test_refuses_a_time_that_clocks_skip(self, text: str, zone: str) -> None:
        with pytest.raises(NoSuchWallTime, match=f"Clocks in {zone} skip 2027-03-28"):
            instant_of(wall(text), zone)

    def test_takes_the_first_of_two_when_clocks_go_back(self) -> None:
        first = instant_of(wall("2027-10-31T02:30"), "Europe/Bratislava")
        second = instant_of(wall("2027-10-31T02:30").replace(fold=1), "Europe/Bratislava")

        assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
        assert second - first == timedelta(hours=1)

    @pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Košice"])
    def test_names_a_zone_that_there_is_not(self, zone: str) -> None:
        with pytest.raises(NoSuchWallTime, match="There is no time zone"):
            instant_of(wall("2027-01-15T10:00"), zone)

    @given(
        moment=st.datetimes(
            min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis wants it naive
            max_value=datetime(2040, 1, 1),  # noqa: DTZ001
            timezones=st.just(UTC),
        ),
        zone=st.sampled_from(ZONES),
    )
    def test_finds_every_instant_by_what_clocks_show_then(
        self, moment: datetime, zone: str
    ) -> None:
        there = moment.astimezone(ZoneInfo(zone))

        assert instant_of(there.replace(tzinfo=None), zone) == moment


class TestPlannedTime:
    def test_keeps_wall_zone_and_instant(self) -> None:
        planned = PlannedTime.at(wall("2027-04-06T09:30"), "Europe/Bratislava")

        assert planned.model_dump(mode="json") == {
            "wall": "2027-04-06T09:30:00",
            "zone": "Europe/Bratislava",
            "instant": "2027-04-06T07:30:00Z",
        }

    def test_does_not_take_an_aware_time_for_a_wall_time(self) -> None:
        with pytest.raises(ValueError, match="wall"):
            PlannedTime.model_validate(
                {"wall": "2027-04-06T09:30:00Z", "zone": "UTC", "instant": "2027-04-06T09:30:00Z"}
            )
