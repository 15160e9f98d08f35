"""Appointing somebody by page and over HTTP, the end of an appointment, and forgetting."""

from datetime import date, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.registry import StaffDismissed
from services.chassis import chain, history
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.registry.staff.model import StaffMember
from services.registry.staff.timers import end_appointments
from tests.registry.builders import LESIA, NOON, TARAS, TODAY, a_member, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.recorded import events_of
from tests.registry.test_consumers import bring_back
from tests.registry.test_pages import send

HTML = {"Accept": "text/html"}
NEW = "/registry/staff/new"
STAFF = "/registry/v1/staff"
IRYNA: dict[str, Any] = {
    "names": {"original": "Ірина Ткач", "latin": "Iryna Tkach"},
    "mail": "iryna@example.org",
    "roles": ["logistics"],
    "marks": [],
    "from_day": "2027-03-16",
}
TYPED: dict[str, Any] = {
    "original": "Ірина Ткач",
    "mail": "iryna@example.org",
    "language": "uk",
    "roles": ["logistics"],
    "from_day": "2027-03-16",
}


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association(), a_member(LESIA))
    return await sign_in(LESIA)


async def called(sessions: Sessions, mail: str) -> StaffMember:
    async with sessions() as session:
        found = await session.scalars(select(StaffMember).where(StaffMember.mail == mail))
        return found.one()


class TestPage:
    async def test_appoints_who_was_typed(self, lesia: AsyncClient, sessions: Sessions) -> None:
        done = await send(lesia, NEW, **TYPED, until_day="2027-12-31", marks=["dual_use_vetted"])
        listed = await lesia.get("/registry/staff?q=ткач", headers=HTML)

        assert (done.status_code, done.headers["location"]) == (303, "/registry/staff")
        iryna = await called(sessions, "iryna@example.org")
        assert (iryna.roles, iryna.until_day) == (["logistics"], date(2027, 12, 31))
        assert (iryna.zone, iryna.marks) == ("Europe/Kyiv", ["dual_use_vetted"])
        assert "Ірина Ткач" in listed.text
        assert "Леся Гончар" not in listed.text.split("<main")[1]

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"original": " "}, "original"),
            ({"mail": "iryna"}, "mail"),
            ({"language": "xx"}, "language"),
            ({"roles": []}, "roles"),
            ({"roles": ["operator"]}, "roles"),
            ({"from_day": "soon"}, "from_day"),
            ({"until_day": "2027-03-15"}, "until_day"),
        ],
    )
    async def test_names_the_field_that_is_wrong_and_keeps_the_rest(
        self, lesia: AsyncClient, typed: dict[str, Any], field: str
    ) -> None:
        refused = await send(lesia, NEW, **(TYPED | {"latin": "Iryna Tkach"} | typed))

        assert refused.status_code == 422
        assert f'href="#f-{field}"' in refused.text
        assert 'value="Iryna Tkach"' in refused.text

    async def test_refuses_an_address_that_is_on_the_staff(self, lesia: AsyncClient) -> None:
        await send(lesia, NEW, **TYPED)

        twice = await send(lesia, NEW, **(TYPED | {"mail": "Iryna@example.org"}))

        assert twice.status_code == 409
        assert 'href="#f-mail"' in twice.text

    async def test_says_that_nobody_is_called_so(self, lesia: AsyncClient) -> None:
        nobody = await lesia.get("/registry/staff?q=xyz", headers=HTML)

        assert "Nobody is called so" in nobody.text


class TestOverHttp:
    async def test_appoints(self, lesia: AsyncClient) -> None:
        answer = await lesia.post(STAFF, json=IRYNA)

        assert answer.status_code == 201
        assert (answer.json()["roles"], answer.json()["until_day"]) == (["logistics"], None)

    async def test_r01_an_association_gives_only_its_own_roles(self, lesia: AsyncClient) -> None:
        answer = await lesia.post(STAFF, json=IRYNA | {"roles": ["support_office"]})

        assert (answer.status_code, answer.json()["code"]) == (422, "TLK-R033")


class TestEnd:
    async def test_comes_by_itself_after_the_last_day(self, sessions: Sessions) -> None:
        await saved(
            sessions,
            a_member(LESIA),
            a_member(TARAS, until_day=TODAY - timedelta(days=1)),
        )

        async with sessions.begin() as session:
            ended = await end_appointments(session, NOON)
        async with sessions.begin() as session:
            again = await end_appointments(session, NOON)

        assert (ended, again) == (1, 0)
        [event] = await events_of(sessions, TARAS)
        assert isinstance(event, StaffDismissed)
        assert event.until_day == TODAY - timedelta(days=1)


class TestForgetting:
    async def test_d02_nothing_of_the_person_is_left_and_a_replay_runs_through(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        iryna = (await lesia.post(STAFF, json=IRYNA)).json()["id"]
        await lesia.delete(f"{STAFF}/{iryna}")
        await bring_back(sessions)

        gone = await lesia.delete(f"{STAFF}/{iryna}/record")
        await bring_back(sessions)

        assert gone.status_code == 204
        async with sessions() as session:
            rows = await history.rows_of(session, iryna)
            kept = await session.scalars(select(StaffCopy).where(StaffCopy.mail == IRYNA["mail"]))
            assert [row["data"] for row in rows] == [None, None, None]
            assert list(kept) == []
            assert (await chain.verify(session)).sound

    async def test_waits_until_the_person_has_left(self, lesia: AsyncClient) -> None:
        iryna = (await lesia.post(STAFF, json=IRYNA)).json()["id"]

        refused = await lesia.delete(f"{STAFF}/{iryna}/record")

        assert (refused.status_code, refused.json()["code"]) == (409, "TLK-R052")
