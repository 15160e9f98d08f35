"""Every page that people reach by links: axe in light and dark, at 320 pixels.

In Ukrainian, whose words are the longest; tests of single pages look at English too.
"""

import re
from collections import deque
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.async_api import Page

from tests.browser import coordinator
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.journeys.people import Person, next_letter
from tests.journeys.visits import draft, plan
from tests.stage import ZUZANA, Stage

pytestmark = [pytest.mark.browser, pytest.mark.journey]

STARTS = (
    "/registry/clusters",
    "/registry/clusters?q=nothing-like-it",
    "/exchanges/schedule?view=month",
    "/exchanges/schedule?view=list",
    "/notifications/today",
    "/analytics/",
    "/mailbox",
    *(f"/{name}/status" for name in ("registry", "exchanges", "notifications", "analytics")),
)
LANGUAGE = "uk"
# What stands for one of many: numbers, codes, ids, days, the name of a type.
ONE_OF_MANY = re.compile(r"/[^/?]*[0-9A-Z.][^/?]*|\?.*")
LINKS = "links => links.map(link => link.href.split('#')[0])"


async def test_every_page_reached_by_links_is_accessible(
    stage: Stage, zuzana: Person, open_page: OpenPage
) -> None:
    story = "pages"
    number = plan(zuzana, stage.a_week(), story)["number"]
    draft(zuzana, number)
    next_letter(stage.talka, f"ho-{story}@example.org", 0)  # so that the ledger has a row
    page = await open_page()
    await coordinator.sign_in(page, stage.talka, ZUZANA)

    seen: set[str] = set()
    waiting = deque([*STARTS, f"/exchanges/visits/{number}"])
    while waiting:
        path = waiting.popleft()
        if (kind := ONE_OF_MANY.sub("/…", path)) not in seen:
            seen.add(kind)
            await go(page, stage, path)
            await assert_accessible(page)
            waiting.extend(await paths_from(page))
    assert len(seen) > len(STARTS) * 6, sorted(seen)


async def go(page: Page, stage: Stage, path: str) -> None:
    answer = await page.goto(
        f"{stage.talka.address}{path}{'&' if '?' in path else '?'}lang={LANGUAGE}"
    )
    assert answer is not None
    assert answer.ok, path


async def paths_from(page: Page) -> list[str]:
    """Where the links of a page lead to within Talka; files and JSON are left to others."""
    found: list[str] = await page.locator("a[href]:not([download])").evaluate_all(LINKS)
    here = urlsplit(page.url).netloc
    return [
        urlunsplit(("", "", *parts[2:]))
        for parts in map(urlsplit, found)
        if parts.netloc == here and not parts.path.endswith(".json")
    ]
