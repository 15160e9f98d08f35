"""Pages of what is done with a profile: reviewed, returned, suspended, confirmed, ended."""

import re
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters import forms
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.model import Cluster
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.test_pages import get, send

BADGE = re.compile(r"New version (?:waits|returned)(?=</span>)")


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


def written_again(cluster: Cluster, lock: str) -> dict[str, Any]:
    """The form of its new version, as the page fills it."""
    assert cluster.pending is not None
    return {**forms.written(cluster.pending), "lock": lock}


async def state_of(sessions: Sessions, cluster: Cluster) -> ClusterState:
    async with sessions() as session:
        found = await session.execute(select(Cluster.state).where(Cluster.id == cluster.id))
    return found.scalar_one()


class TestReview:
    async def test_leads_from_the_desk_to_the_catalogue(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        address = f"/registry/clusters/{cluster.number}"

        waiting = (await get(lesia, f"{address}/review")).text
        assert f'action="{address}/start"' in waiting
        assert "Nothing of this profile waits" not in waiting
        started = await send(lesia, f"{address}/start", address)
        assert started.headers["location"] == f"{address}/review"
        published = await send(lesia, f"{address}/review", criteria=list(LOOKED_AT))

        assert published.headers["location"] == address
        assert await state_of(sessions, cluster) is ClusterState.PUBLISHED
        page = await get(lesia, address)
        assert "Lviv IT Cluster is in the catalogue now." in page.text

    async def test_names_what_was_not_ticked_and_keeps_the_ticks(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))

        page = await send(
            lesia, f"/registry/clusters/{cluster.number}/review", criteria=["V-2", "V-3"]
        )

        assert page.status_code == 422
        assert "V-4, V-5, V-7" in page.text
        assert page.text.count("checked") == 2
        assert await state_of(sessions, cluster) is ClusterState.IN_REVIEW

    async def test_of_a_revision_shows_what_would_change(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.UNDER_REVISION))

        page = await get(lesia, f"/registry/clusters/{cluster.number}/review")

        assert re.search(r"<del>4.5</del>.*<ins>9</ins>", page.text, re.DOTALL)

    async def test_r03_of_a_revision_can_return_it_to_its_author_who_lays_it_down_again(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.UNDER_REVISION))
        address = f"/registry/clusters/{cluster.number}"
        taras = await sign_in(TARAS)

        assert f'href="{address}/return-version"' in (await get(lesia, f"{address}/review")).text
        assert f'href="{address}/return-version"' not in (await get(taras, address)).text
        assert (await get(taras, f"{address}/return-version")).status_code == 403
        await send(lesia, f"{address}/return-version", criteria=["V-5"], reason="another name")

        returned = (await get(taras, address)).text
        assert "The new version was returned." in returned
        assert "another name" in returned
        assert BADGE.findall(returned) == ["New version returned"]
        listed = (await get(taras, "/registry/clusters?state=revision_returned")).text
        assert BADGE.findall(listed) == ["New version returned"]
        assert '<option value="revision_returned" selected>New version returned (1)' in listed
        assert "New version returned to be mended: V-5" in returned
        assert "Nothing of this profile waits" in (await get(lesia, f"{address}/review")).text
        edited = await get(taras, f"{address}/edit")
        assert "another name" in edited.text
        lock = re.search(r'name="lock" value="(\d+)"', edited.text)
        assert lock is not None
        again = await send(taras, f"{address}/edit", **written_again(cluster, lock[1]))
        assert again.status_code == 303
        laid = (await get(taras, address)).text
        assert "waits for its review" in laid
        assert BADGE.findall(laid) == ["New version waits"]
        assert f'href="{address}/return-version"' in (await get(lesia, f"{address}/review")).text

    async def test_is_for_the_back_office(self, sign_in: SignIn, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        coordinator = await sign_in(MAREK, roles=("coordinator",))

        page = await get(coordinator, f"/registry/clusters/{cluster.number}/review")

        assert page.status_code == 403
        assert "back office" in page.text


ASKING: list[tuple[str, str, str, dict[str, Any]]] = [
    ("return", "in_review", "draft", {"criteria": ["V-2"], "reason": "no English page"}),
    ("return-version", "under_revision", "under_revision", {"criteria": ["V-5"], "reason": "x"}),
    ("reject", "in_review", "rejected", {"criteria": ["V-3"]}),
    ("suspend", "published", "suspended", {"reason": "x", "review_on": "2027-06-01"}),
    ("archive", "suspended", "archived", {"reason": "merged", "ended_day": "2026-01-01"}),
    ("withdraw", "draft", "withdrawn", {}),
    ("take-back", "under_revision", "published", {"reason": "the wrong figures"}),
]
LACKING: list[tuple[str, str, dict[str, str], str]] = [
    ("return", "in_review", {"reason": "typed"}, "Choose the criteria"),
    ("suspend", "published", {"reason": " "}, "Say why"),
    ("suspend", "published", {"reason": "typed", "review_on": "soon"}, "a day that exists"),
]
AT_ONCE = [
    ("submit", "draft", "submitted"),
    ("reopen", "rejected", "draft"),
    ("confirm", "dormant", "published"),
    ("reinstate", "suspended", "published"),
]


class TestActs:
    async def test_that_ask_are_done(self, lesia: AsyncClient, sessions: Sessions) -> None:
        for act, before, after, form in ASKING:
            cluster = a_cluster(state=ClusterState(before), legal_value=act)
            await saved(sessions, cluster)

            answer = await send(lesia, f"/registry/clusters/{cluster.number}/{act}", **form)

            assert (act, answer.status_code) == (act, 303)
            assert await state_of(sessions, cluster) == after

    async def test_that_lack_something_keep_what_was_typed(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        for number, (act, state, form, text) in enumerate(LACKING):
            cluster = a_cluster(state=ClusterState(state), legal_value=str(number))
            await saved(sessions, cluster)

            page = await send(lesia, f"/registry/clusters/{cluster.number}/{act}", **form)

            assert (act, page.status_code) == (act, 422)
            assert text in page.text
            assert form["reason"].strip() in page.text
            assert await state_of(sessions, cluster) == state

    async def test_that_ask_nothing_are_done_at_once(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        for act, before, after in AT_ONCE:
            cluster = a_cluster(state=ClusterState(before), legal_value=act)
            await saved(sessions, cluster)
            address = f"/registry/clusters/{cluster.number}"

            answer = await send(lesia, f"{address}/{act}", address)

            assert answer.headers["location"] == address
            assert await state_of(sessions, cluster) == after

    async def test_on_an_old_page_are_refused(self, lesia: AsyncClient, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        address = f"/registry/clusters/{cluster.number}"
        await send(lesia, f"{address}/confirm", address, lock=cluster.lock)

        answer = await send(lesia, f"{address}/confirm", address, lock=cluster.lock)

        assert answer.status_code == 409
        assert "Look at the profile as it is now" in answer.text

    async def test_from_another_site_are_refused(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        answer = await lesia.post(
            f"/registry/clusters/{cluster.number}/confirm",
            data={"csrf": "guessed"},
            headers={"Accept": "text/html"},
        )

        assert answer.status_code == 403
