"""Waivers of a cluster: granted with a paper, used by the review, lapsed by time (R-04)."""

from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from contracts.clusters import WaiverGranted, WaiverLapsed
from contracts.registry import ClusterPublished
from contracts.vocabulary import ClusterState, Recognition
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.timers import lapse_waivers
from tests.registry.builders import LESIA, MAREK, a_cluster, a_profile, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of, reread, types_of
from tests.registry.test_pages import get, send


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


def in_days(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


FORM = {"criterion": "V-1", "programme": "Ключові кластери", "document": "МЕ-12/2026"}


class TestWaiver:
    async def test_r04_lets_a_review_pass_and_names_the_paper(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        profile = a_profile(staff_fte=0.2)
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW, profile=profile))
        address = f"/registry/clusters/{cluster.number}"

        before = await send(lesia, f"{address}/review", criteria=list(LOOKED_AT))
        granted = await send(lesia, f"{address}/waiver", **FORM, until_day=str(in_days(30)))
        page = await get(lesia, f"{address}/review")
        after = await send(lesia, f"{address}/review", criteria=list(LOOKED_AT))

        assert before.status_code == 422
        assert "0.2 full-time positions; 0.5 is the least." in before.text
        assert granted.status_code == 303
        assert "МЕ-12/2026" in page.text
        assert after.status_code == 303
        assert await types_of(sessions, cluster.id) == [WaiverGranted, ClusterPublished]
        v1 = (await reread(sessions, cluster)).criteria[0]
        assert (v1["result"], "МЕ-12/2026" in v1["waiver"]) == ("waived", True)

    async def test_r04_lapses_by_itself_after_its_last_day(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        await send(
            lesia,
            f"/registry/clusters/{cluster.number}/waiver",
            **FORM,
            until_day=str(in_days(10)),
        )

        async with sessions.begin() as session:
            early = await lapse_waivers(session, clock.now() + timedelta(days=9))
        async with sessions.begin() as session:
            late = await lapse_waivers(session, clock.now() + timedelta(days=12))
        async with sessions.begin() as session:
            again = await lapse_waivers(session, clock.now() + timedelta(days=13))

        assert (early, late, again) == (0, 1, 0)
        assert await types_of(sessions, cluster.id) == [WaiverGranted, WaiverLapsed]

    @pytest.mark.parametrize(
        ("wrong", "text"),
        [
            ({"criterion": "V-8"}, "not waived for anybody"),
            ({"until_day": "2020-01-01"}, "ended already"),
            ({"document": " "}, "Fill this in."),
            ({"until_day": "soon"}, "a day that exists"),
        ],
    )
    async def test_is_refused_with_the_words_kept(
        self, lesia: AsyncClient, sessions: Sessions, wrong: dict[str, str], text: str
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        form = FORM | {"until_day": str(in_days(10))} | wrong

        page = await send(lesia, f"/registry/clusters/{cluster.number}/waiver", **form)

        assert page.status_code == 422
        assert text in page.text
        assert "Ключові кластери" in page.text

    async def test_of_a_recognised_cluster_is_stated_by_its_review(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        until = in_days(100)
        recognition = Recognition(programme="p", document="d", until_day=until)
        profile = a_profile(staff_fte=0.2, recognition=recognition)
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW, profile=profile))

        await send(lesia, f"/registry/clusters/{cluster.number}/review", criteria=list(LOOKED_AT))

        granted, published = await events_of(sessions, cluster.id)
        assert isinstance(published, ClusterPublished)
        assert isinstance(granted, WaiverGranted)
        assert (granted.criterion, granted.until_day) == ("V-1", until)

    async def test_is_the_back_offices_to_grant(self, sign_in: SignIn, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(administrators=[MAREK]))
        marek = await sign_in(MAREK, roles=("cluster_admin",))

        page = await get(marek, f"/registry/clusters/{cluster.number}/waiver")

        assert page.status_code == 403
