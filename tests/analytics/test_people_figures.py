"""Days, delegates and invitations, against tables worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from contracts.vocabulary import DelegateAnswer, Mode
from services.analytics.kpis.counting import figures_of
from services.analytics.kpis.definitions import kpi_of
from services.analytics.kpis.figures import Cell
from services.analytics.kpis.periods import period
from services.chassis.database import Sessions
from tests.analytics.stories import MONDAY, VisitStory, a_held_visit
from tests.analytics.topics import counted, tell

SATURDAY = MONDAY + timedelta(days=5)


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

    async def test_k04_forgets_a_session_that_was_dropped(self, sessions: Sessions) -> None:
        visit = VisitStory()
        person, session_id = visit.invite(), visit.session(MONDAY)
        visit.attend(session_id, {person: 240})
        visit.drop(session_id)

        await tell(sessions, visit)

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 0

    async def test_k04_counts_the_days_of_the_agenda_that_was_agreed_last(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        person, session_id = visit.invite(), visit.session(MONDAY)
        visit.commit()
        visit.move(session_id, SATURDAY)
        visit.reschedule()
        visit.attend(session_id, {person: 240})

        await tell(sessions, visit)

        assert (await counted(sessions, "K-04", "2027-03"))[Cell()] == 1

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

    async def test_k18_leaves_out_visits_that_were_never_agreed(self, sessions: Sessions) -> None:
        visit = VisitStory()
        visit.invite(answer=DelegateAnswer.ACCEPTED)
        visit.dissolve()

        await tell(sessions, visit)

        assert await counted(sessions, "K-18", "2027-02") == {Cell(): None}

    async def test_k18_counts_an_invitation_on_the_local_date_at_the_host(
        self, sessions: Sessions
    ) -> None:
        visit = VisitStory()
        visit.invite(at=datetime(2027, 2, 28, 23, 30, tzinfo=UTC))  # 1 March in Košice

        await tell(sessions, visit)

        assert await counted(sessions, "K-18", "2027-03") == {Cell(): 0, Cell("UA"): 0}
