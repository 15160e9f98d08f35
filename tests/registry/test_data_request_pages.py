"""Pages of requests about data: written down, extended, answered, passed on and refused by hand."""

from datetime import timedelta

import pytest
from httpx import AsyncClient

from contracts.data_requests import DataRequestExtended
from services.chassis.database import Sessions
from services.registry.data_requests.finding import MOST_OFFERED
from tests.registry.builders import LESIA, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.held import today, told
from tests.registry.test_data_requests import (
    PAGES,
    TOLD,
    a_request,
    asked,
    received,
    the_request,
)
from tests.registry.test_declarations import post
from tests.registry.test_pages import get, send
from tests.registry.test_people import a_contact, people


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
    return await sign_in(LESIA)


class TestPages:
    async def test_a_request_is_written_down_extended_and_answered_by_hand(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await post(lesia, a_contact("p-1"))
        empty = await get(lesia, PAGES)
        wrong = await send(lesia, f"{PAGES}/new", name="Олена", mail="x", kind="")
        made = await send(lesia, f"{PAGES}/new", **asked("erase", words="Forget me"))
        page = made.headers["location"]

        assert "Nothing is to be answered" in empty.text
        assert wrong.status_code == 422
        assert 'value="Олена"' in wrong.text
        for field in ("kind", "mail", "received_day"):
            assert f'href="#f-{field}"' in wrong.text
        assert "Forget me" in (await get(lesia, page)).text
        assert "Олена Щербак" in (await get(lesia, f"{PAGES}?q=shcherbak")).text
        assert "No request fits" in (await get(lesia, f"{PAGES}?show=late")).text

        lacking = await send(lesia, f"{page}/extend", told=TOLD)
        extended = await send(lesia, f"{page}/extend", reason="number", told=TOLD)
        twice = await send(lesia, f"{page}/extend", reason="number", told=TOLD)
        assert (lacking.status_code, extended.status_code, twice.status_code) == (422, 303, 409)
        assert TOLD in (await get(lesia, page)).text

        unsaid = await send(lesia, f"{page}/answer")
        person = (await people(sessions))["p-1"]
        answered = await send(lesia, f"{page}/answer", person_id=str(person.id))
        assert (unsaid.status_code, answered.status_code) == (422, 303)
        gone = (await get(lesia, page)).text
        assert "The person is forgotten" in gone
        assert "Олена" not in gone
        events = await told(sessions, (await the_request(sessions)).id)
        assert isinstance(events[1], DataRequestExtended)

    async def test_it_is_passed_on_or_refused_by_hand(self, lesia: AsyncClient) -> None:
        number = await received(lesia)
        page = f"{PAGES}/{number}"

        nowhere = await send(lesia, f"{page}/pass", association="")
        passed = await send(lesia, f"{page}/pass", association="PL")
        not_mine = await get(lesia, f"{page}/answer")
        await send(lesia, f"{page}/pass", association="UA")
        refused = await send(lesia, f"{page}/refuse", reason="unfounded", told="Once is enough.")

        assert (nowhere.status_code, passed.status_code) == (422, 303)
        assert (not_mine.status_code, refused.status_code) == (403, 303)
        assert "Once is enough." in (await get(lesia, page)).text

    async def test_d04_who_has_the_address_or_the_whole_name_is_offered_before_namesakes(
        self, lesia: AsyncClient
    ) -> None:
        for at in range(MOST_OFFERED):
            await post(lesia, a_contact(f"n-{at}", names={"original": f"Олена А{at:02d}"}))
        await post(lesia, a_contact("whole"))
        await post(lesia, a_contact("p-1", names={"original": "Яна Юрчук"}))
        number = await received(lesia)

        offered = (await get(lesia, f"{PAGES}/{number}/answer")).text

        places = [offered.find(mail) for mail in ("p-1@ex", "whole@ex", "n-0@ex")]
        assert -1 not in places
        assert places == sorted(places)
        assert f"n-{MOST_OFFERED - 1}@ex" not in offered

    async def test_d04_one_that_is_late_says_so(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        day = today() - timedelta(days=40)
        await saved(sessions, a_request(received_day=day, number="DR-7"))

        assert "days late" in (await get(lesia, f"{PAGES}?show=late")).text
        assert "days late" in (await get(lesia, f"{PAGES}/DR-7")).text
