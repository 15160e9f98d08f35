"""The pages of visits, looked at by axe and in narrow windows; a visit lived without JavaScript."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from contracts.vocabulary import DelegateAnswer, Mode, ParticipantRole, Party
from deploy.local.keyring import Keyring
from services.chassis import clock, links
from services.chassis.database import Sessions
from services.exchanges.app import exchanges
from services.exchanges.visits.model import Visit
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.exchanges.builders import NOON, a_plan
from tests.exchanges.stories import (
    LINK_KEY,
    answered,
    committed,
    contact_of,
    drafted,
    invited,
    planned,
    signed,
    the_copies,
    under_way,
)
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class World:
    """A running exchanges with visits at four points of their lives, and two links."""

    address: str
    building: Visit
    agreed: Visit
    begun: Visit
    delegate: UUID
    invitation: str
    signature: str

    @property
    def pages(self) -> tuple[str, ...]:
        new = "/exchanges/visits/new"
        building, agreed, begun = (
            f"/exchanges/visits/{visit.number}" for visit in (self.building, self.agreed, self.begun)
        )
        pair = f"visitor={self.agreed.visiting_organisation_id}&host={self.agreed.host_organisation_id}"
        return (
            "/exchanges/schedule?on=2027-03-01",
            "/exchanges/schedule?view=week&on=2027-03-16",
            "/exchanges/schedule?view=list&on=2027-03-01",
            "/exchanges/schedule?on=2028-01-01",
            "/exchanges/schedule/subscribe",
            new,
            f"{new}?{pair}",
            building,
            f"{building}/history",
            f"{building}/invite",
            f"{building}/commitment",
            f"{building}/cancel",
            f"{building}/sessions/new",
            f"{building}/sessions/{self.building.programme[0].id}/drop",
            f"{building}/delegates/{self.delegate}/withdraw",
            agreed,
            f"{agreed}/move",
            begun,
            f"{begun}/checkin",
            f"{begun}/attendance",
            f"{begun}/attendance?session={self.begun.programme[0].id}",
            self.invitation,
            self.signature,
        )


@pytest.fixture
async def world(
    databases: Databases, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    database = await databases("exchanges")
    settings = settings_for("exchanges", database, keyring, clock_file=tmp_path / "clock")
    only_web = settings.model_copy(update={"role": "web", "link_key": LINK_KEY})
    async with sessions_of(database.worker) as sessions:
        for association in ("SK", "UA"):
            await employ(sessions, of=association, roles=["coordinator"])
        lived = await _lives(sessions)
    async with served(exchanges(only_web)) as address:
        yield World(address, **lived)


async def _lives(sessions: Sessions) -> dict[str, object]:
    await the_copies(sessions)
    programme = (a_plan(16), a_plan(16, 14, 17), a_plan(17), a_plan(18, mode=Mode.ONLINE))
    building = await planned(sessions, *programme)
    delegate, second, _ = await invited(sessions, building, "a@example.org", "b@example.org", "c@example.org")
    await answered(sessions, building, delegate, DelegateAnswer.ACCEPTED)
    await drafted(sessions, building)
    await signed(sessions, building, Party.VOP)
    agreed = await planned(sessions, a_plan(22), a_plan(23), a_plan(24))
    await committed(sessions, agreed, "d@example.org", "e@example.org")
    begun = await planned(sessions, a_plan(8), a_plan(9))
    await under_way(sessions, begun, "f@example.org", "g@example.org")
    host = await contact_of(sessions, building, ParticipantRole.HOST)
    return {
        "building": building,
        "agreed": agreed,
        "begun": begun,
        "delegate": delegate,
        "invitation": await _link(sessions, second),
        "signature": f"/exchanges/i/{links.token(LINK_KEY, host.link_id)}",
    }


async def _link(sessions: Sessions, participant_id: UUID) -> str:
    async with sessions.begin() as session:
        [link] = await links.of_subject(session, str(participant_id))
    return f"/exchanges/i/{links.token(LINK_KEY, link.id)}"


async def sign_in(page: Page, world: World, *, of: str = "SK") -> None:
    await page.goto(f"{world.address}/exchanges/signin")
    await page.locator("section", has_text=of).get_by_role("button").click()


class TestExchangesPages:
    @pytest.mark.parametrize("language", ["en", "uk"])
    async def test_are_accessible(
        self, open_page: OpenPage, world: World, language: str
    ) -> None:
        page = await open_page(f"{world.address}/exchanges/signin?lang={language}")
        await page.locator("section", has_text="SK").get_by_role("button").click()

        for path in world.pages:
            await page.goto(world.address + path)
            await assert_accessible(page)
