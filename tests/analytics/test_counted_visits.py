"""What the public is told of visits: late, coarse, once, and of some visits nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from contracts.analytics import VisitCounted
from contracts.event import uuid7
from contracts.vocabulary import Mode, Region, RegionScheme, VisitClass
from services.analytics.facts.regions import coarse
from services.analytics.streams.commands import count_visits
from services.chassis.database import Sessions
from services.chassis.history import event_of, history
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import MONDAY, Story, VisitStory, a_held_visit
from tests.analytics.topics import forget, tell

ENDED = datetime(2027, 3, 17, 16, tzinfo=UTC)
LATER = ENDED + timedelta(days=8)


async def streamed(sessions: Sessions, *, at: datetime = LATER) -> list[VisitCounted]:
    async with sessions.begin() as session:
        await count_visits(session, at=at)
    async with sessions() as session:
        rows = (
            await session.execute(
                select(history).where(history.c.topic == "streams.visits").order_by("position")
            )
        ).mappings()
        return [event for event in map(event_of, rows) if isinstance(event, VisitCounted)]


class TestD07Delay:
    @pytest.mark.parametrize(
        ("after", "told"), [(timedelta(days=7, seconds=-1), 0), (timedelta(days=7), 1)]
    )
    async def test_d07_a_visit_is_told_seven_days_after_it_ended(
        self, sessions: Sessions, after: timedelta, told: int
    ) -> None:
        await tell(sessions, a_held_visit())

        assert len(await streamed(sessions, at=ENDED + after)) == told

    async def test_d07_says_month_and_region_and_no_more(self, sessions: Sessions) -> None:
        visit = a_held_visit(visitor="UA", host="SK")
        await tell(sessions, visit)

        [event] = await streamed(sessions)

        assert event.visit_id == visit.id
        assert event.subject != str(visit.id)  # the visit's own sequence is that of its topic
        assert (event.month, event.countries.vo, event.countries.ho) == ("2027-03", "UA", "SK")
        assert event.host_region == Region(scheme=RegionScheme.NUTS, code="SK04")
        assert event.visit_class is VisitClass.PHYSICAL
        assert event.time == LATER


class TestCounted:
    async def test_once_however_often_the_timer_runs(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit())
        await streamed(sessions)

        assert len(await streamed(sessions, at=LATER + timedelta(days=1))) == 1

    async def test_a02_a_rebuild_of_the_facts_tells_nothing_twice(self, sessions: Sessions) -> None:
        visit = a_held_visit()
        await tell(sessions, visit)
        await streamed(sessions)

        await forget(sessions)
        await tell(sessions, visit)

        assert len(await streamed(sessions)) == 1

    async def test_a_visit_that_was_cancelled_or_too_short_is_never_told(
        self, sessions: Sessions
    ) -> None:
        cancelled = a_held_visit()
        del cancelled.told[-1]
        cancelled.cancel()

        await tell(sessions, cancelled, a_held_visit(days=2), VisitStory())

        assert await streamed(sessions) == []

    async def test_attendance_that_comes_late_still_counts(self, sessions: Sessions) -> None:
        visit = a_held_visit(days=2)
        await tell(sessions, visit)
        assert await streamed(sessions) == []

        visit.attend(visit.session(MONDAY + timedelta(days=2)), {visit.invite(): 0})
        person = visit.invite()
        for n in range(3):
            visit.attend(visit.session(MONDAY + timedelta(days=n)), {person: 240})
        await tell(sessions, visit)

        assert len(await streamed(sessions)) == 1

    async def test_carries_the_ecosystem_of_the_host(self, sessions: Sessions) -> None:
        host = ClusterStory("SK")
        host.publish(on=MONDAY)
        await tell(sessions, host, a_held_visit(host_organisation_id=host.id))

        [event] = await streamed(sessions)

        assert event.ecosystem == "digital"

    async def test_a_virtual_visit_has_no_region(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit(mode=Mode.ONLINE))

        [event] = await streamed(sessions)

        assert (event.visit_class, event.host_region) == (VisitClass.VIRTUAL, None)


class TestH16DualUse:
    async def test_h16_a_dual_use_visit_is_never_told(self, sessions: Sessions) -> None:
        await tell(sessions, a_held_visit(dual_use=True))

        assert await streamed(sessions, at=LATER + timedelta(days=4000)) == []

    async def test_h16_a_visit_at_a_dual_use_cluster_is_never_told(
        self, sessions: Sessions
    ) -> None:
        host = ClusterStory("SK")
        host.publish(on=MONDAY, dual_use=True)
        stories: list[Story] = [host, a_held_visit(host_organisation_id=host.id)]

        await tell(sessions, *stories)

        assert await streamed(sessions) == []


class TestCoarse:
    @pytest.mark.parametrize(
        ("scheme", "code", "known_as"),
        [
            (RegionScheme.NUTS, "SK042", "SK04"),
            (RegionScheme.NUTS, "SK04", "SK04"),
            (RegionScheme.ISO_3166_2, "UA-46", "UA-46"),
            (RegionScheme.KATOTTG, "UA05020030010063857", "UA-05"),
        ],
    )
    def test_gives_the_region_of_level_two(
        self, scheme: RegionScheme, code: str, known_as: str
    ) -> None:
        region = coarse(Region(scheme=scheme, code=code))

        assert region is not None
        assert region.code == known_as

    @pytest.mark.parametrize("code", ["PL9", "PL"])
    def test_r13_a_larger_region_does_not_stand_beside_its_own_parts(self, code: str) -> None:
        assert coarse(Region(scheme=RegionScheme.NUTS, code=code)) is None

    def test_an_unknown_code_gives_nothing_away(self) -> None:
        assert coarse(Region(scheme=RegionScheme.NUTS, code=f"{uuid7()}")) is None
