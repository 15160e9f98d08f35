"""The pages that every service has, looked at by axe and in narrow windows, and used by people."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from deploy.local.keyring import Keyring
from services.chassis.database import Sessions
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import a_site, employ
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/registry/status",
    "/registry/parked",
    "/registry/catalogue",
    "/registry/catalogue/talka.registry.cluster.published.v1",
    "/registry/accessibility",
    "/registry/nowhere",
)


@pytest.fixture
async def address(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """A small service with an operator and a coordinator, under its address."""
    database = await databases("chassis")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await _people(sessions)
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with served(a_site(only_web)) as found:
        yield found


async def _people(sessions: Sessions) -> None:
    await employ(sessions, of="ECA", roles=["operator"])
    await employ(sessions, of="SK", roles=["coordinator", "back_office"])


class TestCommonPages:
    @pytest.mark.parametrize("language", ["en", "uk"])
    async def test_are_accessible(self, address: str, open_page: OpenPage, language: str) -> None:
        page = await open_page(f"{address}/registry/signin?lang={language}")
        await assert_accessible(page)
        await page.locator("section", has_text="ECA").get_by_role("button").click()

        for path in ADDRESSES:
            await page.goto(f"{address}{path}?lang={language}")
            await assert_accessible(page)

    @pytest.mark.parametrize("script", [True, False])
    async def test_let_a_person_in_and_out(
        self, address: str, open_page: OpenPage, *, script: bool
    ) -> None:
        page = await open_page(f"{address}/registry/catalogue", width=390, script=script)
        await expect(page).to_have_url(re.compile(r"/registry/signin\?next=/registry/catalogue$"))

        await page.locator("section", has_text="SK").get_by_role("button").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Event catalogue")

        await page.get_by_role("button", name="Menu").click()
        await expect(page.locator(".who")).to_contain_text("Back office, Exchange coordinator")
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    @pytest.mark.parametrize("script", [True, False])
    async def test_filter_the_catalogue_at_an_address_that_can_be_sent_on(
        self, address: str, open_page: OpenPage, *, script: bool
    ) -> None:
        page = await open_page(f"{address}/registry/signin", script=script)
        await page.locator("section", has_text="SK").get_by_role("button").click()
        await page.goto(f"{address}/registry/catalogue")

        await page.get_by_label("Search by name or meaning").fill("cluster.suspended")
        await page.get_by_role("button", name="Apply").click()

        await expect(page.get_by_role("row")).to_have_count(2)
        await expect(page).to_have_url(
            re.compile(r"/registry/catalogue\?q=cluster.suspended&of=registry$")
        )

    async def test_say_how_many_rows_a_filter_left_and_when_the_connection_is_lost(
        self, address: str, open_page: OpenPage
    ) -> None:
        start = f"{address}/registry/signin?next=/registry/catalogue"
        page = await open_page(start, failing=True)
        await page.locator("section", has_text="SK").get_by_role("button").click()
        search = page.get_by_label("Search by name or meaning")

        await search.fill("cluster.suspended")
        await search.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("1 event type")

        await page.route("**/catalogue?**", lambda route: route.abort())
        await search.fill("cluster")
        await search.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("What you typed is still here")
        await expect(search).to_have_value("cluster")

    async def test_switch_the_language_and_stay(self, address: str, open_page: OpenPage) -> None:
        page = await open_page(f"{address}/registry/signin?next=/registry/status")

        await page.get_by_role("button", name="Menu").click()
        await page.locator(".menu.up summary").click()
        await page.get_by_role("link", name="Українська").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("Увійти")
        await expect(page).to_have_url(re.compile(r"next=%2Fregistry%2Fstatus&lang=uk$"))
