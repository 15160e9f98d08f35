"""What a machine translated is marked, keeps its source beside it, and is confirmed (D-10)."""

import pytest
from httpx import AsyncClient

from contracts.registry import ClusterRevised
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from tests.registry.builders import LESIA, MAREK, a_cluster, a_profile, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of, reread
from tests.registry.test_pages import get, send

SERVICES = {"uk": "Навчання", "pl": "Szkolenia"}
TRANSLATED = a_profile(services=SERVICES, machine_translated=("pl",))


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestMachineTranslation:
    async def test_d10_is_marked_for_every_reader_and_confirmed_by_its_keepers(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, profile=TRANSLATED))
        address = f"/registry/clusters/{cluster.number}"
        marek = await sign_in(MAREK, of="PL", language="pl")

        own = (await get(lesia, address)).text
        others = (await get(marek, address)).text

        assert own.index("<dt>Services · Ukrainian</dt><dd>Навчання</dd>") < own.index(
            "<dt>Services · Polish · Machine translation</dt><dd>Szkolenia</dd>"
        )
        assert "Confirm the translation" in own
        assert "polski" in others
        assert f"{address}/translation" not in others

    async def test_d10_a_person_confirms_and_the_source_is_kept(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, profile=TRANSLATED))
        address = f"/registry/clusters/{cluster.number}"

        answer = await send(lesia, f"{address}/translation", address, lock="1")

        assert answer.status_code == 303
        now = await reread(sessions, cluster)
        assert (now.profile.machine_translated, now.profile.services) == ((), SERVICES)
        [revised] = await events_of(sessions, cluster.id)
        assert isinstance(revised, ClusterRevised)
        assert revised.changed == ("machine_translated",)
        assert "Confirm the translation" not in (await get(lesia, address)).text

    async def test_d10_a_mark_without_its_source_is_refused_at_every_door(
        self, lesia: AsyncClient
    ) -> None:
        data = a_profile(services=SERVICES, machine_translated=("pl", "uk")).model_dump(mode="json")

        answer = await lesia.post("/registry/v1/clusters", json=data)

        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/machine_translated", "TLK-D070")

    async def test_d10_only_those_who_keep_the_profile_confirm(
        self, sign_in: SignIn, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, profile=TRANSLATED))
        address = f"/registry/clusters/{cluster.number}"
        marek = await sign_in(MAREK, of="PL")

        refused = await send(marek, f"{address}/translation", address, lock="1")
        stale = await send(lesia, f"{address}/translation", address, lock="7")

        assert (refused.status_code, stale.status_code) == (403, 409)
