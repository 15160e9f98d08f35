"""The pages of posted declarations, looked at by axe and in narrow windows, and used by people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from deploy.local.keyring import Keyring
from services.chassis.database import Sessions
from services.registry.app import registry
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.registry import held
from tests.registry.test_declarations import a_declaration, post
from tests.settings import Databases, sessions_of, settings_for
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.browser

LIST = "/registry/declarations"
LABEL = "talka.registry.label.declared.v1"


@dataclass(frozen=True)
class World:
    """A running registry with one back office."""

    address: str
    sessions: Sessions
    staff: str

    async def filled(self) -> list[str]:
        """Post something good and something bad; gives the pages of both."""
        async with httpx.AsyncClient(base_url=self.address, timeout=PATIENCE_SECONDS) as client:
            await client.post(f"/registry/signin/as/{self.staff}")
            label = a_declaration() | {"type": LABEL, "data": held.a_label(ref="paper/7")}
            [event] = (await post(client, label)).json()["events"]
            await post(client, a_declaration(number=2, ecosystem="space-tourism", colour="green"))
            right = label["data"] | {"corrects": event, "issuer": "Another"}
            await post(client, label | {"id": "3", "data": right})
        one = f"{LIST}/one?source=urn:uca:register&id="
        return [
            *(f"{one}{name}" for name in ("1", "2", "3")),
            f"{LIST}/new?corrects={event}",
            f"{LIST}/{event}/withdraw",
            f"{LIST}?state=refused",
        ]


@pytest.fixture
async def world(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[World]:
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with sessions_of(database.worker) as sessions:
        await held.a_public_cluster(sessions)
        staff = await employ(sessions)
        async with served(registry(only_web)) as address:
            yield World(address, sessions, str(staff))


async def enter(page: Page, world: World) -> None:
    await page.goto(f"{world.address}/registry/signin")
    await page.locator("section", has_text="UA").get_by_role("button").click()


class TestPagesOfDeclarations:
    async def test_are_accessible_when_empty_and_when_filled(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await enter(page, world)
        empty = [
            LIST,
            f"{LIST}/new",
            *(f"{LIST}/new?type={LABEL}&as={how}" for how in ("form", "json")),
        ]

        for path in (*empty, *await world.filled(), LIST):
            answer = await page.goto(world.address + path)
            assert answer is not None
            assert (path, answer.status) == (path, 200)
            await assert_accessible(page)

    async def test_lead_to_what_is_wrong_and_take_it_when_it_is_right(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await enter(page, world)
        await page.goto(f"{world.address}{LIST}/new")
        await page.get_by_label("What is it about?").select_option(LABEL)
        await page.get_by_role("button", name="Go on").click()

        await page.get_by_label("cluster.number").fill(held.NUMBER)
        await page.get_by_label("level").select_option("silver")
        await page.get_by_label("from_day").fill(held.in_days(-9))
        await page.get_by_label("until_day").fill(held.in_days(90))
        await page.get_by_role("button", name="Post it").click()
        await assert_accessible(page)
        await page.locator(".errors a").first.click()
        await expect(page.locator("#f-issuer")).to_be_focused()
        await page.keyboard.type("ESCA")
        await page.get_by_role("button", name="Post it").click()

        await expect(page.get_by_text("The declaration is taken.")).to_be_visible()
        await assert_accessible(page)
