"""What the registry keeps of visits: for the cluster's page, and for its end."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.vocabulary import ClusterState, Mark, VisitState
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.copies.consumers import registry_consumer
from services.registry.copies.queries import VisitOfCluster, open_visits, visits_of_cluster
from tests.analytics.stories import MONDAY, VisitStory
from tests.analytics.topics import Topics
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, a_person, an_association, saved
from tests.registry.conftest import SignIn

HOST = uuid7()


async def read(sessions: Sessions, *stories: VisitStory) -> None:
    """Hand the consumer everything that the stories told, twice."""
    topics = Topics()
    records = [topics.append(told) for story in stories for told in story.told]
    again = [topics.append(told) for story in stories for told in story.told]
    async with sessions.begin() as session:
        await registry_consumer.apply(session, records)
    async with sessions.begin() as session:
        await registry_consumer.apply(session, again)


async def seen(
    app_sessions: Sessions, *, of: str, cluster_id: UUID = HOST, marks: Sequence[Mark] = ()
) -> Sequence[VisitOfCluster]:
    actor = a_person(of=of, marks=frozenset(marks))
    async with app_sessions.begin() as session:
        await tenancy.enter(session, actor)
        return await visits_of_cluster(session, actor, cluster_id)


class TestCopy:
    async def test_has_the_days_and_the_state_of_the_visit(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        story = VisitStory(host_organisation_id=HOST)
        first = story.session(MONDAY)
        story.session(MONDAY + timedelta(days=2))
        story.move(first, MONDAY + timedelta(days=1))
        story.commit()
        await read(sessions, story)

        [visit] = await seen(app_sessions, of="SK")

        assert (visit.first_on, visit.last_on) == (date(2027, 3, 16), date(2027, 3, 17))
        assert (visit.state, visit.hosts) == (VisitState.COMMITTED, True)

    async def test_forgets_a_session_that_is_dropped(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        story = VisitStory(host_organisation_id=HOST)
        story.session(MONDAY)
        story.drop(story.session(MONDAY + timedelta(days=9)))
        await read(sessions, story)

        [visit] = await seen(app_sessions, of="UA")

        assert visit.last_on == MONDAY

    @pytest.mark.parametrize("of", ["PL", "CZ"])
    async def test_a08_is_nowhere_for_a_third_association(
        self, sessions: Sessions, app_sessions: Sessions, of: str
    ) -> None:
        await read(sessions, VisitStory(host_organisation_id=HOST))

        assert await seen(app_sessions, of=of) == []

    async def test_r14_shows_a_dual_use_visit_to_vetted_people_only(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await read(sessions, VisitStory(host_organisation_id=HOST, dual_use=True))

        assert await seen(app_sessions, of="SK") == []
        assert len(await seen(app_sessions, of="SK", marks=[Mark.DUAL_USE_VETTED])) == 1


class TestOpenVisits:
    async def test_are_those_that_are_not_over(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        under_way, off = (VisitStory(host_organisation_id=HOST) for _ in range(2))
        off.dissolve()
        await read(sessions, under_way, off)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, a_person(of="SK"))
            assert await open_visits(session, HOST) == ["EX-2027-031"]
            assert await open_visits(session, uuid7()) == []

    async def test_r14_count_also_those_whose_content_is_hidden(
        self, sessions: Sessions, app_sessions: Sessions
    ) -> None:
        await read(sessions, VisitStory(host_organisation_id=HOST, dual_use=True))

        async with app_sessions.begin() as session:
            await tenancy.enter(session, a_person(of="SK"))
            assert await open_visits(session, HOST) == ["EX-2027-031"]


class TestPage:
    @pytest.fixture
    async def cluster_page(self, sessions: Sessions) -> str:
        cluster = a_cluster(state=ClusterState.PUBLISHED, id=HOST, number="CL-1200")
        await saved(sessions, cluster, an_association())
        return "/registry/clusters/CL-1200"

    async def page(self, client: AsyncClient, address: str) -> str:
        answer = await client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return answer.text

    async def test_leads_to_the_visits_of_the_own_association(
        self, sessions: Sessions, sign_in: SignIn, cluster_page: str
    ) -> None:
        story = VisitStory(host_organisation_id=HOST)
        story.session(MONDAY)
        await read(sessions, story)

        own = await self.page(await sign_in(TARAS), cluster_page)
        other = await self.page(await sign_in(MAREK, of="PL"), cluster_page)

        assert '<a href="/exchanges/visits/EX-2027-031">EX-2027-031</a> Plastics' in own
        assert "15 Mar 2027" in own
        assert "EX-2027-031" not in other

    async def test_says_when_there_are_none(self, sign_in: SignIn, cluster_page: str) -> None:
        assert "No visits yet." in await self.page(await sign_in(LESIA), cluster_page)
