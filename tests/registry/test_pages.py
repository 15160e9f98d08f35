"""Pages as a browser gets them, without JavaScript."""

import re
from typing import Any

import pytest
from httpx import AsyncClient, Response

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters.criteria import LOOKED_AT
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

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def get(client: AsyncClient, address: str) -> Response:
    return await client.get(address, headers={"Accept": "text/html"})


async def send(client: AsyncClient, address: str, page: str | None = None, **form: Any) -> Response:
    """Fill in the form of `page`, by default of the address itself, and send it."""
    token = CSRF.search((await get(client, page or address)).text)
    assert token is not None
    form = {key: value for key, value in form.items() if value is not None}
    return await client.post(
        address, data={"csrf": token[1], **form}, headers={"Accept": "text/html"}
    )


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestList:
    async def test_shows_name_place_and_state(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, number="CL-1001"))

        page = await get(lesia, "/registry/clusters?q=львів")

        assert page.status_code == 200
        for text in ("Lviv IT Cluster", "CL-1001", "Ukraine", "Published", "1 cluster"):
            assert text in page.text

    async def test_says_why_it_is_empty(self, lesia: AsyncClient) -> None:
        assert "No clusters yet" in (await get(lesia, "/registry/clusters")).text
        assert "No cluster fits" in (await get(lesia, "/registry/clusters?q=nothing")).text

    async def test_answers_htmx_with_the_rows_alone(self, lesia: AsyncClient) -> None:
        answer = await lesia.get(
            "/registry/clusters", headers={"Accept": "text/html", "HX-Request": "true"}
        )

        assert "<html" not in answer.text
        assert answer.headers["vary"] == "HX-Request"

    async def test_pages_on(self, lesia: AsyncClient, sessions: Sessions) -> None:
        many = [
            a_cluster(
                state=ClusterState.PUBLISHED,
                legal_value=f"{n}",
                name=f"Cluster {n:02}",
                sort_name=f"{n:02}",
            )
            for n in range(30)
        ]
        await saved(sessions, *many)

        first = await get(lesia, "/registry/clusters")
        following = re.search(r'href="([^"]+after=[^"]+)"', first.text)
        assert following is not None
        second = await get(lesia, following[1].replace("&amp;", "&"))

        assert ("Cluster 24" in first.text, "Cluster 25" in first.text) == (True, False)
        assert ("Cluster 24" in second.text, "Cluster 29" in second.text) == (False, True)

    async def test_leads_strangers_to_the_sign_in(self, lesia: AsyncClient) -> None:
        lesia.cookies.clear()

        answer = await get(lesia, "/registry/clusters")

        assert answer.status_code == 303
        assert answer.headers["location"] == "/registry/signin?next=/registry/clusters"


class TestCluster:
    async def test_is_shown_in_every_state(self, lesia: AsyncClient, sessions: Sessions) -> None:
        reasons = [{"criterion": "V-2", "code": "not_met"}]
        every = [
            a_cluster(state=state, legal_value=state.value, note="n", reasons=reasons)
            for state in ClusterState
        ]
        await saved(sessions, *every)

        for cluster in every:
            page = await get(lesia, f"/registry/clusters/{cluster.number}")
            assert (cluster.state, page.status_code) == (cluster.state, 200)
            assert "Львівський ІТ Кластер" in page.text
            assert "EDRPOU 32855961" in page.text

    async def test_offers_what_follows_from_its_state(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        page = await get(lesia, f"/registry/clusters/{cluster.number}")

        assert "Start the review" in page.text
        assert "Suspend" not in page.text

    async def test_tells_who_submitted_that_a_colleague_decides(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        await saved(sessions, a_member(LESIA))
        taras = await sign_in(TARAS)

        page = await get(taras, f"/registry/clusters/{cluster.number}")

        assert "a colleague decides" in page.text
        assert "Start the review" not in page.text

    async def test_offers_others_nothing_and_names_nobody(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        await send(lesia, f"/registry/clusters/{cluster.number}/review", criteria=list(LOOKED_AT))
        await saved(sessions, a_member(LESIA))
        marek = await sign_in(MAREK, of="PL", name="Marek Zieliński")

        own = await get(lesia, f"/registry/clusters/{cluster.number}#history")
        page = await get(marek, f"/registry/clusters/{cluster.number}")

        assert "· Леся Гончар" in own.text
        assert "Back office of UA" in page.text
        assert "Гончар" not in page.text
        assert "Suspend" not in page.text

    async def test_that_is_not_there_is_said_so(self, lesia: AsyncClient) -> None:
        page = await get(lesia, "/registry/clusters/CL-9999")

        assert page.status_code == 404
        assert "CL-9999" in page.text


async def test_pages_speak_ukrainian(sign_in: SignIn, sessions: Sessions) -> None:
    await saved(sessions, an_association())
    cluster = await saved(
        sessions, a_cluster(state=ClusterState.PUBLISHED, profile=a_profile(ecosystem="health"))
    )
    taras = await sign_in(TARAS, language="uk")

    page = await get(taras, f"/registry/clusters/{cluster.number}")

    assert '<html lang="uk"' in page.text
    assert "Опубліковано" in page.text
    assert "Suspend" not in page.text


class TestDeclarations:
    async def test_are_listed_with_what_came_of_them(
        self, lesia: AsyncClient, sign_in: SignIn
    ) -> None:
        assert "Nothing posted yet" in (await get(lesia, "/registry/declarations")).text
        await lesia.post(
            "/registry/v1/events",
            json={
                "specversion": "1.0",
                "id": "217-1",
                "source": "urn:uca:register",
                "type": "talka.registry.cluster.declared.v1",
                "data": a_profile().model_dump(mode="json"),
            },
            headers={"Content-Type": "application/cloudevents+json"},
        )
        marek = await sign_in(MAREK, of="PL")

        listed = await get(lesia, "/registry/declarations")
        address = "/registry/declarations/one?source=urn:uca:register&id=217-1"
        one = await get(lesia, address)

        assert "217-1" in listed.text
        assert "Accepted" in listed.text
        assert "talka.registry.cluster.submitted.v1" in one.text
        assert "/registry/clusters/CL-1001" in one.text
        assert "217-1" not in (await get(marek, "/registry/declarations")).text
        assert (await get(marek, address)).status_code == 404


async def test_the_registry_is_at_home_in_its_list(lesia: AsyncClient) -> None:
    answer = await get(lesia, "/registry/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/registry/clusters")
