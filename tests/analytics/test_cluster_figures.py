"""Published clusters, against tables worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.analytics.facts.seats import days_at
from services.analytics.kpis.figures import Cell
from services.chassis.database import Sessions
from tests.analytics.cluster_stories import AssociationStory, ClusterStory
from tests.analytics.stories import MONDAY, Story
from tests.analytics.topics import counted, tell

SATURDAY = MONDAY + timedelta(days=5)


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

    @pytest.mark.parametrize("association_first", [True, False])
    async def test_k11_takes_the_last_state_of_a_day_at_the_associations_seat(
        self, sessions: Sessions, *, association_first: bool
    ) -> None:
        kyiv = AssociationStory("UA")
        kyiv.register("Europe/Kyiv")
        cluster = ClusterStory("LT")
        cluster.publish(on=date(2027, 1, 31), hour=8)
        cluster.suspend(on=date(2027, 1, 31), hour=9)
        late = ClusterStory("UA")
        late.publish(on=date(2027, 1, 31), hour=23)  # 1 February, 01:00 in Kyiv

        stories: list[Story] = [cluster, late]
        await tell(sessions, *([kyiv, *stories] if association_first else [*stories, kyiv]))

        assert await counted(sessions, "K-11", "2027-01") == {Cell(): 0}
        assert await counted(sessions, "K-11", "2027-02") == {Cell(): 1, Cell("UA"): 1}


class TestDays:
    async def test_are_counted_from_the_first_seat_to_the_last(self, sessions: Sessions) -> None:
        prague, kyiv = AssociationStory("CZ"), AssociationStory("UA")
        prague.register("Europe/Prague")
        kyiv.register("Europe/Kyiv")
        night = datetime(2027, 1, 31, 22, 30, tzinfo=UTC)  # 23:30 in Prague, 0:30 in Kyiv

        async with sessions() as session:
            unknown = await days_at(session, night)
        await tell(sessions, prague, kyiv)
        async with sessions() as session:
            known = await days_at(session, night)

        assert unknown == (date(2027, 1, 31), date(2027, 1, 31))
        assert known == (date(2027, 1, 31), date(2027, 2, 1))


class TestR22Successors:
    async def test_r22_a_merged_cluster_counts_up_to_its_end_and_its_successor_from_its_own_day(
        self, sessions: Sessions
    ) -> None:
        first, second, merged = ClusterStory("UA"), ClusterStory("UA"), ClusterStory("UA")
        for old in (first, second):
            old.publish(on=date(2027, 1, 10))
        merged.publish(on=date(2027, 3, 20))
        for old in (first, second):
            old.archive(on=date(2027, 3, 31), told=date(2027, 4, 6))
            old.succeed(merged)

        await tell(sessions, first, second, merged)

        counts = {
            of: (await counted(sessions, "K-11", of))[Cell()]
            for of in ("2027-02", "2027-03", "2027-Q1", "2027-04", "2027")
        }
        assert counts == {"2027-02": 2, "2027-03": 1, "2027-Q1": 1, "2027-04": 1, "2027": 1}

    async def test_r22_an_end_that_is_told_late_goes_before_what_happened_after_it(
        self, sessions: Sessions
    ) -> None:
        kyiv, ended = AssociationStory("UA"), ClusterStory("UA")
        kyiv.register("Europe/Kyiv")
        ended.publish(on=date(2027, 1, 10))
        ended.revise(on=date(2027, 2, 5))
        ended.archive(on=date(2027, 1, 31), told=date(2027, 3, 1))

        await tell(sessions, ended, kyiv)

        assert await counted(sessions, "K-11", "2027-01") == {Cell(): 0}
        assert await counted(sessions, "K-11", "2027-02") == {Cell(): 0}
