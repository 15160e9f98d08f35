"""Every page of the journey as it is served: axe in light and dark, en and uk, at 320 pixels."""

import pytest
from playwright.async_api import Page

from tests.browser import coordinator
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.journeys.people import Person, next_letter
from tests.journeys.visits import draft, plan
from tests.stage import ZUZANA, Stage

pytestmark = [pytest.mark.browser, pytest.mark.journey]

MARTIN = "Martin Hudák"
SERVICES = ("registry", "exchanges", "notifications", "analytics")
PAGES = (
    "/registry/signin",
    *(f"/{service}/status" for service in SERVICES),
    "/registry/catalogue",
    "/registry/catalogue/talka.registry.cluster.declared.v1",
    "/registry/clusters",
    "/registry/clusters?q=nothing-like-it",
    "/registry/staff",
    "/registry/keys",
    "/registry/keys/new",
    "/registry/declarations",
    "/exchanges/schedule?view=month",
    "/exchanges/schedule?view=week",
    "/exchanges/schedule?view=list",
    "/exchanges/visits/new",
    "/notifications/today",
    "/notifications/deliveries",
    "/analytics/",
    "/analytics/definitions",
    "/analytics/streams",
    "/mailbox",
)
FIRST_OF_LIST = {
    "/registry/clusters": "tbody th a",
    "/registry/declarations": "tbody th a",
    "/notifications/deliveries": "tbody th a",
}


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_pages_of_the_running_talka_are_accessible(
    stage: Stage, zuzana: Person, open_page: OpenPage, language: str
) -> None:
    story = f"pages-{language}"
    number = plan(zuzana, stage.a_week(), story)["number"]
    draft(zuzana, number)
    next_letter(stage.talka, f"ho-{story}@example.org", 0)  # so that the ledger has a row
    page = await open_page()
    await coordinator.sign_in(page, stage.talka, ZUZANA)

    for path in (*PAGES, f"/exchanges/visits/{number}"):
        await go(page, stage, path, language)
        await assert_accessible(page)
        if path in FIRST_OF_LIST:
            await page.locator(FIRST_OF_LIST[path]).first.click()
            await page.wait_for_load_state()
            await assert_accessible(page)


async def go(page: Page, stage: Stage, path: str, language: str) -> None:
    answer = await page.goto(
        f"{stage.talka.address}{path}{'&' if '?' in path else '?'}lang={language}"
    )
    assert answer is not None
    assert answer.ok, path
