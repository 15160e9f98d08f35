"""An import in its five steps, in a wide and a narrow window, looked at by axe in each."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.local.keyring import Keyring
from services.registry.app import registry
from services.registry.imports.work import imports
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.office import running
from tests.registry.import_room import EXPECTED, a_workshop
from tests.registry.imports import DATA
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

LIST = DATA / EXPECTED["file"]
ONE = re.compile(r"/registry/imports/IM-\d+$")


@pytest.fixture
async def address(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """The registry with the clusters of Poland, and its worker of imports beside it."""
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    only_web = settings.model_copy(update={"role": "web"})
    async with sessions_of(database.worker) as sessions, running(registry(settings)) as app:
        await a_workshop(app, sessions)
        worker = asyncio.create_task(imports(app))
        async with served(registry(only_web)) as found:
            yield found
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def sign_in(page: Page, address: str) -> None:
    await page.goto(f"{address}/registry/signin")
    await page.locator("section", has_text="PL").get_by_role("button").first.click()
    await page.goto(f"{address}/registry/imports?lang=en")


async def uploaded(page: Page, address: str) -> None:
    await page.goto(f"{address}/registry/imports/new")
    await page.locator("input[type=file]").set_input_files(LIST)
    await page.get_by_role("button", name="Upload").click()
    await page.wait_for_url(ONE)


class TestFiveSteps:
    @pytest.mark.parametrize("width", [1440, 390])
    async def test_r19_from_a_file_to_records_and_back(
        self, address: str, open_page: OpenPage, width: int
    ) -> None:
        page = await open_page(width=width)
        await sign_in(page, address)
        await assert_accessible(page)
        await page.get_by_role("link", name="Import a spreadsheet").first.click()
        await assert_accessible(page)
        await uploaded(page, address)

        check = page.get_by_role("button", name="Check the rows")
        await expect(check).to_be_visible()
        await assert_accessible(page)
        await check.click()

        await expect(page.get_by_role("heading", name="29 rows need attention")).to_be_visible()
        await assert_accessible(page)
        line = page.get_by_role("link", name=re.compile("^Row ")).first
        await line.click()
        await expect(page.locator("input:focus")).to_be_visible()

        await page.get_by_role("link", name="Import the 111 good rows only").click()
        save = page.get_by_role("button", name="Save 111 rows")
        await expect(save).to_be_visible()
        await assert_accessible(page)
        await save.click()

        undo = page.get_by_role("link", name="Undo this import")
        await expect(undo).to_be_visible()
        await expect(page.get_by_role("definition").nth(0)).to_have_text("111")
        await assert_accessible(page)
        await undo.click()
        await assert_accessible(page)
        await page.get_by_label("Reason").fill("the wrong list")
        await page.get_by_role("button", name="Undo this import").click()
        await expect(page.get_by_text("Everything that was saved is taken back.")).to_be_visible()
        await assert_accessible(page)


class TestProblems:
    async def test_r19_words_typed_and_a_choice_are_checked_again(
        self, address: str, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await sign_in(page, address)
        await uploaded(page, address)
        await page.get_by_role("button", name="Check the rows").click()
        await expect(page.get_by_role("heading", name="29 rows need attention")).to_be_visible()

        twice = page.get_by_role("radio", name="Keep the first row, leave this one out").first
        await twice.check()
        await page.get_by_role("button", name="Check again").click()

        await expect(page.get_by_role("heading", name="28 rows need attention")).to_be_visible()

    async def test_r19_a_picture_is_refused_at_its_field_without_scripts(
        self, address: str, open_page: OpenPage, tmp_path: Path
    ) -> None:
        picture = tmp_path / "list.xlsx"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" * 9)
        page = await open_page(script=False)
        await sign_in(page, address)
        await page.goto(f"{address}/registry/imports/new")

        await page.locator("input[type=file]").set_input_files(picture)
        await page.get_by_role("button", name="Upload").click()

        await expect(page.locator("#f-file-error")).to_contain_text("This is no spreadsheet")
