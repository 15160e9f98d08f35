"""A profile through its years: who may publish it, who confirms it, what happens if nobody does."""

from datetime import date, timedelta

import pytest
from httpx import AsyncClient

from contracts.clusters import ClusterRelocated, ClusterRevisionDropped
from contracts.event import uuid7
from contracts.registry import ClusterConfirmed, ClusterReinstated, ClusterWentDormant
from contracts.vocabulary import ClusterState, Mark, Role
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.timers import go_dormant
from services.registry.clusters.webchecking import check_pages
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_member,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of, reread, types_of
from tests.registry.test_declarations import post
from tests.registry.test_moves_and_ends import KHARKIV, LVIV, declared
from tests.registry.test_pages import get, send

HOME = "/registry/clusters"
API = "/registry/v1/clusters"


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestFourEyes:
    async def test_r03_a_reviewer_does_not_publish_her_own_edit(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        edited = a_cluster(
            state=ClusterState.UNDER_REVISION, number="CL-1001", edited_by=f"staff:{LESIA}"
        )
        await saved(sessions, edited, a_member(MAREK))

        page = await get(lesia, f"{HOME}/CL-1001")
        form = await send(
            lesia, f"{HOME}/CL-1001/review", f"{HOME}/new", criteria=list(LOOKED_AT), lock="1"
        )
        put = await lesia.put(f"{API}/CL-1001/publication", json={"confirmed": list(LOOKED_AT)})

        assert "a colleague decides" in page.text
        assert f"{HOME}/CL-1001/review" not in page.text
        assert (form.status_code, put.status_code) == (403, 403)
        assert put.json()["code"] == "TLK-R003"
        assert (await reread(sessions, edited)).state is ClusterState.UNDER_REVISION

        colleague = await sign_in(MAREK)
        await send(colleague, f"{HOME}/CL-1001/review", criteria=list(LOOKED_AT), lock="1")
        assert (await reread(sessions, edited)).state is ClusterState.PUBLISHED

    async def test_r03_two_who_are_the_whole_back_office_are_told_the_way_out(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        edited = a_cluster(
            state=ClusterState.UNDER_REVISION, number="CL-1001", edited_by=f"staff:{LESIA}"
        )
        gone = a_member(MAREK, until_day=date(2024, 1, 1))
        logistics = a_member(uuid7(), roles=(Role.LOGISTICS,))
        await saved(sessions, edited, a_member(LESIA), a_member(TARAS), gone, logistics)

        pages = [await get(lesia, f"{HOME}/CL-1001{page}") for page in ("", "/review")]

        for page in pages:
            assert "Nobody is left in your back office" in page.text
            assert f'href="{HOME}/CL-1001/take-back"' in page.text
            assert "a colleague decides" not in page.text

    async def test_r14_a_colleague_who_may_not_see_the_profile_does_not_decide_on_it(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        edited = a_cluster(
            state=ClusterState.UNDER_REVISION, number="CL-1001", edited_by=f"staff:{LESIA}"
        )
        edited.dual_use = True
        await saved(sessions, an_association(), edited, a_member(MAREK))
        lesia = await sign_in(LESIA, marks=(Mark.DUAL_USE_VETTED,))

        page = await get(lesia, f"{HOME}/CL-1001/review")

        assert "Nobody is left in your back office" in page.text


class TestTakingBack:
    async def test_r03_an_editor_takes_the_new_version_back_and_the_public_one_stays(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        edited = a_cluster(
            state=ClusterState.UNDER_REVISION, number="CL-1001", edited_by=f"staff:{LESIA}"
        )
        await saved(sessions, edited)

        page = await get(lesia, f"{HOME}/CL-1001/take-back")
        bare = await send(lesia, f"{HOME}/CL-1001/take-back", reason=" ")
        taken = await send(lesia, f"{HOME}/CL-1001/take-back", reason="the wrong figures")

        assert "nobody decides on it any more" in page.text
        assert (bare.status_code, taken.status_code) == (422, 303)
        now = await reread(sessions, edited)
        assert (now.state, now.pending) == (ClusterState.PUBLISHED, None)
        assert await types_of(sessions, edited.id) == [ClusterRevisionDropped]
        told = (await get(lesia, f"{HOME}/CL-1001")).text
        assert "New version taken back: the wrong figures" in told
        assert f'href="{HOME}/CL-1001/take-back"' not in told

    async def test_r03_programs_take_it_back_once(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        edited = a_cluster(state=ClusterState.UNDER_REVISION, number="CL-1001")
        await saved(sessions, edited)
        asked = {"reason": "the wrong figures"}

        bare = await lesia.put(f"{API}/CL-1001/taking-back", json={"reason": ""})
        taken = await lesia.put(f"{API}/CL-1001/taking-back", json=asked)
        again = await lesia.put(f"{API}/CL-1001/taking-back", json=asked)

        assert (bare.status_code, taken.status_code, again.status_code) == (422, 200, 409)
        assert taken.json()["state"] == "published"
        assert again.json()["code"] == "TLK-R002"


class TestConfirmation:
    async def test_r11_unconfirmed_for_12_months_it_leaves_and_one_click_brings_it_back(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions, settings: Settings
    ) -> None:
        today = clock.now().date()
        old = a_cluster(
            state=ClusterState.PUBLISHED,
            number="CL-1001",
            confirmed_on=today - timedelta(days=366 + 1),
        )
        await saved(sessions, old)
        marek = await sign_in(MAREK, of="PL")
        assert "CL-1001" in (await get(marek, HOME)).text

        async with sessions.begin() as session:
            await go_dormant(session, clock.now(), link_key=settings.link_key)
        gone = await get(marek, HOME)
        page = await get(lesia, f"{HOME}/CL-1001")
        click = await send(lesia, f"{HOME}/CL-1001/confirm", f"{HOME}/CL-1001", lock="2")

        assert "CL-1001" not in gone.text
        assert "Confirm it to bring it back." in page.text
        assert click.status_code == 303
        assert "CL-1001" in (await get(marek, HOME)).text
        assert await types_of(sessions, old.id) == [
            ClusterWentDormant,
            ClusterReinstated,
            ClusterConfirmed,
        ]


class TestWebPage:
    async def test_v2_the_look_at_a_page_keeps_no_request_waiting(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = a_cluster(
            state=ClusterState.IN_REVIEW,
            number="CL-1001",
            profile=a_profile(web="https://127.0.0.1/"),
        )
        await saved(sessions, cluster)

        review = await get(lesia, f"{HOME}/CL-1001/review")  # nobody has looked at it yet
        assert await check_pages(sessions, clock.now()) == 1
        published = await lesia.put(
            f"{API}/CL-1001/publication", json={"confirmed": list(LOOKED_AT)}
        )

        assert (review.status_code, published.status_code) == (200, 200)


class TestMove:
    async def test_h12_from_kharkiv_to_lviv_in_mid_year_both_bases_are_right(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = a_cluster(
            state=ClusterState.PUBLISHED, number="CL-1001", profile=a_profile(seat=KHARKIV)
        )
        await saved(sessions, cluster)
        mid_year = clock.now().date() - timedelta(days=40)
        works = declared(
            "relocation", cluster, kind="operating", place=LVIV, from_day=str(mid_year)
        )
        moves = declared(
            "relocation", cluster, kind="seat", place=LVIV, from_day=str(mid_year + timedelta(9))
        )

        async def found(region: str, basis: str) -> int:
            answer = await lesia.get(f"{API}?region={region}&basis={basis}")
            return len(answer.json()["items"])

        assert (await post(lesia, works)).status_code == 202
        between = [await found("UA-63", "seat"), await found("UA-46", "operating")]
        assert (await post(lesia, moves)).status_code == 202
        after = [await found("UA-46", "seat"), await found("UA-63", "seat")]

        assert (between, after) == ([1, 1], [1, 0])
        relocated = [
            (event.kind.value, event.from_day)
            for event in await events_of(sessions, cluster.id)
            if isinstance(event, ClusterRelocated)
        ]
        assert relocated == [
            ("operating", mid_year),
            ("seat", date.fromordinal(mid_year.toordinal() + 9)),
        ]
