"""Another association's visit is behind none of the doors of exchanges; each wall holds alone.

Every test runs twice: as it is, and with the conditions of queries switched off, so that
row-level security has to hold by itself.
"""

from typing import Final

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, true

from services.chassis.database import Sessions
from services.chassis.history import history
from services.chassis.identity import Actor
from services.chassis.ui import stream
from services.exchanges.visits import access, feeds, schedule
from services.exchanges.visits.model import Visit
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import committed, planned, the_copies

SECRETS: Final = ("EX-2027-", "Plastics for the field", "Шевчук", "oksana", "martin@example.org")
HTML: Final = {"Accept": "text/html"}
BEHIND: Final = (
    "/exchanges/v1/visits/{key}",
    "/exchanges/v1/visits/{key}/history",
    "/exchanges/visits/{key}.ics",
    "/exchanges/visits/{key}",
    "/exchanges/visits/{key}/history",
    "/exchanges/visits/{key}/commitment",
    "/exchanges/visits/{key}/cancel",
    "/exchanges/visits/{key}/checkin",
    "/exchanges/visits/{key}/attendance",
    "/exchanges/visits/{key}/invite",
    "/exchanges/visits/{key}/delegates/{person}/withdraw",
    "/exchanges/visits/{key}/move",
    "/exchanges/visits/{key}/sessions/new",
    "/exchanges/visits/{key}/sessions/{session}/drop",
    "/exchanges/stream?about=visit:{key}",
)
LISTS: Final = (
    "/exchanges/v1/visits",
    "/exchanges/v1/visits?guest=UA&host=SK",
    "/exchanges/schedule?view=month&on=2027-03-16",
    "/exchanges/schedule?view=week&on=2027-03-16",
    "/exchanges/schedule?view=list&on=2027-03-01",
    "/exchanges/schedule?view=list&on=2027-03-01&q=plastics",
    "/exchanges/parked",
)
ACTS: Final = (
    ("post", "/exchanges/visits/{key}/ready"),
    ("post", "/exchanges/visits/{key}/end"),
    ("put", "/exchanges/v1/visits/{key}/readiness"),
    ("put", "/exchanges/v1/visits/{key}/end"),
)


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "both walls":
        return
    monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)
    monkeypatch.setattr(access, "visible_to", lambda _: true())
    monkeypatch.setattr(feeds, "visible_to", lambda _: true())
    monkeypatch.setattr(schedule, "shown_to", lambda _: true())


@pytest.fixture
async def visit(sessions: Sessions) -> Visit:
    """A visit between UA and SK that all four have signed."""
    await the_copies(sessions)
    visit = await planned(sessions)
    await committed(sessions, visit, "oksana@example.org")
    return visit


@pytest.fixture
async def zuzana(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    """The host's coordinator: what she does not find, the tests above would not notice."""
    monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.0)  # a stream that is open has an end
    return await sign_in("SK")


@pytest.fixture
async def stranger(sign_in: SignIn) -> AsyncClient:
    return await sign_in("PL", roles=("coordinator", "back_office"))


async def filled(address: str, key: str, sessions: Sessions) -> str:
    async with sessions() as session:
        visit = (await session.scalars(select(Visit))).one()
        return address.format(
            key=key, person=visit.delegates[0].participant_id, session=visit.programme[0].id
        )


@pytest.mark.parametrize("address", BEHIND)
async def test_a01_no_address_leads_to_it(
    visit: Visit, stranger: AsyncClient, sessions: Sessions, address: str
) -> None:
    for key in (visit.number, str(visit.id)):
        answer = await stranger.get(await filled(address, key, sessions), headers=HTML)

        assert answer.status_code == 404, address
        assert not [secret for secret in SECRETS[1:] if secret in answer.text]


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("address", LISTS)
async def test_a03_it_is_in_no_list(stranger: AsyncClient, address: str) -> None:
    answer = await stranger.get(address, headers=HTML)

    assert answer.status_code == 200
    assert not [secret for secret in SECRETS if secret in answer.text]


@pytest.mark.usefixtures("visit")
async def test_it_is_in_no_calendar(stranger: AsyncClient, outside: AsyncClient) -> None:
    address = (await stranger.post("/exchanges/v1/subscriptions")).json()["address"]

    feed = await outside.get(address)

    assert feed.status_code == 200
    assert "VEVENT" not in feed.text


@pytest.mark.parametrize(("method", "address"), ACTS)
async def test_it_takes_no_act(
    visit: Visit, stranger: AsyncClient, sessions: Sessions, method: str, address: str
) -> None:
    before = await told(sessions)

    answer = await stranger.request(
        method, address.format(key=visit.number), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 404
    assert await told(sessions) == before


class TestItsOwnSide:
    """The same addresses, asked by somebody who may."""

    @pytest.mark.parametrize("address", BEHIND)
    async def test_is_led_to_it(
        self, visit: Visit, zuzana: AsyncClient, sessions: Sessions, address: str
    ) -> None:
        is_stream = "/stream" in address  # it is asked by number only, and says nothing at first
        for key in [visit.number] if is_stream else [visit.number, str(visit.id)]:
            answer = await zuzana.get(await filled(address, key, sessions), headers=HTML)

            assert answer.status_code == 200, address
            assert is_stream or [word for word in SECRETS if word in answer.text]

    @pytest.mark.usefixtures("visit")
    @pytest.mark.parametrize("address", [each for each in LISTS if "parked" not in each])
    async def test_finds_it_in_lists(self, zuzana: AsyncClient, address: str) -> None:
        answer = await zuzana.get(address, headers=HTML)

        assert [word for word in SECRETS if word in answer.text]

    @pytest.mark.usefixtures("visit")
    async def test_has_it_in_the_calendar(self, zuzana: AsyncClient, outside: AsyncClient) -> None:
        address = (await zuzana.post("/exchanges/v1/subscriptions")).json()["address"]

        assert "VEVENT" in (await outside.get(address)).text

    @pytest.mark.parametrize("address", [each for _, each in ACTS if each.endswith("y")])
    async def test_may_act(
        self, visit: Visit, sign_in: SignIn, sessions: Sessions, address: str
    ) -> None:
        taras = await sign_in("UA")
        before = await told(sessions)

        method = "put" if "/v1/" in address else "post"
        answer = await taras.request(
            method, address.format(key=visit.number), headers={"Content-Type": "application/json"}
        )

        assert answer.status_code in {200, 303}
        assert await told(sessions) > before


async def told(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(history)) or 0
