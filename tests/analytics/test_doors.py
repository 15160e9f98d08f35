"""Another association's visit is behind none of the doors of analytics before it may be counted.

Every test runs twice: as it is, and with the checks of commands and queries switched off, so that
row-level security has to hold by itself. What was counted is shown to all as figures, never as a
visit; that a visit's own side sees when it begins is shown beside it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.analytics.dashboards import pages
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from tests.analytics.stories import VisitStory
from tests.analytics.topics import tell
from tests.chassis.site import a_client, employ

HTML = {"Accept": "text/html"}
DOORS = (
    "/analytics/",
    "/analytics/figures/K-01",
    "/analytics/definitions",
    "/analytics/streams",
    "/analytics/catalogue",
    "/analytics/status",
    "/analytics/parked",
    "/analytics/v1/figures",
    "/analytics/v1/streams",
)


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "both walls":
        return
    monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)
    monkeypatch.setattr(pages, "is_outsider", lambda _: False)


@pytest.fixture
async def visit(sessions: Sessions) -> VisitStory:
    """A visit of a Ukrainian cluster to Slovakia that begins in nine days."""
    visit = VisitStory(visitor="UA", host="SK")
    visit.session(clock.now().date() + timedelta(days=9))
    await tell(sessions, visit)
    return visit


@pytest.fixture
async def stranger(app: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The Polish coordinator and back office."""
    staff_id = await employ(sessions, of="PL", roles=["coordinator", "back_office"])
    async with a_client(app, Origin="http://test") as client:
        await client.post(f"/analytics/signin/as/{staff_id}")
        yield client


def begins(visit: VisitStory) -> list[str]:
    """What would give the visit away: its id, its sessions' ids, the day on which it begins."""
    day = clock.now().date() + timedelta(days=9)
    return [str(visit.id), f"{day.day} {day:%B %Y}", day.isoformat()]


@pytest.mark.parametrize("door", DOORS)
async def test_a01_no_door_shows_it_to_a_stranger(
    stranger: AsyncClient, visit: VisitStory, door: str
) -> None:
    answer = await stranger.get(door, headers=HTML)

    assert answer.status_code == 200
    assert not [word for word in begins(visit) if word in answer.text]


async def test_its_own_side_sees_when_it_begins(
    coordinator: AsyncClient, visit: VisitStory
) -> None:
    answer = await coordinator.get("/analytics/", headers=HTML)

    assert [word for word in begins(visit) if word in answer.text]


async def test_a06_no_stream_is_about_it(stranger: AsyncClient, visit: VisitStory) -> None:
    for address in (f"/analytics/stream?about=visit:{visit.id}", "/analytics/v1/streams/sk"):
        assert (await stranger.get(address)).status_code == 404
