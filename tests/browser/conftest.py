"""A real Chromium for stories and looks; each page is a window of its own and free of errors."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.waiting import PATIENCE_SECONDS

OpenPage = Callable[..., Awaitable[Page]]

expect.set_options(timeout=PATIENCE_SECONDS * 1000)

# A refused form and a page that is not there are answers, not errors of the page.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The Chromium named by `TALKA_CHROMIUM`, the system's, or Playwright's own."""
    found = os.environ.get("TALKA_CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = await playwright.chromium.launch(executable_path=found, args=arguments)
        yield launched
        await launched.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens a page in a window of its own: `await open_page(address, width=390, script=False)`.

    Cookies are shared by nobody, so two pages are two people. At the end no page may have
    written an error to its console: a broken script, or something that the policy forbids.
    Only a page that is `failing` may, because the test breaks its connection on purpose.
    A test asks for its server first, so that the server outlives the pages: they follow streams.
    """
    errors: list[str] = []

    async def open_one(
        address: str = "",
        *,
        width: int = 1440,
        script: bool = True,
        dark: bool = False,
        language: str = "en-GB",
        failing: bool = False,
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",  # no colour is measured half-way
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        if not failing:
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda said: errors.append(said.text) if is_error(said) else None)
        if address:
            await page.goto(address)
        return page

    yield open_one
    for context in browser.contexts:
        await context.close()
    assert errors == []


def is_error(said: ConsoleMessage) -> bool:
    return said.type == "error" and not said.text.startswith(EXPECTED)
