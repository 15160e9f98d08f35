"""Months laid out as weeks with bars in lanes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ui.calendar import LANES, Entry, month_of

TODAY = date(2027, 3, 16)


def an_entry(first: date, days: int = 1, title: str = "A visit") -> Entry:
    return Entry(first, first + timedelta(days=days - 1), title, "/exchanges/visits/EX-2027-001")


class TestMonth:
    def test_begins_on_a_monday_and_ends_on_a_sunday(self) -> None:
        month = month_of(TODAY, [], today=TODAY)

        assert (month.weeks[0].days[0].on, month.weeks[-1].days[-1].on) == (
            date(2027, 3, 1),
            date(2027, 4, 4),
        )

    def test_knows_today_weekends_and_the_months_beside(self) -> None:
        days = {day.on: day for week in month_of(TODAY, [], today=TODAY).weeks for day in week.days}

        assert [on for on, day in days.items() if day.today] == [TODAY]
        assert days[date(2027, 3, 20)].weekend
        assert days[date(2027, 4, 1)].outside

    @pytest.mark.parametrize(
        ("day", "previous", "following"),
        [
            (date(2027, 1, 31), date(2026, 12, 1), date(2027, 2, 1)),
            (date(2027, 12, 1), date(2027, 11, 1), date(2028, 1, 1)),
            (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 1)),
        ],
    )
    def test_leads_to_the_months_beside(self, day: date, previous: date, following: date) -> None:
        month = month_of(day, [], today=TODAY)

        assert (month.previous, month.next) == (previous, following)

    def test_cuts_an_entry_at_the_end_of_a_week(self) -> None:
        month = month_of(TODAY, [an_entry(date(2027, 3, 20), days=4)], today=TODAY)

        bars = [(bar.column, bar.width) for week in month.weeks for bar in week.bars]

        assert bars == [(6, 2), (1, 2)]

    def test_counts_what_finds_no_lane(self) -> None:
        entries = [an_entry(TODAY, title=str(number)) for number in range(LANES + 2)]

        [week] = [week for week in month_of(TODAY, entries, today=TODAY).weeks if week.bars]

        assert (len(week.bars), [(more.on, more.count) for more in week.more]) == (
            LANES,
            [(TODAY, 2)],
        )

    @given(
        st.lists(
            st.builds(
                an_entry,
                st.dates(date(2027, 2, 20), date(2027, 4, 10)),
                st.integers(1, 12),
            ),
            max_size=25,
        )
    )
    def test_never_lays_two_bars_over_each_other(self, entries: list[Entry]) -> None:
        for week in month_of(TODAY, entries, today=TODAY).weeks:
            taken = [
                (bar.row, column)
                for bar in week.bars
                for column in range(bar.column, bar.column + bar.width)
            ]
            assert len(taken) == len(set(taken))
            assert all(1 <= row <= LANES and 1 <= column <= 7 for row, column in taken)
