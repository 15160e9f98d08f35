"""Definitions announced once, values reported when they change, complete ones restated."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from contracts.analytics import FigureComputed, FigureRestated, KpiDefined, WatermarkAdvanced
from contracts.event import Event
from services.analytics.app import LOCALES
from services.analytics.facts.watermarks import announce, complete_to, freshness, note
from services.analytics.kpis.commands import define_kpis, report_figures
from services.analytics.kpis.definitions import KPIS
from services.chassis.database import Sessions
from services.chassis.history import event_of, history
from services.chassis.subscription import Reach
from services.chassis.ui.i18n import Catalogues
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import a_held_visit
from tests.analytics.topics import Topics, feed, tell

E = TypeVar("E", bound=Event)

SOURCES = ("exchanges.visits", "registry.clusters")
IN_MARCH = datetime(2027, 3, 20, 12, tzinfo=UTC)
IN_APRIL = datetime(2027, 4, 2, 12, tzinfo=UTC)


async def caught_up(sessions: Sessions, at: datetime, *, topics: Sequence[str] = SOURCES) -> None:
    async with sessions.begin() as session:
        reach = {(topic, 0): Reach(lag=0, heard_at=at) for topic in topics}
        await note(session, reach, ahead=timedelta())


async def report(sessions: Sessions, at: datetime) -> int:
    async with sessions.begin() as session:
        return await report_figures(session, at=at)


async def events(sessions: Sessions, kind: type[E]) -> list[E]:
    async with sessions() as session:
        rows = await session.execute(
            select(history).where(history.c.type == kind.type).order_by(history.c.position)
        )
        return [event for event in map(event_of, rows.mappings()) if isinstance(event, kind)]


async def computed(
    sessions: Sessions, code: str, period: str, cell: dict[str, str]
) -> list[FigureComputed]:
    return [
        event
        for event in await events(sessions, FigureComputed)
        if event.kpi_code == code and event.period == period and event.cell == cell
    ]


class TestDefineKpis:
    async def test_g7_announces_every_definition_once(self, sessions: Sessions) -> None:
        catalogues = Catalogues([LOCALES])
        for _ in range(2):
            async with sessions.begin() as session:
                await define_kpis(session, catalogues=catalogues, at=IN_MARCH)

        defined = await events(sessions, KpiDefined)

        assert [event.code for event in defined] == list(KPIS)
        k18 = defined[-1]
        assert k18.titles["en"] == "Invitations accepted"
        assert "talka.exchanges.visit.delegate_invited.v1" in k18.source_types
        assert k18.exclusions


class TestReportFigures:
    async def test_reports_each_cell_with_its_period_and_watermark(
        self, sessions: Sessions
    ) -> None:
        await caught_up(sessions, IN_MARCH)
        await tell(sessions, a_held_visit(visitor="UA", host="SK", delegates=2))

        await report(sessions, IN_MARCH)

        physical = {"association": "UA", "visit_class": "physical"}
        [k01] = await computed(sessions, "K-01", "season-2026", physical)
        assert k01.value == pytest.approx(1)
        assert k01.watermark_at == IN_MARCH

    async def test_g8_a_share_carries_numerator_and_denominator(self, sessions: Sessions) -> None:
        await caught_up(sessions, IN_MARCH)
        await tell(sessions, a_held_visit(delegates=2))

        await report(sessions, IN_MARCH)

        shares = {
            event.period: (event.numerator, event.denominator, event.value)
            for event in await events(sessions, FigureComputed)
            if event.kpi_code == "K-18" and not event.cell
        }
        assert list(shares["2027-02"]) == [2, 2, 1]
        assert list(shares["2027-03"]) == [0, 0, None]

    async def test_says_nothing_again_when_nothing_changed(self, sessions: Sessions) -> None:
        visit, topics = a_held_visit(), Topics()
        await caught_up(sessions, IN_MARCH)
        await feed(sessions, [topics.append(told) for told in visit.told])
        await report(sessions, IN_MARCH)

        await feed(sessions, [topics.append(told) for told in visit.told])

        assert await report(sessions, IN_MARCH) == 0

    async def test_waits_until_every_source_has_been_read_once(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit())
        assert await report(sessions, IN_MARCH) == 0

        await caught_up(sessions, IN_MARCH)

        assert await report(sessions, IN_MARCH) > 0

    async def test_a_value_that_goes_back_to_nothing_is_reported(self, sessions: Sessions) -> None:
        cluster, topics = ClusterStory("SK"), Topics()
        cluster.publish(on=date(2027, 3, 1))
        await caught_up(sessions, IN_MARCH)
        await feed(sessions, [topics.append(cluster.told[0])])
        await report(sessions, IN_MARCH)

        cluster.suspend(on=date(2027, 3, 2))
        await feed(sessions, [topics.append(cluster.told[1])])
        await report(sessions, IN_MARCH)

        slovak = await computed(sessions, "K-11", "2027-03", {"association": "SK"})
        assert [event.value for event in slovak] == [1, 0]

    async def test_a03_a_complete_figure_that_changes_is_restated(self, sessions: Sessions) -> None:
        first, late, topics = a_held_visit(), a_held_visit(), Topics()
        await caught_up(sessions, IN_MARCH)
        await feed(sessions, [topics.append(told) for told in first.told])
        await report(sessions, IN_MARCH)
        await caught_up(sessions, IN_APRIL)
        await report(sessions, IN_APRIL)

        await feed(sessions, [topics.append(told) for told in late.told])
        await report(sessions, IN_APRIL)

        restated = {
            (event.kpi_code, event.period): (event.former, event.value, event.reasons)
            for event in await events(sessions, FigureRestated)
            if not event.cell
        }
        assert list(restated["K-01", "2027-03"]) == [1, 2, ("late_fact",)]
        assert ("K-01", "2027") not in restated  # the year still runs: computed again


class TestA14Freshness:
    async def test_a14_a_source_is_as_fresh_as_its_slowest_partition(
        self, sessions: Sessions
    ) -> None:
        now = datetime.now(UTC)
        reach = {
            ("exchanges.visits", 0): Reach(lag=0, heard_at=now),
            ("exchanges.visits", 1): Reach(lag=0, heard_at=now - timedelta(minutes=2)),
        }
        async with sessions.begin() as session:
            await note(session, reach, ahead=timedelta())
            [visits] = await freshness(session, ["exchanges.visits"])

        assert (visits.complete_to, visits.lag, visits.late) == (
            now - timedelta(minutes=2),
            0,
            False,
        )

    async def test_a14_stands_still_while_records_wait(self, sessions: Sessions) -> None:
        then = datetime.now(UTC) - timedelta(minutes=6)
        await caught_up(sessions, then, topics=["exchanges.visits"])

        async with sessions.begin() as session:
            waiting = {("exchanges.visits", 0): Reach(lag=3, heard_at=datetime.now(UTC))}
            await note(session, waiting, ahead=timedelta())
            [visits] = await freshness(session, ["exchanges.visits"])

        assert (visits.complete_to, visits.lag, visits.late) == (then, 3, True)

    async def test_a14_a_source_that_was_never_read_is_late(self, sessions: Sessions) -> None:
        async with sessions() as session:
            sources = await freshness(session, SOURCES)

        assert [source.late for source in sources] == [True, True]
        assert complete_to(sources) is None

    async def test_a14_tells_others_how_far_each_source_is_counted(
        self, sessions: Sessions
    ) -> None:
        await caught_up(sessions, IN_MARCH - timedelta(seconds=90), topics=["exchanges.visits"])

        async with sessions.begin() as session:
            assert await announce(session, SOURCES, at=IN_MARCH) == 1

        [event] = await events(sessions, WatermarkAdvanced)
        assert event.source_topic == "exchanges.visits"
        assert event.lag_seconds == pytest.approx(90)

    async def test_a14_counts_in_the_time_of_the_demo(self, sessions: Sessions) -> None:
        now, ahead = datetime.now(UTC), timedelta(days=30)
        async with sessions.begin() as session:
            reach = {("exchanges.visits", 0): Reach(lag=0, heard_at=now)}
            await note(session, reach, ahead=ahead)
            [visits] = await freshness(session, ["exchanges.visits"])

        assert (visits.complete_to, visits.late) == (now + ahead, False)
