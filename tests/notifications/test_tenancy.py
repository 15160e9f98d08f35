"""Another association's messages and tasks are nowhere; each wall holds alone.

Every test runs twice: as it is, and with the checks of commands and queries switched off, so that
row-level security has to hold by itself.
"""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.vocabulary import DeliveryState, TaskState
from services.chassis import clock, tenancy
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.notifications.copies.model import PersonCopy, VisitCopy
from services.notifications.deliveries.model import Attempt, Delivery
from services.notifications.today.model import Task
from tests.notifications.builders import NOON
from tests.notifications.conftest import SignIn, fail_the_first, rows
from tests.notifications.events import OLENA, drafted, invited, opened, person, session_planned
from tests.notifications.story import Story

LEDGER = "/notifications/deliveries"
API = "/notifications/v1/deliveries"
TODAY = "/notifications/today"
SECRETS = ("EX-2027-031", "Коваленко", "olena@example.org", "Plastics")


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    if request.param == "row-level security alone":
        monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)


@pytest.fixture
async def visit(story: Story) -> None:
    """A Ukrainian delegate is invited to Slovakia, and a commitment waits."""
    await story.tell(person(), opened(), session_planned(1), invited(OLENA), drafted())


@pytest.fixture
async def stranger(sign_in: SignIn) -> AsyncClient:
    return await sign_in("PL", "coordinator", "back_office")


@pytest.mark.usefixtures("visit")
class TestAnothersMessages:
    @pytest.mark.parametrize("query", ["", "?search=olena", "?search=EX-2027", "?state=planned"])
    async def test_are_on_no_page_and_in_no_answer(self, stranger: AsyncClient, query: str) -> None:
        page = await stranger.get(LEDGER + query)
        answer = await stranger.get(API + query)

        assert (page.status_code, answer.json()["items"]) == (200, [])
        assert not [secret for secret in SECRETS if secret in page.text]

    async def test_a03_are_not_had_by_naming_the_association(self, stranger: AsyncClient) -> None:
        answer = await stranger.get(f"{API}?association=UA")

        assert answer.json()["items"] == []

    async def test_a01_are_not_found_by_id(self, stranger: AsyncClient, sessions: Sessions) -> None:
        [delivery] = await rows(sessions, Delivery)

        page = await stranger.get(f"{LEDGER}/{delivery.id}")
        answer = await stranger.get(f"{API}/{delivery.id}")

        assert (page.status_code, answer.status_code) == (404, 404)

    async def test_are_not_sent_again_by_strangers(
        self, stranger: AsyncClient, sessions: Sessions
    ) -> None:
        failed = await fail_the_first(sessions)

        answer = await stranger.put(f"{API}/{failed}/redrive", json={"reason": "because"})

        assert answer.status_code == 404
        [delivery] = await rows(sessions, Delivery)
        assert delivery.state is DeliveryState.DEAD

    async def test_the_support_office_reads_across_but_no_address(self, sign_in: SignIn) -> None:
        office = await sign_in("ECA", "support_office")

        [item] = (await office.get(API)).json()["items"]

        assert (item["visit_number"], item["name"], item["address"]) == ("EX-2027-031", None, None)


@pytest.mark.usefixtures("visit")
class TestAnothersTasks:
    async def test_are_not_on_the_page(self, stranger: AsyncClient) -> None:
        page = await stranger.get(TODAY)

        assert page.status_code == 200
        assert not [secret for secret in SECRETS if secret in page.text]

    @pytest.mark.parametrize("of", ["PL", "UA"])
    async def test_are_not_ticked_off_by_others(
        self, sign_in: SignIn, sessions: Sessions, of: str
    ) -> None:
        [task] = [
            t for t in await rows(sessions, Task) if (t.association, t.kind) == ("SK", "sign")
        ]
        other = await sign_in(of)

        answer = await other.post(
            f"{TODAY}/{task.id}/done", headers={"Content-Type": "application/json"}
        )

        assert answer.status_code == 404
        [now] = [t for t in await rows(sessions, Task) if t.id == task.id]
        assert now.state is TaskState.OPEN


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("table", [PersonCopy, VisitCopy, Delivery, Attempt, Task])
async def test_a_transaction_that_entered_for_nobody_sees_nothing(
    app_sessions: Sessions, table: type[Delivery]
) -> None:
    async with app_sessions.begin() as session:
        assert (await session.scalars(select(table))).all() == []


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize(("of", "seen"), [("UA", 1), ("SK", 0), ("PL", 0), ("ECA", 0)])
async def test_addresses_are_seen_by_the_persons_own_side_only(
    app_sessions: Sessions, of: str, seen: int
) -> None:
    office = frozenset({"support_office"}) if of == "ECA" else frozenset({"coordinator"})
    async with app_sessions.begin() as session:
        await tenancy.enter(session, Actor("staff:x", of, office))

        assert len((await session.scalars(select(PersonCopy))).all()) == seen
