"""The pages of visits, looked at by axe and in narrow windows; a visit lived without JavaScript."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
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
from tests.exchanges.builders import LVIV_CLUSTER, NITRA_CLUSTER, NOON, a_plan
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
from tests.links import of_subject
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@dataclass(frozen=True)
class World:
    """A running exchanges with visits at four points of their lives, and two links."""

    address: str
    building: Visit
    agreed: Visit
    begun: Visit
    delegate: UUID
    person: UUID
    invitation: str
    signature: str

    @property
    def pages(self) -> tuple[str, ...]:
        new = "/exchanges/visits/new"
        building, agreed, begun = (
            f"/exchanges/visits/{visit.number}"
            for visit in (self.building, self.agreed, self.begun)
        )
        pair = f"visitor={LVIV_CLUSTER}&host={NITRA_CLUSTER}"
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
            "/exchanges/people",
            "/exchanges/people?q=nobody",
            f"/exchanges/people/{self.person}/forget",
            self.invitation,
            self.signature,
        )

    @property
    def forms(self) -> tuple[tuple[str, str], ...]:
        """Forms that refuse to be sent as they are, and the button that sends them."""
        building = f"/exchanges/visits/{self.building.number}"
        pair = f"visitor={LVIV_CLUSTER}&host={NITRA_CLUSTER}"
        return (
            (f"/exchanges/visits/new?{pair}", "Plan the visit"),
            (f"{building}/invite", "Send the invitations"),
            (f"{building}/cancel", "Cancel the visit"),
            (f"{building}/sessions/new", "Add the session"),
            (f"{building}/commitment", "Change the goals"),
            (f"/exchanges/people/{self.person}/forget", "Forget the person"),
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
            await employ(sessions, of=association, roles=["coordinator", "back_office"])
        lived = await _lives(sessions)
    async with served(exchanges(only_web)) as address:
        yield World(address, **lived)


async def _lives(sessions: Sessions) -> dict[str, Any]:
    await the_copies(sessions)
    programme = (a_plan(16), a_plan(16, 14, 17), a_plan(17), a_plan(18, mode=Mode.ONLINE))
    building = await planned(sessions, *programme)
    mails = ("anna@example.org", "borys@example.org", "cyril@example.org")
    delegate, second, _ = await invited(sessions, building, *mails)
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
        "person": host.person_id,
        "invitation": await _link(sessions, second),
        "signature": f"/exchanges/i/{links.token(LINK_KEY, host.link_id)}",
    }


async def _link(sessions: Sessions, participant_id: UUID) -> str:
    async with sessions.begin() as session:
        [link] = await of_subject(session, str(participant_id))
    return f"/exchanges/i/{links.token(LINK_KEY, link.id)}"


async def act_as(page: Page, world: World, of: str, *, language: str = "en") -> None:
    await page.goto(f"{world.address}/exchanges/signin")
    await page.locator("section", has_text=of).get_by_role("button").click()
    await page.goto(f"{world.address}/exchanges/schedule?lang={language}")


class TestExchangesPages:
    @pytest.mark.parametrize("language", ["en", "uk"])
    async def test_are_accessible(self, world: World, open_page: OpenPage, language: str) -> None:
        page = await open_page()
        await act_as(page, world, "SK", language=language)

        for path in world.pages:
            await page.goto(world.address + path)
            await assert_accessible(page)
            assert await page.evaluate(FITS), f"{path} is wider than its window"

    async def test_stay_accessible_when_they_refuse(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await act_as(page, world, "SK")

        for path, act in world.forms:
            await page.goto(world.address + path)
            await page.get_by_role("button", name=act).first.click()
            await expect(page.locator(".errors")).to_be_visible()
            await assert_accessible(page)

    async def test_x11_a_move_shows_old_and_new(self, world: World, open_page: OpenPage) -> None:
        page = await open_page()
        await act_as(page, world, "SK")

        await page.goto(f"{world.address}/exchanges/visits/{world.agreed.number}/move")
        await page.get_by_role("button", name="See what it means").first.click()

        await expect(page.get_by_text("2 delegates get one mail each")).to_be_visible()
        await assert_accessible(page)

    async def test_an_invitation_is_answered_on_a_phone_without_javascript(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page(
            f"{world.address}{world.invitation}?lang=en", width=390, script=False
        )

        await page.get_by_role("button", name="I am coming").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("You are coming: thank you")
        await expect(page.get_by_role("link", name="Add to my calendar")).to_be_visible()

    async def test_a_code_is_asked_for_without_javascript(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page(f"{world.address}{world.signature}?lang=en", width=390, script=False)

        await page.get_by_role("button", name="Send me the code").click()
        await page.get_by_label("Code of six digits").fill("000000")
        await page.get_by_role("button", name="Sign the text").click()

        await expect(page.locator(".errors")).to_contain_text("This is not the code.")

    async def test_the_activity_of_a_visit_follows_what_happens(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await act_as(page, world, "SK")
        await page.goto(f"{world.address}/exchanges/visits/{world.building.number}")
        await expect(page.locator("#activity")).to_contain_text("Signed: Association")

        guest = await open_page(f"{world.address}{world.invitation}?lang=en")
        await guest.get_by_role("button", name="I cannot come").click()

        await expect(page.locator("#activity")).to_contain_text("Declined: borys")
