"""What people see of figures, and systems read: the same values, with their rule and freshness."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from services.analytics.kpis.periods import PeriodKind, period_of
from services.chassis import clock
from services.chassis.database import Sessions
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import VisitStory, a_held_visit
from tests.analytics.test_reports import caught_up, report
from tests.analytics.topics import Topics, feed, tell

MARCH = "/analytics/?period=2027-03"


def cell(page: str, code: str) -> str:
    """The value on the card of a figure."""
    return page.split(f"<dt>{code}", 1)[1].split('<dd class="value">', 1)[1].split("</dd>", 1)[0]


class TestGlance:
    async def test_shows_the_six_figures_of_the_period(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = ClusterStory("SK")
        cluster.publish(on=datetime(2027, 1, 10, tzinfo=UTC).date())
        await tell(sessions, a_held_visit(delegates=2), cluster)

        page = (await coordinator.get(MARCH)).text

        assert {code: cell(page, code) for code in ("K-01", "K-02", "K-04", "K-05", "K-11")} == {
            "K-01": "1",
            "K-02": "1",
            "K-04": "6",
            "K-05": "2",
            "K-11": "1",
        }
        assert cell(page, "K-18") == "–"  # no invitation was sent in March

    async def test_g8_a_share_stands_with_its_numerator_and_denominator(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        visit = a_held_visit(delegates=3)
        visit.invite()
        await tell(sessions, visit)

        page = (await coordinator.get("/analytics/?period=2027-02")).text

        assert cell(page, "K-18") == "75%"
        assert "3 of 4" in page

    async def test_says_how_a_figure_differs_from_the_period_before(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        await tell(
            sessions,
            a_held_visit(first=datetime(2027, 2, 15, tzinfo=UTC).date()),
            a_held_visit(),
            a_held_visit(),
        )

        page = (await coordinator.get(MARCH)).text

        assert "1 more than in February 2027" in page
        assert "▲" in page

    async def test_g7_leads_to_the_rule_of_each_figure(self, coordinator: AsyncClient) -> None:
        page = (await coordinator.get(MARCH)).text

        assert page.count("How is this counted?") == 6
        assert "/analytics/figures/K-18?period=2027-03" in page

    async def test_a14_says_as_of_when_the_sources_are_read(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        await caught_up(sessions, datetime.now(UTC))

        page = (await coordinator.get(MARCH)).text

        assert "As of " in page
        assert "Figures stop at" not in page

    async def test_a14_says_when_figures_stopped(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        await caught_up(sessions, datetime.now(UTC) - timedelta(minutes=10))

        page = (await coordinator.get(MARCH)).text

        assert "Figures stop at" in page
        assert "New facts are waiting to be counted." in page

    async def test_an_empty_period_says_when_the_next_visit_is(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        visit = VisitStory(visitor="UA", host="SK")
        soon = clock.now().date() + timedelta(days=9)
        visit.session(soon)
        await tell(sessions, visit)

        page = (await coordinator.get("/analytics/")).text

        assert "No visits held yet in this period." in page
        assert f"{soon.day} {soon:%B %Y}" in page

    async def test_another_associations_visit_is_nowhere_to_be_seen(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        foreign = VisitStory(visitor="UA", host="PL")
        soon = clock.now().date() + timedelta(days=9)
        foreign.session(soon)
        await tell(sessions, foreign)

        page = (await coordinator.get("/analytics/")).text

        assert f"{soon.day} {soon:%B %Y}" not in page

    async def test_begins_with_the_season_that_runs(self, coordinator: AsyncClient) -> None:
        season = period_of(PeriodKind.SEASON, clock.now().date())

        page = (await coordinator.get("/analytics/")).text

        assert f'<option value="{season.code}" selected>' in page

    async def test_who_is_not_signed_in_is_led_to_the_sign_in(self, anybody: AsyncClient) -> None:
        answer = await anybody.get(MARCH, headers={"Accept": "text/html"})

        assert answer.status_code == 303
        assert "/analytics/signin" in answer.headers["location"]

    @pytest.mark.parametrize("address", ["/analytics/?period=2027-13", "/analytics/figures/K-99"])
    async def test_a_wrong_address_says_what_there_is(
        self, coordinator: AsyncClient, address: str
    ) -> None:
        answer = await coordinator.get(address, headers={"Accept": "text/html"})

        assert answer.status_code in (404, 422)
        assert "2027-Q1" in answer.text or "K-18" in answer.text


class TestA04SmallCells:
    async def test_a04_an_analyst_sees_under_5(
        self, analyst: AsyncClient, sessions: Sessions
    ) -> None:
        await tell(sessions, *[a_held_visit(visitor="UA", delegates=1) for _ in range(2)])

        page = (await analyst.get(MARCH)).text

        assert cell(page, "K-01") == "2"  # the total is for everybody
        assert "under 5" in page

    async def test_a04_an_association_sees_all_cells(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        await tell(sessions, a_held_visit(visitor="UA", delegates=1))

        assert "under 5" not in (await coordinator.get(MARCH)).text


class TestFigurePage:
    async def test_shows_definition_version_cells_and_sources(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        await tell(sessions, a_held_visit(visitor="UA"))

        page = (await coordinator.get("/analytics/figures/K-01?period=2027-03")).text

        assert "Visits that ended with at least three days attended" in page
        assert "Ukraine" in page
        assert "On site only" in page
        assert "talka.exchanges.visit.attendance_recorded.v1" in page
        assert "Nothing that was complete has been corrected." in page

    async def test_a03_lists_corrections(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        topics, april = Topics(), datetime(2027, 4, 2, 12, tzinfo=UTC)
        await caught_up(sessions, april)
        await feed(sessions, [topics.append(told) for told in a_held_visit().told])
        await report(sessions, april)
        await feed(sessions, [topics.append(told) for told in a_held_visit().told])
        await report(sessions, april)

        page = (await coordinator.get("/analytics/figures/K-01")).text

        assert "Reported before" in page
        assert "March 2027" in page


class TestWords:
    async def test_definitions_of_all_figures_stand_on_one_page(
        self, coordinator: AsyncClient
    ) -> None:
        page = (await coordinator.get("/analytics/definitions")).text

        assert page.count("Not counted") == 6

    async def test_the_page_of_streams_says_how_to_follow_them(
        self, coordinator: AsyncClient
    ) -> None:
        page = (await coordinator.get("/analytics/streams")).text

        assert "curl -N http://test/analytics/v1/streams/visits?from=begin" in page
        assert "talka.streams.visit.counted.v1" in page

    @pytest.mark.parametrize(
        ("language", "word"),
        [("uk", "Завершені обміни"), ("pl", "Zakończone wymiany"), ("sk", "Dokončené výmeny")],
    )
    async def test_figures_have_names_in_the_readers_language(
        self, coordinator: AsyncClient, language: str, word: str
    ) -> None:
        page = (await coordinator.get(MARCH, params={"lang": language})).text

        assert word in page


class TestInterface:
    async def test_gives_every_cell_with_its_rule_and_watermark(
        self, coordinator: AsyncClient, sessions: Sessions
    ) -> None:
        read_at = datetime.now(UTC)
        await caught_up(sessions, read_at)
        await tell(sessions, a_held_visit(visitor="UA", delegates=2))

        answer = (await coordinator.get("/analytics/v1/figures?period=2027-03")).json()

        assert (answer["first"], answer["last"]) == ("2027-03-01", "2027-03-31")
        by_code = {figure["code"]: figure for figure in answer["figures"]}
        assert list(by_code) == ["K-01", "K-02", "K-04", "K-05", "K-11", "K-18"]
        k05 = by_code["K-05"]
        assert (k05["version"], k05["late"]) == (1, False)
        assert datetime.fromisoformat(k05["watermark_at"]) == read_at
        assert {name: k05["cells"][1][name] for name in ("cell", "value")} == {
            "cell": {"association": "UA"},
            "value": 2.0,
        }

    async def test_needs_somebody_who_is_known(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/analytics/v1/figures")

        assert (answer.status_code, answer.headers["content-type"]) == (
            401,
            "application/problem+json",
        )

    async def test_a04_hides_small_cells_from_outsiders(
        self, analyst: AsyncClient, sessions: Sessions
    ) -> None:
        await tell(sessions, a_held_visit(visitor="UA", delegates=2))

        answer = (await analyst.get("/analytics/v1/figures?period=2027-03")).json()

        [whole, ukrainian] = answer["figures"][3]["cells"]
        assert (whole["value"], ukrainian["value"], ukrainian["hidden"]) == (2.0, None, True)
