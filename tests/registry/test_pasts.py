"""Any past day of a cluster, read as of then (R-18)."""

from datetime import timedelta

import pytest
from httpx import AsyncClient

from contracts.vocabulary import ClusterState, PlaceKind
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.clusters.pasts import LEADS_TO, as_told
from services.registry.clusters.states import NEXT
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TODAY,
    a_cluster,
    a_person,
    a_profile,
    a_review,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.test_pages import get

CLUSTERS = "/registry/v1/clusters"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


async def with_a_past(sessions: Sessions) -> Cluster:
    """Drafted on day 0, published on day 2, suspended on day 5, in March 2027."""
    cluster = a_cluster()
    days = [NOON + timedelta(days=day) for day in range(8)]
    events = [
        cluster.redraft(a_profile(web="https://first.example"), by="staff:x", at=days[0]),
        cluster.redraft(a_profile(), by="staff:x", at=days[1]),
        cluster.submit(by="staff:x", at=days[1]),
        cluster.start_review(reviewer_id=LESIA, at=days[2]),
        cluster.publish(a_review(), at=days[2]),
        cluster.suspend(reason="x", review_on=None, at=days[5]),
    ]
    async with sessions.begin() as session:
        session.add(cluster)
        for event in events:
            await history.record(session, event, actor=a_person())
    return cluster


class TestAsOf:
    @pytest.mark.parametrize(
        ("day", "state", "web"),
        [
            (0, "draft", "https://first.example"),
            (1, "submitted", "https://itcluster.example"),
            (2, "published", "https://itcluster.example"),
            (4, "published", "https://itcluster.example"),
            (5, "suspended", "https://itcluster.example"),
        ],
    )
    async def test_r18_every_past_day_is_readable(
        self, lesia: AsyncClient, sessions: Sessions, day: int, state: str, web: str
    ) -> None:
        cluster = await with_a_past(sessions)
        on = TODAY + timedelta(days=day)

        past = (await lesia.get(f"{CLUSTERS}/{cluster.number}?as_of={on}")).json()

        assert (past["on"], past["state"], past["profile"]["web"]) == (str(on), state, web)

    async def test_before_anything_was_known_there_is_nothing(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await with_a_past(sessions)

        answer = await lesia.get(f"{CLUSTERS}/{cluster.number}?as_of=2027-03-15")

        assert answer.status_code == 404

    async def test_others_read_what_was_public_only(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association())
        cluster = await with_a_past(sessions)
        async with sessions.begin() as session:
            (await session.get_one(Cluster, cluster.id)).state = ClusterState.PUBLISHED
        marek = await sign_in(MAREK, of="PL")

        draft = await marek.get(f"{CLUSTERS}/{cluster.number}?as_of=2027-03-17")
        public = await marek.get(f"{CLUSTERS}/{cluster.number}?as_of=2027-03-18")

        assert (draft.status_code, public.status_code) == (404, 200)

    async def test_a_page_shows_the_day_and_what_has_changed_since(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await with_a_past(sessions)

        page = await get(lesia, f"/registry/clusters/{cluster.number}/history")
        wrong = await get(lesia, f"/registry/clusters/{cluster.number}/history?on=soon")
        early = await get(lesia, f"/registry/clusters/{cluster.number}/history?on=2020-01-01")

        assert (page.status_code, wrong.status_code, early.status_code) == (200, 422, 422)
        assert "Suspended" in page.text
        assert "a day that exists" in wrong.text
        assert "choose a later one" in early.text


class TestFolding:
    def test_r13_a_move_under_revision_leaves_the_revision_waiting(self) -> None:
        cluster = a_cluster(state=ClusterState.PUBLISHED)
        cluster.state = ClusterState.IN_REVIEW
        published = cluster.publish(a_review(), at=NOON)
        revision = cluster.start_revision(a_profile(staff_fte=9), by="staff:x", at=NOON)
        moved = cluster.relocate(PlaceKind.OPERATING, a_profile().seat, from_day=TODAY, at=NOON)

        past = as_told([published, revision, *moved], on=TODAY)

        assert past is not None
        assert (past.state, past.version) == (cluster.state, cluster.version)

    def test_knows_a_fact_for_every_state(self) -> None:
        assert set(LEADS_TO.values()) == set(NEXT)

    def test_shows_nothing_without_a_profile(self) -> None:
        suspended = a_cluster(state=ClusterState.PUBLISHED).suspend(
            reason="x", review_on=None, at=NOON
        )

        assert as_told([suspended], on=TODAY) is None
