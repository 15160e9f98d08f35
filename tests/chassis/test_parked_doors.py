"""Another association's parked records are behind none of the doors; each wall holds alone.

Every test runs twice: as it is, and with the checks of the pages switched off, so that row-level
security has to hold by itself. That the own side finds its records there is shown beside it.
"""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from contracts.envelope import from_structured
from contracts.released import example_text
from contracts.staff import StaffDismissed
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.chassis.pages import parked as pages
from services.chassis.parking import parked
from tests.chassis.builders import a_record
from tests.chassis.site import a_client, employ

PAGES = "/registry/parked"
DISMISSED, _ = from_structured(example_text(StaffDismissed.type))
HTML = {"Accept": "text/html"}


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "both walls":
        return
    monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)
    monkeypatch.setattr(pages, "_only", lambda _: "")


@pytest.fixture
async def parked_id(site: FastAPI, sessions: Sessions) -> UUID:
    """A record of the Slovak association that broke its contract."""
    record = a_record(DISMISSED, value=b"{}")
    async with sessions.begin() as session:
        await site.state.consumer.apply(session, [record])
        return UUID(str(await session.scalar(select(parked.c.id))))


@pytest.fixture
async def martin(site: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The Slovak back office."""
    staff_id = await employ(sessions, of="SK")
    async with a_client(site, Origin="http://test") as client:
        await client.post(f"/registry/signin/as/{staff_id}")
        yield client


async def test_a03_the_list_has_them_for_the_own_side_alone(
    taras: AsyncClient, martin: AsyncClient, parked_id: UUID
) -> None:
    for query in ("", "?association=SK", "?topic=registry.staff"):
        stranger = await taras.get(PAGES + query, headers=HTML)
        own = await martin.get(PAGES + query, headers=HTML)

        assert (str(parked_id) in stranger.text, str(parked_id) in own.text) == (False, True)


@pytest.mark.parametrize("page", ["", "/drop"])
async def test_a01_no_address_leads_strangers_to_one(
    taras: AsyncClient, parked_id: UUID, page: str
) -> None:
    answer = await taras.get(f"{PAGES}/{parked_id}{page}", headers=HTML)

    assert answer.status_code in {403, 404}
    assert DISMISSED.subject not in answer.text


async def test_the_own_side_is_led_to_it(martin: AsyncClient, parked_id: UUID) -> None:
    answer = await martin.get(f"{PAGES}/{parked_id}", headers=HTML)

    assert (answer.status_code, DISMISSED.subject in answer.text) == (200, True)


@pytest.mark.parametrize("act", ["retry", "drop"])
async def test_strangers_neither_retry_nor_drop_one(
    taras: AsyncClient, sessions: Sessions, parked_id: UUID, act: str
) -> None:
    answer = await taras.post(
        f"{PAGES}/{parked_id}/{act}", content="", headers={"Content-Type": "application/json"}
    )

    async with sessions() as session:
        [attempts] = await session.scalars(select(parked.c.attempts))
    assert answer.status_code in {403, 404}
    assert attempts == 1
