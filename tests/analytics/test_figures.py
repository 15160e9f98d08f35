"""Figures against tables worked out by hand, on a real database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from contracts.vocabulary import DelegateAnswer, Mode
from services.analytics.kpis.definitions import kpi_of
from services.analytics.kpis.figures import Cell
from services.analytics.kpis.periods import period
from services.analytics.kpis.queries import figures_of, pairs_of
from services.chassis.database import Sessions
from tests.analytics.topics import MONDAY, ClusterStory, VisitStory, a_held_visit, tell

SATURDAY = MONDAY + timedelta(days=5)


async def counted(sessions: Sessions, code: str, of: str) -> dict[Cell, float | None]:
    async with sessions() as session:
        found = await figures_of(session, kpi_of(code), period(of))
    return {figure.cell: None if figure.value is None else float(figure.value) for figure in found}


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


class TestK04WorkingDaysOfStay:
    async def test_k04_sums_days_of_all_delegates_and_keeps_online_apart(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        ann, bob = visit.invite(), visit.invite()
        visit.attend(visit.session(MONDAY), {ann: 240, bob: 120})
        visit.attend(visit.session(MONDAY + timedelta(days=1)), {ann: 500, bob: 119})
        visit.attend(
            visit.session(MONDAY + timedelta(days=2), mode=Mode.ONLINE), {ann: 130, bob: 0}
        )

        await tell(sessions, visit)

        assert await counted(sessions, "K-04", "2027-03") == {
            Cell(): 2.5,
            Cell(part="on_site"): 2.5,
            Cell(part="online"): 0.5,
            Cell("UA"): 2.5,
            Cell("UA", "on_site"): 2.5,
            Cell("UA", "online"): 0.5,
        }

    async def test_k04_counts_each_day_in_its_own_month(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit(first=MONDAY + timedelta(days=15), delegates=1))

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 2
        assert (await counted(sessions, "K-04", "2027-04"))[Cell()] == 1

    async def test_k04_counts_a_saturday_only_when_it_is_agreed(self, sessions: Sessions) -> None:
        agreed, later = a_held_visit(first=SATURDAY, days=1), a_held_visit(days=1)
        extra = later.session(SATURDAY)
        later.attend(extra, dict.fromkeys([later.invite()], 480))

        await tell(sessions, agreed, later)

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 4  # 2 agreed, 2 on Monday

    async def test_k04_follows_a_session_that_moved(self, sessions: Sessions) -> None:
        visit = VisitStory()
        person, session_id = visit.invite(), visit.session(MONDAY)
        visit.attend(session_id, {person: 240})
        visit.move(session_id, MONDAY + timedelta(days=30))

        await tell(sessions, visit)

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 0
        assert (await counted(sessions, "K-04", "2027-04"))[Cell()] == 1

    async def test_k04_takes_the_corrected_list(self, sessions: Sessions) -> None:
        visit = VisitStory()
        ann, bob, session_id = visit.invite(), visit.invite(), visit.session(MONDAY)
        visit.attend(session_id, {ann: 240, bob: 240})
        visit.attend(session_id, {ann: 120})

        await tell(sessions, visit)

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 0.5


class TestK05Delegates:
    async def test_k05_counts_people_not_participations(self, sessions: Sessions) -> None:
        person = VisitStory().id
        first, second = VisitStory(), VisitStory()
        for visit in (first, second):
            someone = visit.invite()
            visit.attend(visit.session(MONDAY), {someone: 240}, people={someone: person})

        await tell(sessions, first, second)

        assert await counted(sessions, "K-05", "2027-03") == {Cell(): 1, Cell("UA"): 1}

    async def test_k05_leaves_out_who_was_invited_or_came_for_an_hour(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        there, briefly = visit.invite(), visit.invite()
        visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.attend(visit.session(MONDAY), {there: 120, briefly: 60})

        await tell(sessions, visit)

        assert (await counted(sessions, "K-05", "2027-03"))[Cell()] == 1


class TestK11PublishedClusters:
    async def test_k11_counts_public_profiles_at_the_end_of_the_period(
        self, sessions: Sessions
    ) -> None:
        kept, suspended, draft = ClusterStory("SK"), ClusterStory("SK"), ClusterStory("UA")
        kept.publish(on=date(2027, 1, 10))
        suspended.publish(on=date(2027, 1, 10))
        suspended.suspend(on=date(2027, 3, 5))
        draft.submit(on=date(2027, 1, 10))

        await tell(sessions, kept, suspended, draft)

        assert await counted(sessions, "K-11", "2026-12") == {Cell(): 0}
        assert await counted(sessions, "K-11", "2027-02") == {Cell(): 2, Cell("SK"): 2}
        assert await counted(sessions, "K-11", "2027-Q1") == {Cell(): 1, Cell("SK"): 1}

    async def test_k11_counts_a_profile_under_revision_and_one_reinstated(
        self, sessions: Sessions
    ) -> None:
        revised, back = ClusterStory("PL"), ClusterStory("CZ")
        revised.publish(on=date(2027, 1, 10))
        revised.revise(on=date(2027, 2, 1))
        back.publish(on=date(2027, 1, 10))
        back.suspend(on=date(2027, 1, 20))
        back.reinstate(on=date(2027, 2, 20))

        await tell(sessions, revised, back)

        assert await counted(sessions, "K-11", "2027-02") == {
            Cell(): 2,
            Cell("CZ"): 1,
            Cell("PL"): 1,
        }

    async def test_k11_takes_the_last_state_of_a_day_at_the_associations_seat(
        self, sessions: Sessions
    ) -> None:
        cluster = ClusterStory("LT")
        cluster.publish(on=date(2027, 1, 31), hour=8)
        cluster.suspend(on=date(2027, 1, 31), hour=9)
        late = ClusterStory("UA")
        late.publish(on=date(2027, 1, 31), hour=23)  # 1 February, 01:00 in Kyiv

        await tell(sessions, cluster, late)

        assert await counted(sessions, "K-11", "2027-01") == {Cell(): 0}
        assert await counted(sessions, "K-11", "2027-02") == {Cell(): 1, Cell("UA"): 1}


class TestK18InvitationsAccepted:
    async def test_k18_is_the_share_of_invitations_sent(self, sessions: Sessions) -> None:
        visit = VisitStory()
        visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.invite(answer=DelegateAnswer.DECLINED)
        visit.invite()

        await tell(sessions, visit)

        async with sessions() as session:
            [whole, ukrainian] = await figures_of(session, kpi_of("K-18"), period("2027-02"))
        assert (whole.numerator, whole.denominator) == (Decimal(2), Decimal(4))
        assert whole.value == Decimal(2) / 4
        assert ukrainian.cell == Cell("UA")

    async def test_k18_takes_the_last_answer(self, sessions: Sessions) -> None:
        visit = VisitStory()
        person = visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.answer(person, DelegateAnswer.DECLINED)

        await tell(sessions, visit)

        assert (await counted(sessions, "K-18", "2027-02"))[Cell()] == 0

    async def test_k18_leaves_out_cancelled_visits(self, sessions: Sessions) -> None:
        visit = VisitStory()
        visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.cancel()

        await tell(sessions, visit)

        assert await counted(sessions, "K-18", "2027-02") == {Cell(): None}

    async def test_k18_counts_an_invitation_on_the_local_date_at_the_host(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        visit.invite(at=datetime(2027, 2, 28, 23, 30, tzinfo=UTC))  # 1 March in Košice

        await tell(sessions, visit)

        assert await counted(sessions, "K-18", "2027-03") == {Cell(): 0, Cell("UA"): 0}
