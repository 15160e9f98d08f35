"""Changing somebody's roles and ending an appointment, by page and over HTTP."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.vocabulary import Mark, Role
from services.chassis.database import Sessions
from services.registry.staff.model import StaffMember
from tests.registry.builders import LESIA, MAREK, TARAS, a_member, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.test_consumers import bring_back
from tests.registry.test_pages import send

HTML = {"Accept": "text/html"}
LIST = "/registry/staff"
STAFF = "/registry/v1/staff"
TO_COORDINATOR = {"roles": ["coordinator"], "marks": []}


async def member(sessions: Sessions, staff_id: UUID) -> StaffMember:
    async with sessions() as session:
        found = await session.scalars(select(StaffMember).where(StaffMember.id == staff_id))
        return found.one()


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    """The only one of the back office of Ukraine, unless Taras is there."""
    await saved(sessions, an_association(), a_member(LESIA))
    return await sign_in(LESIA)


@pytest.fixture
async def taras(sessions: Sessions, sign_in: SignIn) -> AsyncClient:
    await saved(sessions, a_member(TARAS))
    return await sign_in(TARAS, name="Тарас Бондаренко")


@pytest.fixture
async def marek(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association("PL", "Europe/Warsaw"))
    return await sign_in(MAREK, of="PL")


class TestChangeRolesPage:
    async def test_is_reached_from_the_list_and_shows_what_is_held(
        self, lesia: AsyncClient
    ) -> None:
        listed = await lesia.get(LIST, headers=HTML)
        page = await lesia.get(f"{LIST}/{LESIA}/roles", headers=HTML)

        for act in ("roles", "end"):
            assert f'href="{LIST}/{LESIA}/{act}"' in listed.text
        assert 'value="back_office" checked' in page.text
        assert 'value="coordinator">' in page.text
        assert "support_office" not in page.text

    @pytest.mark.usefixtures("taras")
    async def test_gives_what_is_ticked_and_takes_the_rest(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        done = await send(
            lesia,
            f"{LIST}/{TARAS}/roles",
            roles=["coordinator", "logistics"],
            marks=["dual_use_vetted"],
        )

        assert (done.status_code, done.headers["location"]) == (303, LIST)
        changed = await member(sessions, TARAS)
        assert changed.roles == [Role.COORDINATOR, Role.LOGISTICS]
        assert changed.marks == [Mark.DUAL_USE_VETTED]

    async def test_h11_keeps_the_last_of_the_back_office(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        refused = await send(lesia, f"{LIST}/{LESIA}/roles", roles=["coordinator"])

        assert refused.status_code == 409
        assert "appoint somebody else first" in refused.text
        assert 'href="#f-roles"' in refused.text
        assert (await member(sessions, LESIA)).roles == [Role.BACK_OFFICE]

    @pytest.mark.usefixtures("taras")
    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({}, "roles"),
            ({"roles": ["operator"]}, "roles"),
            ({"roles": ["king"]}, "roles"),
            ({"roles": ["coordinator"], "marks": ["x"]}, "marks"),
        ],
    )
    async def test_names_the_field_that_is_wrong(
        self, lesia: AsyncClient, form: dict[str, Any], field: str
    ) -> None:
        refused = await send(lesia, f"{LIST}/{TARAS}/roles", **form)

        assert refused.status_code == 422
        assert f'href="#f-{field}"' in refused.text

    @pytest.mark.usefixtures("taras")
    async def test_needs_the_token_of_its_form(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        forged = await lesia.post(
            f"{LIST}/{TARAS}/roles", data={"roles": "coordinator"}, headers=HTML
        )

        assert forged.status_code == 403
        assert (await member(sessions, TARAS)).roles == [Role.BACK_OFFICE]


class TestEndPage:
    @pytest.mark.usefixtures("taras")
    async def test_ends_the_appointment(self, lesia: AsyncClient, sessions: Sessions) -> None:
        done = await send(lesia, f"{LIST}/{TARAS}/end")
        listed = await lesia.get(LIST, headers=HTML)
        again = await lesia.get(f"{LIST}/{TARAS}/end", headers=HTML)

        assert (done.status_code, again.status_code) == (303, 404)
        assert (await member(sessions, TARAS)).dismissed
        assert f"{TARAS}/roles" not in listed.text

    async def test_h11_keeps_the_last_of_the_back_office(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        refused = await send(lesia, f"{LIST}/{LESIA}/end")

        assert refused.status_code == 409
        assert "appoint somebody else first" in refused.text
        assert not (await member(sessions, LESIA)).dismissed


@pytest.mark.parametrize("act", ["roles", "end"])
class TestPagesOfOthers:
    @pytest.mark.usefixtures("lesia")
    async def test_are_not_there_for_another_association(
        self, marek: AsyncClient, act: str
    ) -> None:
        assert (await marek.get(f"{LIST}/{LESIA}/{act}", headers=HTML)).status_code == 404

    @pytest.mark.usefixtures("lesia")
    async def test_are_for_the_back_office(self, sign_in: SignIn, act: str) -> None:
        coordinator = await sign_in(TARAS, roles=("coordinator",))

        assert (await coordinator.get(f"{LIST}/{LESIA}/{act}", headers=HTML)).status_code == 403


class TestOverHttp:
    @pytest.mark.usefixtures("taras")
    async def test_sets_roles(self, lesia: AsyncClient) -> None:
        answer = await lesia.put(f"{STAFF}/{TARAS}/roles", json=TO_COORDINATOR)

        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["roles"]) == (str(TARAS), ["coordinator"])

    @pytest.mark.usefixtures("taras")
    async def test_ends_an_appointment_once(self, lesia: AsyncClient) -> None:
        ended = await lesia.delete(f"{STAFF}/{TARAS}")
        again = await lesia.delete(f"{STAFF}/{TARAS}")

        assert (ended.status_code, ended.json()["dismissed"]) == (200, True)
        assert ended.json()["until_day"] is not None
        assert (again.status_code, again.json()["code"]) == (409, "TLK-R031")

    async def test_h11_keeps_the_last_of_the_back_office(self, lesia: AsyncClient) -> None:
        demoted = await lesia.put(f"{STAFF}/{LESIA}/roles", json=TO_COORDINATOR)
        ended = await lesia.delete(f"{STAFF}/{LESIA}")

        for answer in (demoted, ended):
            assert (answer.status_code, answer.json()["code"]) == (409, "TLK-R032")

    @pytest.mark.usefixtures("lesia")
    async def test_another_association_finds_nobody(
        self, marek: AsyncClient, sessions: Sessions
    ) -> None:
        demoted = await marek.put(f"{STAFF}/{LESIA}/roles", json=TO_COORDINATOR)
        ended = await marek.delete(f"{STAFF}/{LESIA}")

        assert (demoted.status_code, ended.status_code) == (404, 404)
        assert not (await member(sessions, LESIA)).dismissed

    @pytest.mark.usefixtures("lesia")
    async def test_is_for_the_back_office(self, sign_in: SignIn) -> None:
        coordinator = await sign_in(TARAS, roles=("coordinator",))

        demoted = await coordinator.put(f"{STAFF}/{LESIA}/roles", json=TO_COORDINATOR)
        ended = await coordinator.delete(f"{STAFF}/{LESIA}")

        assert (demoted.status_code, ended.status_code) == (403, 403)

    @pytest.mark.usefixtures("taras")
    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"marks": []}, "/roles"),
            ({"roles": ["coordinator"]}, "/marks"),
            ({"roles": [], "marks": []}, "/roles"),
            ({"roles": ["king"], "marks": []}, "/roles/0"),
            ({"roles": ["operator"], "marks": []}, "/roles"),
            ({**TO_COORDINATOR, "rank": 1}, "/rank"),
        ],
    )
    async def test_names_the_field_that_is_wrong(
        self, lesia: AsyncClient, body: dict[str, Any], pointer: str
    ) -> None:
        answer = await lesia.put(f"{STAFF}/{TARAS}/roles", json=body)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer


class TestA08:
    async def test_a_role_taken_away_is_gone_once_the_event_has_come(
        self, lesia: AsyncClient, taras: AsyncClient, sessions: Sessions
    ) -> None:
        assert (await taras.get(LIST, headers=HTML)).status_code == 200

        await send(lesia, f"{LIST}/{TARAS}/roles", roles=["coordinator"])
        await bring_back(sessions)

        assert (await taras.get(LIST, headers=HTML)).status_code == 403

    async def test_who_has_left_is_signed_out_once_the_event_has_come(
        self, lesia: AsyncClient, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await send(lesia, f"{LIST}/{TARAS}/end")
        await bring_back(sessions)

        assert (await taras.delete(f"{STAFF}/{LESIA}")).status_code == 401
