"""Messages and Today, looked at by axe and in narrow windows, and used without JavaScript."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.local.keyring import Keyring
from services.chassis.database import Sessions
from services.notifications.app import notifications
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.notifications.conftest import fail_the_first
from tests.notifications.events import (
    MAREK,
    OLENA,
    drafted,
    invited,
    marek,
    opened,
    person,
    session_planned,
)
from tests.notifications.story import Story
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

MESSAGES = "/notifications/deliveries"
TODAY = "/notifications/today"


@pytest.fixture
async def address(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """The service with a visit under way to be agreed, under its address."""
    database = await databases("notifications")
    settings = settings_for("notifications", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await _a_visit(sessions)
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with served(notifications(only_web)) as found:
        yield found


async def _a_visit(sessions: Sessions) -> None:
    for association in ("SK", "UA", "PL"):
        await employ(sessions, of=association, roles=["coordinator", "back_office"])
    story = Story(sessions)
    await story.tell(person(), marek(), opened(), session_planned(1), session_planned(2))
    await story.tell(invited(OLENA), invited(MAREK), drafted())
    await fail_the_first(sessions)


async def sign_in(page: Page, address: str, association: str, language: str = "en") -> None:
    await page.goto(f"{address}/notifications/signin?lang={language}")
    await page.locator("section", has_text=association).get_by_role("button").first.click()


class TestNotificationsPages:
    @pytest.mark.parametrize("language", ["en", "uk"])
    @pytest.mark.parametrize("association", ["UA", "PL"])
    async def test_are_accessible(
        self, address: str, open_page: OpenPage, association: str, language: str
    ) -> None:
        page = await open_page()
        await sign_in(page, address, association, language)

        for path in (TODAY, MESSAGES, f"{MESSAGES}?state=closed"):
            await page.goto(f"{address}{path}")
            await assert_accessible(page)

    async def test_a_failed_message_is_accessible_also_when_it_is_refused(
        self, address: str, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await sign_in(page, address, "UA")
        await page.goto(f"{address}{MESSAGES}?state=dead")
        await page.get_by_role("link", name="Invitation").click()
        await assert_accessible(page)

        await page.get_by_role("button", name="Send again").click()

        await expect(page.locator(".errors")).to_contain_text("Say why")
        await assert_accessible(page)

    @pytest.mark.parametrize("width", [1440, 390])
    async def test_a_failed_message_is_found_and_sent_again_without_javascript(
        self, address: str, open_page: OpenPage, width: int
    ) -> None:
        page = await open_page(script=False, width=width)
        await sign_in(page, address, "UA")
        await page.goto(f"{address}{MESSAGES}")

        await page.get_by_label("Person, visit or cluster").fill("kovalenko")
        await page.get_by_role("button", name="Apply").click()
        await page.get_by_role("link", name="Invitation").click()
        await page.get_by_label("Reason").fill("the mailbox was made")
        await page.get_by_role("button", name="Send again").click()

        await expect(page.get_by_text("The message will be sent again.")).to_be_visible()
        await expect(page.get_by_text("Waiting to be sent")).to_be_visible()

    async def test_a_task_is_ticked_off_and_taken_back_without_javascript(
        self, address: str, open_page: OpenPage
    ) -> None:
        page = await open_page(script=False, width=390)
        await sign_in(page, address, "SK")
        await page.goto(f"{address}{TODAY}")
        row = page.get_by_role("row", name="Sign the commitment")

        await row.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("heading", name="Just done")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()

        await expect(row).to_be_visible()
