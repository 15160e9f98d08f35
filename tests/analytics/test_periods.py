from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.kpis.periods import (
    PeriodKind,
    UnknownPeriod,
    period,
    period_of,
    periods_between,
)

DAYS = st.dates(min_value=date(2023, 3, 29), max_value=date(2040, 12, 31))


class TestG1Periods:
    @pytest.mark.parametrize(
        ("code", "first", "last"),
        [
            ("2027-03", date(2027, 3, 1), date(2027, 3, 31)),
            ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
            ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
            ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
            ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
            ("2027", date(2027, 1, 1), date(2027, 12, 31)),
            ("season-2026", date(2026, 10, 1), date(2027, 9, 30)),
        ],
    )
    def test_a_code_names_its_first_and_last_day(self, code: str, first: date, last: date) -> None:
        found = period(code)

        assert (found.first, found.last, found.code) == (first, last, code)

    def test_the_programme_begins_with_the_memorandum(self) -> None:
        assert period("programme").first == date(2023, 3, 29)

    @pytest.mark.parametrize("code", ["", "2027-13", "2027-Q5", "27", "season", "2027-3", "0000"])
    def test_another_form_is_refused_with_the_forms_that_are_read(self, code: str) -> None:
        with pytest.raises(UnknownPeriod, match="write 2027-03"):
            period(code)

    @pytest.mark.parametrize(
        ("code", "previous"),
        [
            ("2027-01", "2026-12"),
            ("2027-Q1", "2026-Q4"),
            ("2027", "2026"),
            ("season-2026", "season-2025"),
        ],
    )
    def test_the_previous_period_is_of_the_same_kind(self, code: str, previous: str) -> None:
        before = period(code).previous

        assert before is not None
        assert before.code == previous

    def test_nothing_comes_before_the_programme(self) -> None:
        assert period("programme").previous is None

    @given(DAYS, st.sampled_from(PeriodKind))
    def test_every_day_lies_in_the_period_that_its_code_names(
        self, day: date, kind: PeriodKind
    ) -> None:
        found = period_of(kind, day)

        assert day in found
        assert period(found.code) == found

    @given(DAYS, st.integers(min_value=0, max_value=500))
    def test_a_span_meets_each_kind_without_a_gap(self, first: date, days: int) -> None:
        last = first + timedelta(days=days)

        found = periods_between(first, last)

        for kind in PeriodKind:
            row = [period for period in found if period.kind is kind]
            assert first in row[0]
            assert last in row[-1]
            assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(row))
