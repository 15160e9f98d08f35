"""Working days of stay, by tables worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.stay import Attended, Stay, day_value, longest, stay_of
from contracts.vocabulary import Mode, VisitClass

MONDAY, TUESDAY, WEDNESDAY = (date(2027, 3, day) for day in (15, 16, 17))
SATURDAY = date(2027, 3, 20)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def stay(*attended: tuple[date, Mode, int]) -> Stay:
    parts = [Attended(day, mode, minutes) for day, mode, minutes in attended]
    return stay_of(parts, counts_on_site=weekday, counts_online=weekday)


class TestDayValue:
    @pytest.mark.parametrize(
        ("minutes", "value"),
        [(0, "0"), (119, "0"), (120, "0.5"), (239, "0.5"), (240, "1"), (600, "1")],
    )
    def test_is_a_day_half_a_day_or_nothing(self, minutes: int, value: str) -> None:
        assert day_value(minutes) == Decimal(value)


class TestStay:
    def test_adds_up_the_minutes_of_one_day(self) -> None:
        assert stay((MONDAY, Mode.ON_SITE, 150), (MONDAY, Mode.ON_SITE, 90)) == Stay(Decimal(1))

    def test_keeps_the_modes_of_one_day_apart(self) -> None:
        hybrid = stay((MONDAY, Mode.ON_SITE, 150), (MONDAY, Mode.ONLINE, 130))

        assert hybrid == Stay(Decimal("0.5"), Decimal("0.5"))
        assert hybrid.visit_class is VisitClass.HYBRID

    def test_counts_no_day_off(self) -> None:
        assert stay((SATURDAY, Mode.ON_SITE, 480)) == Stay()

    def test_counts_a_day_off_that_the_commitment_agrees(self) -> None:
        attended = [Attended(SATURDAY, Mode.ON_SITE, 480)]

        agreed = stay_of(attended, counts_on_site={SATURDAY}.__contains__, counts_online=weekday)

        assert agreed == Stay(Decimal(1))

    def test_is_completed_from_three_days_on(self) -> None:
        two_and_a_half = [(MONDAY, Mode.ON_SITE, 240), (TUESDAY, Mode.ON_SITE, 240)]

        assert not stay(*two_and_a_half, (WEDNESDAY, Mode.ON_SITE, 120)).completed
        assert stay(*two_and_a_half, (WEDNESDAY, Mode.ON_SITE, 240)).completed

    def test_h03_six_half_days_online_are_an_exchange_of_class_virtual(self) -> None:
        half_days = [date(2027, 3, day) for day in (2, 4, 9, 11, 16, 18)]

        virtual = stay(*((day, Mode.ONLINE, 180) for day in half_days))

        assert (virtual.days, virtual.completed) == (Decimal(3), True)
        assert virtual.visit_class is VisitClass.VIRTUAL

    def test_without_attendance_is_physical_and_empty(self) -> None:
        assert (stay().days, stay().visit_class) == (Decimal(0), VisitClass.PHYSICAL)


class TestLongest:
    def test_takes_the_most_days_and_of_equal_ones_the_more_on_site(self) -> None:
        stays = [Stay(Decimal(1), Decimal(2)), Stay(Decimal(2), Decimal(1)), Stay(Decimal(2))]

        assert longest(stays) == Stay(Decimal(2), Decimal(1))

    def test_of_nobody_is_empty(self) -> None:
        assert longest([]) == Stay()
