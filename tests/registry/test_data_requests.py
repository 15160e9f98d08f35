"""D-04: who answers which request about data, until when, and what an answer does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.data_requests import (
    DataRequestAnswered,
    DataRequestKind,
    DataRequestPassedOn,
    DataRequestReceived,
    DataRequestReminded,
)
from contracts.event import uuid7
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.states import DataRequestState
from services.registry.data_requests.timers import forget_who_asked, remind_of_requests
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TODAY,
    a_person,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.held import in_days, told

REQUESTS = "/registry/v1/data-requests"
PAGES = "/registry/data-requests"
TOLD = "We need to look at eleven visits."


def a_request(
    kind: DataRequestKind = DataRequestKind.ACCESS,
    *,
    state: DataRequestState = DataRequestState.RECEIVED,
    received_day: date = TODAY,
    **fields: Any,
) -> DataRequest:
    request, _ = DataRequest.receive(
        request_id=uuid7(),
        number=fields.pop("number", "DR-1"),
        association="UA",
        kind=kind,
        name="Олена Щербак",
        mail="p-1@example.org",
        words="What do you know of me?",
        received_day=received_day,
        today=received_day,
        at=NOON,
    )
    request.state = state
    for name, value in fields.items():
        setattr(request, name, value)
    return request


def asked(kind: str = "access", **more: Any) -> dict[str, Any]:
    usual = {
        "kind": kind,
        "name": "Олена Щербак",
        "mail": "p-1@example.org",
        "received_day": in_days(0),
    }
    return usual | more


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
    return await sign_in(LESIA)


@pytest.fixture
async def marek(sign_in: SignIn) -> AsyncClient:
    return await sign_in(MAREK, of="PL", name="Marek Zieliński")


async def the_request(sessions: Sessions) -> DataRequest:
    async with sessions() as session:
        return (await session.scalars(select(DataRequest))).one()


async def received(lesia: AsyncClient, kind: str = "access", **more: Any) -> str:
    answer = await lesia.post(REQUESTS, json=asked(kind, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


class TestWhoAnswers:
    async def test_d04_who_took_it_does_unless_it_is_passed_on(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions
    ) -> None:
        number = await received(lesia)

        before = await marek.get(f"{REQUESTS}/{number}")
        passed = await lesia.put(f"{REQUESTS}/{number}/passing-on", json={"association": "PL"})
        mine = await lesia.put(f"{REQUESTS}/{number}/answer", json={"person_id": None})
        theirs = await marek.put(f"{REQUESTS}/{number}/answer", json={"person_id": None})

        assert (before.status_code, passed.json()["association"]) == (404, "PL")
        assert (mine.status_code, theirs.status_code) == (403, 200)
        events = await told(sessions, (await the_request(sessions)).id)
        kinds = [type(event) for event in events]
        assert kinds == [DataRequestReceived, DataRequestPassedOn, DataRequestAnswered]
        assert events[1].shared_with() == {"UA", "PL"}

    async def test_d04_only_who_took_it_passes_it_on(
        self, lesia: AsyncClient, marek: AsyncClient
    ) -> None:
        number = await received(lesia)
        await lesia.put(f"{REQUESTS}/{number}/passing-on", json={"association": "PL"})

        theirs = await marek.put(f"{REQUESTS}/{number}/passing-on", json={"association": "CZ"})
        again = await lesia.put(f"{REQUESTS}/{number}/passing-on", json={"association": "PL"})
        back = await lesia.put(f"{REQUESTS}/{number}/passing-on", json={"association": "UA"})

        assert (theirs.status_code, again.status_code, back.status_code) == (403, 422, 200)

    async def test_d04_no_third_association_and_no_other_role_sees_it(
        self, lesia: AsyncClient, sign_in: SignIn
    ) -> None:
        number = await received(lesia)
        coordinator = await sign_in(uuid7(), roles=("coordinator",))
        third = await sign_in(uuid7(), of="CZ")

        assert (await coordinator.get(REQUESTS)).status_code == 403
        assert (await third.get(f"{REQUESTS}/{number}")).status_code == 404
        assert (await third.get(REQUESTS)).json()["items"] == []


class TestTimers:
    async def test_d04_an_answer_that_is_owed_is_reminded_of_once_at_each_step(
        self, sessions: Sessions
    ) -> None:
        request = await saved(sessions, a_request(), an_association())
        midnight = datetime.combine(request.due_day, datetime.min.time(), UTC)
        done = []

        for days in (-9, -7, -6, -1, 0, 1, 2):
            async with sessions.begin() as session:
                done.append(await remind_of_requests(session, midnight + timedelta(days=days)))

        assert done == [0, 1, 0, 1, 0, 1, 0]
        events = await told(sessions, request.id)
        assert [type(event) for event in events] == [DataRequestReminded] * 3

    async def test_d04_who_asked_is_forgotten_a_year_after_a_refusal(
        self, sessions: Sessions
    ) -> None:
        await saved(sessions, a_request(state=DataRequestState.REFUSED, closed_at=NOON))

        async with sessions.begin() as session:
            early = await forget_who_asked(session, NOON + timedelta(days=364))
            late = await forget_who_asked(session, NOON + timedelta(days=366))

        assert (early, late, (await the_request(sessions)).name) == (0, 1, "")


async def test_d04_the_second_wall_hides_a_request_from_all_but_its_two_associations(
    sessions: Sessions, app_sessions: Sessions
) -> None:
    await saved(sessions, a_request(association="PL"))
    seen = {}

    for country in ("UA", "PL", "CZ"):
        async with app_sessions() as session:
            await tenancy.enter(session, a_person(of=country))
            seen[country] = len((await session.scalars(select(DataRequest))).all())
    async with app_sessions() as session:
        await tenancy.enter(session, a_person(of="ECA", roles=("support_office",)))
        seen["ECA"] = len((await session.scalars(select(DataRequest))).all())

    assert seen == {"UA": 1, "PL": 1, "CZ": 0, "ECA": 0}
