"""Pages of the staff and of the keys of systems, as a browser gets them."""

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient

from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.staff.key_commands import issue_key
from tests.registry.builders import (
    LESIA,
    MAREK,
    a_member,
    a_person,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.test_pages import get, send


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestStaff:
    async def test_lists_the_own_people(self, lesia: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        page = await get(lesia, "/registry/staff")

        assert "Lesia Honchar" in page.text
        assert "Back office" in page.text

    async def test_people_are_named_as_people_and_acts_as_what_is_done(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association(), a_member(LESIA))
        lithuanian = await sign_in(LESIA, language="lt")

        for address in ("staff", "staff/new", "people/new", "data-requests/new"):
            text = (await get(lithuanian, f"/registry/{address}")).text
            assert "Vardas" in text, address
            assert "Pavadinimas" not in text, address
        staff = (await get(lithuanian, "/registry/staff")).text
        assert "Veiksmai" in staff
        assert "Veikia" in staff  # of somebody who acts

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
