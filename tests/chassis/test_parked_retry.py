"""Another chance for all parked records that match a filter, some with each request."""

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import select

from contracts.envelope import from_structured
from contracts.event import uuid7
from contracts.released import example_text
from contracts.staff import StaffDismissed
from services.chassis.database import Sessions
from services.chassis.parking import parked
from tests.chassis.builders import a_record
from tests.chassis.site import a_client, employ

HERE = "/registry/parked/retry"
DISMISSED, _ = from_structured(example_text(StaffDismissed.type))


@pytest.fixture
async def olena(site: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The operator, with a browser."""
    staff_id = await employ(sessions, of="ECA", roles=["operator"])
    async with a_client(site, Origin="http://test", Accept="text/html") as client:
        await client.post(f"/registry/signin/as/{staff_id}")
        yield client


async def park(site: FastAPI, sessions: Sessions, many: int) -> None:
    """Records of the Slovak association that break their contract, each of its own subject."""
    async with sessions.begin() as session:
        for offset in range(many):
            event = DISMISSED.model_copy(update={"subject": str(uuid7())})
            record = a_record(event, offset=offset, value=b"{}")
            await site.state.consumer.apply(session, [record])


async def attempts(sessions: Sessions) -> set[int]:
    async with sessions() as session:
        return set(await session.scalars(select(parked.c.attempts)))


async def send(client: AsyncClient, page: Response, **changes: str) -> Response:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return await client.post(HERE, data=hidden | changes)


async def test_c08_counts_first_then_tries_and_says_what_is_left(
    site: FastAPI, olena: AsyncClient, sessions: Sessions
) -> None:
    await park(site, sessions, 1)

    listed = await olena.get("/registry/parked?kind=schema")
    asked = await olena.get(f"{HERE}?kind=schema")
    done = await send(olena, asked)

    assert f"{HERE}?kind=schema" in listed.text
    assert "1 record is tried again, with all that waits behind it." in asked.text
    assert "1 record was tried again." in done.text
    assert "1 is still parked. Look at its reason." in done.text
    assert await attempts(sessions) == {2}


async def test_c08_goes_on_until_each_was_tried_once(
    site: FastAPI, olena: AsyncClient, sessions: Sessions
) -> None:
    await park(site, sessions, 60)

    page = await olena.get(HERE)
    shares = []
    while 'name="begun"' in page.text:
        page = await send(olena, page)
        shares += re.findall(r"(\d+) records were tried again", page.text)[:1]

    assert shares == ["25", "50", "60"]
    assert await attempts(sessions) == {2}


async def test_c08_leaves_alone_what_does_not_match(
    site: FastAPI, olena: AsyncClient, sessions: Sessions
) -> None:
    await park(site, sessions, 1)

    page = await olena.get(f"{HERE}?kind=handler")

    assert "Nothing parked fits this filter" in page.text
    assert await attempts(sessions) == {1}


async def test_c08_leaves_alone_what_others_own(
    site: FastAPI, olena: AsyncClient, taras: AsyncClient, sessions: Sessions
) -> None:
    await park(site, sessions, 1)
    page = await olena.get(HERE)
    own = await taras.get("/registry/parked", headers={"Accept": "text/html"})
    token = re.findall(r'name="csrf" value="([^"]*)"', own.text)[0]

    answer = await send(taras, page, csrf=token, association="SK")

    assert answer.status_code == 200
    assert await attempts(sessions) == {1}


async def test_others_may_not(site: FastAPI, sessions: Sessions) -> None:
    staff_id = await employ(sessions, roles=["analyst"])
    async with a_client(site, Origin="http://test", Accept="text/html") as client:
        await client.post(f"/registry/signin/as/{staff_id}")

        assert (await client.get(HERE)).status_code == 403
