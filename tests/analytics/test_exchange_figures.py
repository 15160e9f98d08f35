"""Exchanges completed and hosted, against tables worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.vocabulary import DelegateAnswer, Mode
from services.analytics.kpis.counting import pairs_of
from services.analytics.kpis.definitions import kpi_of
from services.analytics.kpis.figures import Cell
from services.analytics.kpis.periods import period
from services.chassis.database import Sessions
from tests.analytics.stories import MONDAY, VisitStory, a_held_visit
from tests.analytics.topics import counted, tell

SATURDAY = MONDAY + timedelta(days=5)


class TestK01ExchangesCompleted:
    async def test_k01_counts_by_paying_side_and_class(self, sessions: Sessions) -> None:
        await tell(
            sessions,
            a_held_visit(visitor="UA", host="SK"),
            a_held_visit(visitor="UA", host="PL", mode=Mode.ONLINE),
            a_held_visit(visitor="CZ", host="SK"),
        )

        assert await counted(sessions, "K-01", "2027-03") == {
            Cell(): 3,
            Cell(part="physical"): 2,
            Cell(part="virtual"): 1,
            Cell("CZ"): 1,
            Cell("CZ", "physical"): 1,
            Cell("UA"): 2,
            Cell("UA", "physical"): 1,
            Cell("UA", "virtual"): 1,
        }

    @pytest.mark.parametrize(
        ("days", "minutes", "completed"),
        [(3, 240, 1), (2, 480, 0), (5, 120, 0), (6, 120, 1), (3, 239, 0), (9, 119, 0)],
    )
    async def test_k01_needs_three_days_of_attended_minutes(
        self, sessions: Sessions, days: int, minutes: int, completed: int
    ) -> None:
        await tell(sessions, a_held_visit(days=days, minutes=minutes))

        assert (await counted(sessions, "K-01", "2027"))[Cell()] == completed

    async def test_k01_counts_a_visit_on_the_local_date_at_the_host(
        self, sessions: Sessions
    ) -> None:
        visit = a_held_visit(first=MONDAY + timedelta(days=14))
        del visit.told[-1]
        visit.end(datetime(2027, 3, 31, 22, 30, tzinfo=UTC))  # 1 April, 00:30 in Košice

        await tell(sessions, visit)

        assert (await counted(sessions, "K-01", "2027-03"))[Cell()] == 0
        assert (await counted(sessions, "K-01", "2027-04"))[Cell()] == 1
        assert (await counted(sessions, "K-01", "season-2026"))[Cell()] == 1
        assert (await counted(sessions, "K-01", "programme"))[Cell()] == 1

    async def test_k01_leaves_out_visits_that_run_or_were_cancelled(
        self, sessions: Sessions
    ) -> None:
        running, cancelled = a_held_visit(), a_held_visit()
        del running.told[-1], cancelled.told[-1]
        cancelled.cancel()

        await tell(sessions, running, cancelled)

        assert await counted(sessions, "K-01", "2027-03") == {Cell(): 0}

    async def test_k01_is_hybrid_when_days_were_spent_both_ways(self, sessions: Sessions) -> None:
        visit = VisitStory()
        person = visit.invite(answer=DelegateAnswer.ACCEPTED)
        held = [visit.session(MONDAY + timedelta(days=n)) for n in range(2)]
        held.append(visit.session(MONDAY + timedelta(days=2), mode=Mode.ONLINE))
        for session_id in held:
            visit.attend(session_id, {person: 240})
        visit.end()

        await tell(sessions, visit)

        assert (await counted(sessions, "K-01", "2027-03"))[Cell(part="hybrid")] == 1

    async def test_k01_takes_the_delegate_who_stayed_longest(self, sessions: Sessions) -> None:
        visit = a_held_visit(days=3)
        late = visit.invite()
        visit.attend(visit.session(MONDAY), {late: 480})

        await tell(sessions, visit)

        assert (await counted(sessions, "K-01", "2027-03"))[Cell()] == 1


class TestK02ExchangesHosted:
    async def test_k02_counts_the_same_visits_by_host(self, sessions: Sessions) -> None:
        await tell(
            sessions,
            a_held_visit(visitor="UA", host="SK"),
            a_held_visit(visitor="CZ", host="SK"),
            a_held_visit(visitor="CZ", host="PL"),
        )

        by_host = await counted(sessions, "K-02", "2027-Q1")

        assert (by_host[Cell()], by_host[Cell("SK")], by_host[Cell("PL")]) == (3, 2, 1)

    async def test_pairs_say_who_visited_whom(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit(), a_held_visit(visitor="CZ"), a_held_visit())

        async with sessions() as session:
            pairs = await pairs_of(session, kpi_of("K-01"), period("2027"))

        visits = {pair.cell: pair.value for pair in pairs}
        assert visits == {
            Cell("CZ", "SK"): 1,
            Cell("UA", "SK"): 2,
        }
