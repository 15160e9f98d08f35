"""The schedule: which visits a month or week shows, and the first one after an empty period."""

from datetime import date

import pytest

from services.chassis.database import Sessions
from services.exchanges.visits.schedule import (
    Wanted,
    month_of,
    next_after,
    schedule,
    week_of,
)
from tests.exchanges.builders import a_coordinator, a_plan
from tests.exchanges.stories import committed, planned, the_copies

MARCH = (date(2027, 3, 1), date(2027, 4, 4))
COORDINATOR = a_coordinator("SK")


class TestPeriods:
    def test_a_month_shows_whole_weeks_from_monday(self) -> None:
        assert month_of(date(2027, 3, 16)) == MARCH
        assert month_of(date(2027, 2, 28)) == (date(2027, 2, 1), date(2027, 2, 28))

    def test_a_week_begins_on_monday(self) -> None:
        assert week_of(date(2027, 3, 21)) == (date(2027, 3, 15), date(2027, 3, 21))


class TestSchedule:
    @pytest.fixture(autouse=True)
    async def copies(self, sessions: Sessions) -> None:
        await the_copies(sessions)

    async def test_shows_visits_that_touch_the_period(self, sessions: Sessions) -> None:
        await planned(sessions, a_plan(16), a_plan(18))
        days = [(15, 15), (15, 16), (17, 17), (18, 30), (19, 30)]

        async with sessions.begin() as session:
            shown = [
                await schedule(
                    session,
                    COORDINATOR,
                    Wanted(),
                    first=date(2027, 3, first),
                    last=date(2027, 3, last),
                )
                for first, last in days
            ]

        assert [len(entries) for entries in shown] == [0, 1, 1, 1, 0]

    async def test_says_who_where_and_how_many(self, sessions: Sessions) -> None:
        visit = await planned(sessions, a_plan(16), a_plan(18))
        await committed(sessions, visit, "oksana@example.org", "lena@example.org")

        async with sessions.begin() as session:
            [entry] = await schedule(session, COORDINATOR, Wanted(), first=MARCH[0], last=MARCH[1])

        assert (entry.first_day, entry.last_day) == (date(2027, 3, 16), date(2027, 3, 18))
        assert (entry.visitor_name, entry.host_name) == (
            "Lviv Plastics Cluster",
            "Nitra Plastics Cluster",
        )
        assert (entry.city, entry.sessions, entry.invited, entry.coming) == ("Nitra", 2, 2, 2)

    async def test_names_the_next_visit_after_an_empty_period(self, sessions: Sessions) -> None:
        for day in (18, 16):
            await planned(sessions, a_plan(day))

        async with sessions.begin() as session:
            entry = await next_after(session, COORDINATOR, date(2027, 3, 1))
            nothing = await next_after(session, COORDINATOR, date(2027, 3, 18))

        assert entry is not None
        assert (entry.number, nothing) == ("EX-2027-002", None)
