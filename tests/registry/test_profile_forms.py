"""Profiles written by hand: the pages for a new one and for an edit, and the same over HTTP."""

import re
from html import unescape
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from contracts.registry import (
    ClusterDrafted,
    ClusterProfile,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSubmitted,
)
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters import forms
from services.registry.clusters.model import Cluster
from tests.registry.builders import (
    LESIA,
    MAREK,
    TARAS,
    a_cluster,
    a_profile,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.recorded import reread, types_of
from tests.registry.test_pages import get, send

CLUSTERS = "/registry/v1/clusters"
NEW = "/registry/clusters/new"


def typed(profile: ClusterProfile | None = None, **more: str) -> dict[str, Any]:
    """A filled form; `__` in a name stands for the slash."""
    given: dict[str, Any] = dict(forms.written(profile or a_profile()))
    return given | {name.replace("__", "/"): value for name, value in more.items()}


def begun(page: Response) -> dict[str, str]:
    """What a form carries along of the profile that it began with."""
    found = re.findall(r'type="hidden" name="(lock|began)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


async def the_cluster(sessions: Sessions) -> Cluster:
    async with sessions() as session:
        return (await session.scalars(select(Cluster))).one()


class TestNew:
    async def test_r02_a_typed_profile_is_the_profile(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        answer = await send(lesia, NEW, **typed())

        assert answer.status_code == 303
        cluster = await the_cluster(sessions)
        assert cluster.profile == a_profile()
        assert await types_of(sessions, cluster.id) == [ClusterDrafted]

    async def test_r02_a_form_carries_everything_along(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        somewhere = a_profile().seat.model_copy(update={"name": "House", "lat": 49.8, "lon": 24.0})
        full = a_profile(
            operating_place=somewhere, technologies=("micro, nano", "a;b"), s3_areas=("x", "y")
        )
        cluster = await saved(sessions, a_cluster(profile=full))
        address = f"/registry/clusters/{cluster.number}/edit"

        page = await get(lesia, address)
        await send(lesia, address, **typed(full, lock="1", legal_form="association"))
        now = await reread(sessions, cluster)

        assert 'name="operating_place/name" value="House"' in page.text
        assert "&#34;micro, nano&#34;, &#34;a;b&#34;" in page.text
        assert now.profile == full.model_copy(update={"legal_form": "association"})

        gone = typed(full, lock="2", operating_place__region="", operating_place__settlement="")
        await send(lesia, address, **gone)
        assert (await reread(sessions, cluster)).profile.operating_place is None

    async def test_can_be_submitted_at_once(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await send(lesia, NEW, **typed(submit="yes"))

        cluster = await the_cluster(sessions)
        assert cluster.state is ClusterState.SUBMITTED
        assert await types_of(sessions, cluster.id) == [ClusterDrafted, ClusterSubmitted]

    async def test_keeps_what_was_typed_and_names_every_fault(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        page = await send(
            lesia,
            NEW,
            **typed(legal_id__value="32855962", established="2999-01-01", seat__settlement="Броди"),
        )

        assert page.status_code == 422
        assert 'href="#f-legal_id-value"' in page.text
        assert 'href="#f-established"' in page.text
        assert 'value="Броди"' in page.text
        async with sessions() as session:
            assert (await session.scalars(select(Cluster))).all() == []

    async def test_lacking_everything_points_at_the_fields(self, lesia: AsyncClient) -> None:
        page = await send(lesia, NEW)

        assert page.status_code == 422
        for field in ("names-original", "seat-region", "ecosystem", "web", "staff_fte"):
            assert f'href="#f-{field}"' in page.text

    async def test_a_legal_id_of_another_cluster_is_refused(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        page = await send(lesia, NEW, **typed())

        assert page.status_code == 422
        assert "under this legal id already" in page.text

    async def test_is_for_those_who_keep_clusters(self, sign_in: SignIn) -> None:
        coordinator = await sign_in(MAREK, roles=("coordinator",))

        page = await get(coordinator, NEW)

        assert page.status_code == 403
        assert "“Back office”, “Cluster administrator”" in page.text


class TestEdit:
    async def test_a_small_edit_is_published_at_once(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        address = f"/registry/clusters/{cluster.number}/edit"

        answer = await send(lesia, address, **typed(web="https://new.example", lock="1"))

        assert answer.status_code == 303
        assert await types_of(sessions, cluster.id) == [ClusterRevised]
        assert (await reread(sessions, cluster)).profile.web == "https://new.example"

    async def test_says_what_becomes_of_it_before_it_is_saved(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        address = "/registry/clusters/{}/edit".format
        public = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        revised = await saved(
            sessions, a_cluster(state=ClusterState.UNDER_REVISION, legal_value="2")
        )

        once = "Published at once, if you change nothing else: Languages, Technologies, Web page"
        assert once in (await get(lesia, address(public.number))).text
        joined = (await get(lesia, address(revised.number))).text
        assert "What you save here becomes part of it" in joined
        assert "if you change nothing else" not in joined

    async def test_a_larger_one_waits_beside_the_public_version(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        address = f"/registry/clusters/{cluster.number}/edit"

        await send(lesia, address, **typed(legal_form="association", lock="1"))

        now = await reread(sessions, cluster)
        assert (now.state, now.profile.legal_form) == (ClusterState.UNDER_REVISION, "public union")
        assert await types_of(sessions, cluster.id) == [ClusterRevisionStarted]

    async def test_r18_two_people_at_once_see_both_versions_field_by_field(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        taras = await sign_in(TARAS)
        address = f"/registry/clusters/{cluster.number}/edit"

        await send(lesia, address, **typed(web="https://lesia.example", lock="1"))
        page = await send(taras, address, **typed(web="https://taras.example", lock="1"))

        assert page.status_code == 409
        assert re.search(
            r"<del>https://lesia.example</del>.*<ins>https://taras.example</ins>",
            page.text,
            re.DOTALL,
        )
        assert 'value="https://taras.example"' in page.text
        seen = re.search(r'name="lock" value="(\d+)"', page.text)
        assert seen is not None
        await send(taras, address, **typed(web="https://taras.example", lock=seen[1]))
        assert (await reread(sessions, cluster)).profile.web == "https://taras.example"

    async def test_r18_what_was_not_touched_stays_as_somebody_else_saved_it(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        taras = await sign_in(TARAS)
        address = f"/registry/clusters/{cluster.number}/edit"
        began = begun(await get(taras, address))
        theirs = {"staff_fte": "8.5", "services/en": "Lesia's"}
        await send(lesia, address, **typed(lock="1") | theirs)
        mine = {"services/en": "Taras's", "technologies": "robots"}

        page = await send(taras, address, **typed() | began | mine)

        shown = re.findall(r"<del>(.*?)</del>.*?<ins>(.*?)</ins>", page.text, re.DOTALL)
        assert (page.status_code, shown) == (409, [("Lesia&#39;s", "Taras&#39;s")])
        assert re.search(r'name="staff_fte"[^>]*value="8.5"', page.text)
        await send(taras, address, **typed(staff_fte="8.5") | begun(page) | mine)
        now = (await reread(sessions, cluster)).profile
        assert (now.staff_fte, now.technologies) == (8.5, ("robots",))
        assert now.services == {"en": "Taras's"}

    async def test_r18_edits_of_different_fields_do_not_collide(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        taras = await sign_in(TARAS)
        address = f"/registry/clusters/{cluster.number}/edit"
        began = begun(await get(taras, address))
        await send(lesia, address, **typed(lock="1", staff_fte="8.5"))

        answer = await send(taras, address, **typed(technologies="robots") | began)

        now = (await reread(sessions, cluster)).profile
        assert (answer.status_code, now.staff_fte, now.technologies) == (303, 8.5, ("robots",))

    async def test_r18_two_people_who_state_the_same_do_not_collide(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        taras = await sign_in(TARAS)
        address = f"/registry/clusters/{cluster.number}/edit"

        for person in (lesia, taras):
            answer = await send(person, address, **typed(web="https://new.example", lock="1"))

        assert answer.status_code == 303
        assert await types_of(sessions, cluster.id) == [ClusterRevised]

    async def test_a_cluster_administrator_keeps_their_own_cluster_only(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association())
        own = await saved(sessions, a_cluster(administrators=[MAREK]))
        other = await saved(sessions, a_cluster(legal_value="14360570"))
        marek = await sign_in(MAREK, roles=("cluster_admin",))

        assert (await get(marek, f"/registry/clusters/{own.number}/edit")).status_code == 200
        refused = await get(marek, f"/registry/clusters/{other.number}/edit")
        assert refused.status_code == 403
        assert "not named as an administrator" in refused.text
        await send(
            marek, f"/registry/clusters/{own.number}/submit", f"/registry/clusters/{own.number}"
        )
        assert (await reread(sessions, own)).state is ClusterState.SUBMITTED


class TestOverHttp:
    async def test_r18_a_write_names_the_version_it_has_seen(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        address = f"{CLUSTERS}/{cluster.number}"
        seen = (await lesia.get(address)).headers["etag"]
        asked = {"web": "https://one.example"}

        without = await lesia.patch(address, json=asked)
        first = await lesia.patch(address, json=asked, headers={"If-Match": seen})
        second = await lesia.put(
            address, json=a_profile().model_dump(mode="json"), headers={"If-Match": seen}
        )

        assert (without.status_code, without.json()["code"]) == (428, "TLK-R009")
        assert (first.status_code, first.json()["profile"]["web"]) == (200, "https://one.example")
        assert (second.status_code, second.json()["code"]) == (409, "TLK-R006")
        [fault] = second.json()["errors"]
        assert fault["pointer"] == "/web"
        assert "https://one.example" in fault["text"]
        assert "https://itcluster.example" in fault["text"]

    async def test_a_draft_can_be_posted(self, lesia: AsyncClient) -> None:
        answer = await lesia.post(CLUSTERS, json=a_profile().model_dump(mode="json"))

        assert (answer.status_code, answer.json()["state"]) == (201, "draft")
        assert answer.headers["location"] == f"{CLUSTERS}/{answer.json()['number']}"

    async def test_an_unknown_field_is_refused(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        answer = await lesia.patch(
            f"{CLUSTERS}/{cluster.number}", json={"webb": "x"}, headers={"If-Match": '"1"'}
        )

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/webb")
