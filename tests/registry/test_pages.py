"""Pages as a browser gets them, without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.model import Cluster
from services.registry.staff.key_commands import issue_key
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_member,
    a_person,
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


async def state_of(sessions: Sessions, cluster: Cluster) -> ClusterState:
    async with sessions() as session:
        found = await session.execute(select(Cluster.state).where(Cluster.id == cluster.id))
    return found.scalar_one()


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


class TestReview:
    async def test_leads_from_the_desk_to_the_catalogue(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        address = f"/registry/clusters/{cluster.number}"

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

    async def test_is_for_the_back_office(self, sign_in: SignIn, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        coordinator = await sign_in(MAREK, roles=("coordinator",))

        page = await get(coordinator, f"/registry/clusters/{cluster.number}/review")

        assert page.status_code == 403
        assert "back office" in page.text


ASKING: list[tuple[str, str, str, dict[str, Any]]] = [
    ("return", "in_review", "draft", {"criteria": ["V-2"], "reason": "no English page"}),
    ("reject", "in_review", "rejected", {"criteria": ["V-3"]}),
    ("suspend", "published", "suspended", {"reason": "x", "review_on": "2027-06-01"}),
    ("archive", "suspended", "archived", {"reason": "merged", "ended_day": "2026-01-01"}),
    ("withdraw", "draft", "withdrawn", {}),
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
        assert "look at the profile as it is now" in answer.text

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


class TestStaff:
    async def test_lists_the_own_people(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        page = await get(lesia, "/registry/staff")

        assert "Lesia Honchar" in page.text
        assert "Back office" in page.text

    async def test_is_for_the_back_office(self, sign_in: SignIn) -> None:
        coordinator = await sign_in(MAREK, roles=("coordinator",))

        for address in ("staff", "keys", "keys/new", "declarations"):
            assert (await get(coordinator, f"/registry/{address}")).status_code == 403


class TestKeys:
    async def test_are_shown_once(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        made = await send(
            lesia,
            "/registry/keys/new",
            name="Register of Lviv",
            services=["registry"],
            scopes=["declarations:write"],
            expires_on=(clock.now() + timedelta(days=30)).date().isoformat(),
        )
        listed = await get(lesia, "/registry/keys")

        secret = re.search(r"tlk_[\w-]{40,}", made.text)
        assert secret is not None
        assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
        assert "Register of Lviv" in listed.text
        assert secret[0] not in listed.text

    @pytest.mark.parametrize("day", ["soon", "9999-12-31"])
    async def test_need_a_name_a_service_a_scope_and_a_day(
        self, lesia: AsyncClient, day: str
    ) -> None:
        page = await send(lesia, "/registry/keys/new", expires_on=day)

        assert page.status_code == 422
        for text in ("which system", "one service", "one thing", "a day that exists"):
            assert text in page.text

    async def test_live_twelve_months_at_most(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        page = await send(
            lesia,
            "/registry/keys/new",
            name="x",
            services=["registry"],
            scopes=["streams:read"],
            expires_on=(clock.now() + timedelta(days=400)).date().isoformat(),
        )

        assert page.status_code == 422
        assert "twelve months" in page.text

    async def test_are_revoked_on_a_page_of_their_own(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_member(LESIA))
        async with sessions.begin() as session:
            key, _ = await issue_key(
                session,
                a_person(LESIA),
                name="ERP",
                owner_id=LESIA,
                scopes=frozenset(),
                services=frozenset({"registry"}),
                expires_at=clock.now() + timedelta(days=9),
                at=clock.now(),
            )

        asked = await get(lesia, f"/registry/keys/{key.id}/revoke")
        done = await send(lesia, f"/registry/keys/{key.id}/revoke")
        listed = await get(lesia, "/registry/keys")

        assert key.prefix in asked.text
        assert done.status_code == 303
        assert "Revoked" in listed.text


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
