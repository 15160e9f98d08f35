"""Every component in every state, looked at by axe, by narrow windows and by the keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible, assert_reflows
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.ui.site import site

pytestmark = pytest.mark.browser


@pytest.fixture
async def gallery() -> AsyncIterator[str]:
    async with served(site()) as address:
        yield f"{address}/registry/gallery"


class TestGallery:
    @pytest.mark.parametrize("language", ["en", "uk"])
    @pytest.mark.parametrize("width", [1440, 390])
    async def test_is_accessible(
        self, gallery: str, open_page: OpenPage, width: int, language: str
    ) -> None:
        page = await open_page(f"{gallery}?lang={language}", width=width)

        await assert_accessible(page)

    async def test_is_accessible_with_a_refused_form(
        self, gallery: str, open_page: OpenPage
    ) -> None:
        page = await open_page(f"{gallery}?wrong=1")

        await assert_accessible(page)
        await expect(page.locator(".errors")).to_be_focused()
        await expect(page).to_have_title("Error: Gallery · Talka")

    async def test_fits_a_narrow_window_with_open_menus(
        self, gallery: str, open_page: OpenPage
    ) -> None:
        page = await open_page(gallery, width=320)
        await page.locator("table .menu summary").first.click()

        await assert_reflows(page)

    async def test_says_the_same_in_a_table_and_in_cards(
        self, gallery: str, open_page: OpenPage
    ) -> None:
        wide = await open_page(gallery)
        narrow = await open_page(gallery, width=390)

        assert await cells(wide) == await cells(narrow)


class TestKeyboard:
    async def test_skips_to_the_content(self, gallery: str, open_page: OpenPage) -> None:
        page = await open_page(gallery)

        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()

    async def test_finds_the_search(self, gallery: str, open_page: OpenPage) -> None:
        page = await open_page(gallery)

        await page.keyboard.press("/")

        await expect(page.locator("input[type=search]")).to_be_focused()

    async def test_opens_and_closes_a_menu(self, gallery: str, open_page: OpenPage) -> None:
        page = await open_page(gallery)
        summary = page.locator("table .menu summary").first

        await summary.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("table .menu").first).to_have_attribute("open", "")
        await page.keyboard.press("Escape")

        await expect(page.locator("table .menu").first).not_to_have_attribute("open", "")
        await expect(summary).to_be_focused()


class TestPhone:
    @pytest.mark.parametrize("script", [True, False])
    async def test_opens_the_bar_behind_its_button(
        self, gallery: str, open_page: OpenPage, *, script: bool
    ) -> None:
        page = await open_page(gallery, width=390, script=script)
        bar = page.get_by_role("navigation", name="Main")

        await expect(bar).to_be_hidden()
        await page.get_by_role("button", name="Menu", exact=True).click()

        await expect(bar).to_be_visible()


async def cells(page: Page) -> list[tuple[str, str, str]]:
    """Row header, column header and value of every cell of the first table."""
    read: list[list[str]] = await page.evaluate("""() => {
      const table = document.querySelector("table");
      const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
      return [...table.tBodies[0].rows].flatMap(row => [...row.cells].slice(1).map(
        (cell, i) => [row.cells[0].textContent, heads[i + 1], cell.textContent]));
    }""")
    return [(row.strip(), head, value.strip()) for row, head, value in read]
