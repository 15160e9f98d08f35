"""Calendar files and subscriptions over HTTP, and who may not come through a door."""

from uuid import UUID

import pytest
from httpx import AsyncClient
from icalendar import Calendar

from contracts.event import uuid7
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.exchanges.visits.model import Visit
from tests.exchanges.asking import VISITS, problem_of
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import committed, drafted, planned

pytestmark = pytest.mark.usefixtures("copies")


class TestCalendar:
    async def test_one_visit_is_a_file_with_a_tag(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        client = await sign_in("UA")
        address = f"/exchanges/visits/{visit.number}.ics"

        answer = await client.get(address)
        again = await client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert len(Calendar.from_ical(answer.text).walk("VEVENT")) == 3
        assert again.status_code == 304

    async def test_a_subscription_needs_no_cookie(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        await planned(sessions)
        client = await sign_in("UA")
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]

        feed = await outside.get(address)

        assert feed.status_code == 200, feed.text
        assert len(Calendar.from_ical(feed.text).walk("VEVENT")) == 3

    async def test_a_new_subscription_ends_the_old_one(
        self, sign_in: SignIn, outside: AsyncClient
    ) -> None:
        client = await sign_in("UA")
        old, new = [
            (await client.post("/exchanges/v1/subscriptions")).json()["address"] for _ in range(2)
        ]

        problem_of(await outside.get(old), 410)
        assert (await outside.get(new)).status_code == 200

    async def test_ends_with_the_role_of_who_subscribed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        staff_id = uuid7()
        client = await sign_in("UA", staff_id=staff_id)
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]
        await self._dismiss(sessions, staff_id)

        problem_of(await outside.get(address), 410)

    async def _dismiss(self, sessions: Sessions, staff_id: UUID) -> None:
        async with sessions.begin() as session:
            person = await session.get(StaffCopy, staff_id)
            assert person is not None
            person.dismissed = True

    async def test_h16_a_dual_use_visit_is_in_no_feed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        visit = await planned(sessions)
        async with sessions.begin() as session:
            (await session.get_one(Visit, visit.id)).dual_use = True
        client = await sign_in("UA")
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]

        assert "VEVENT" not in (await outside.get(address)).text

    async def test_somebody_elses_link_is_no_calendar(self, outside: AsyncClient) -> None:
        problem_of(await outside.get(f"/exchanges/calendar/{'x' * 43}.ics"), 404)


class TestDoors:
    """Another association's visit is nowhere to be seen."""

    async def test_by_no_address(self, sign_in: SignIn, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        pl = await sign_in("PL")

        for key in (visit.number, str(visit.id)):
            for address in (f"{VISITS}/{key}", f"{VISITS}/{key}/history"):
                assert problem_of(await pl.get(address), 404)["code"] == "TLK-X001"
            answer = await pl.get(f"/exchanges/visits/{key}.ics")
            assert problem_of(answer, 404)["code"] == "TLK-X001"
        cancelled = await pl.put(f"{VISITS}/{visit.number}/cancellation", json={"reason": "party"})
        problem_of(cancelled, 404)

    async def test_in_no_list_and_no_feed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        await planned(sessions)
        pl = await sign_in("PL")
        address = (await pl.post("/exchanges/v1/subscriptions")).json()["address"]

        assert (await pl.get(VISITS)).json()["items"] == []
        assert "VEVENT" not in (await outside.get(address)).text

    async def test_the_support_office_reads_it_without_names_and_decides_nothing(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)
        office = await sign_in("ECA", roles=("support_office",))

        answer = await office.get(f"{VISITS}/{visit.number}")
        refused = await office.put(
            f"{VISITS}/{visit.number}/cancellation", json={"reason": "party"}
        )

        assert answer.json()["delegates"][0]["name"] is None
        assert "@example.org" not in answer.text
        problem_of(refused, 403)
