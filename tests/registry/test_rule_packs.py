"""National rule packs: dated data that an association adopts while everything runs (R-21)."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.packs.finding import pack_on
from tests.registry.builders import LESIA, MAREK, a_cluster, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.recorded import reread
from tests.registry.test_pages import get, send

PACKS = "/registry/v1/rule-packs"
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


def a_pack(*, days: int = 0, **more: Any) -> dict[str, Any]:
    from_day = clock.now().astimezone(KYIV).date() + timedelta(days=days)  # where it sits
    usual = {"country": "UA", "version": "2", "required": ["nace"], "schemes": ["ua_edrpou"]}
    return usual | {"from_day": from_day.isoformat()} | more


class TestAdopting:
    async def test_r21_a_new_pack_needs_no_release(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        address = f"/registry/clusters/{cluster.number}"

        adopted = await lesia.post(PACKS, json=a_pack(days=1))
        before = await send(lesia, f"{address}/submit", address)
        async with sessions() as session:
            later = clock.now().date() + timedelta(days=2)
            pack = await pack_on(session, "UA", on=later)

        assert adopted.status_code == 201
        assert before.status_code == 303
        assert (await reread(sessions, cluster)).state is ClusterState.SUBMITTED
        assert pack is not None
        assert (pack.version, pack.required) == ("2", ("nace",))

    async def test_r21_its_fields_are_asked_for_from_its_day_on(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster())
        await lesia.post(PACKS, json=a_pack())

        answer = await lesia.put(f"/registry/v1/clusters/{cluster.number}/submission")

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/nace")

    @pytest.mark.parametrize(
        ("wrong", "status", "pointer"),
        [
            ({"days": -3}, 422, "/from_day"),
            ({"required": ["shoe_size"]}, 422, "/required"),
            ({"schemes": ["pl_nip"]}, 422, "/schemes"),
            ({"version": "1"}, 409, None),
        ],
    )
    async def test_a_wrong_one_is_refused(
        self, lesia: AsyncClient, wrong: dict[str, Any], status: int, pointer: str | None
    ) -> None:
        answer = await lesia.post(PACKS, json=a_pack(**wrong))

        assert answer.status_code == status
        assert [each["pointer"] for each in answer.json().get("errors", [])] == (
            [pointer] if pointer else []
        )

    async def test_another_country_s_is_not_ours_to_adopt(self, lesia: AsyncClient) -> None:
        assert (await lesia.post(PACKS, json=a_pack(country="PL"))).status_code == 403

    async def test_works_by_page_as_well(self, lesia: AsyncClient, sign_in: SignIn) -> None:
        pack = a_pack()
        form = {name: pack[name] for name in ("version", "from_day", "required", "schemes")}

        lacking = await send(lesia, "/registry/rule-packs/new", **form | {"version": ""})
        answer = await send(lesia, "/registry/rule-packs/new", **form)
        page = await get(lesia, "/registry/rule-packs")
        marek = await sign_in(MAREK, of="PL")
        foreign = await get(marek, "/registry/rule-packs?country=UA")

        assert lacking.status_code == 422
        assert answer.status_code == 303
        assert "NACE" in page.text
        assert "Adopt a new version" in page.text
        assert "Adopt a new version" not in foreign.text
