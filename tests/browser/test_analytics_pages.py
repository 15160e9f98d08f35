"""The pages of figures, looked at by axe and in narrow windows, and read without JavaScript."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from contracts.vocabulary import Mode
from deploy.local.keyring import Keyring
from services.analytics.app import analytics
from services.chassis.database import Sessions
from tests.analytics.cluster_stories import ClusterStory
from tests.analytics.stories import MONDAY, a_held_visit
from tests.analytics.test_reports import caught_up
from tests.analytics.topics import tell
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/analytics/?period=season-2026",
    "/analytics/?period=2026-05",
    "/analytics/figures/K-01?period=2027-Q1",
    "/analytics/figures/K-18?period=2027-02",
    "/analytics/figures/K-11?period=2027-Q1&basis=operating",
    "/analytics/definitions",
    "/analytics/streams",
)


@pytest.fixture
async def address(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """The service with a season of visits, under its address."""
    database = await databases("analytics")
    settings = settings_for("analytics", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await _a_season(sessions)
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with served(analytics(only_web)) as found:
        yield found


async def _a_season(sessions: Sessions) -> None:
    await employ(sessions, of="SK", roles=["coordinator"])
    await employ(sessions, of="ECA", roles=["analyst"])
    pairs = [("UA", "SK"), ("UA", "SK"), ("UA", "PL"), ("CZ", "SK"), ("LT", "RO"), ("PL", "UA")]
    clusters = [ClusterStory(country) for country, _ in pairs]
    for cluster in clusters:
        cluster.publish(on=date(2027, 1, 10))
    visits = [
        a_held_visit(
            visitor=visitor,
            host=host,
            first=MONDAY - timedelta(days=7 * n),
            mode=Mode.ONLINE if n == 0 else Mode.ON_SITE,
        )
        for n, (visitor, host) in enumerate(pairs)
    ]
    await tell(sessions, *visits, *clusters)
    await caught_up(sessions, datetime.now(UTC))


class TestAnalyticsPages:
    @pytest.mark.parametrize("language", ["en", "uk"])
    async def test_are_accessible(self, address: str, open_page: OpenPage, language: str) -> None:
        page = await open_page(f"{address}/analytics/signin?lang={language}")
        await page.locator("section", has_text="SK").get_by_role("button").click()

        for path in ADDRESSES:
            await page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            await assert_accessible(page)

    async def test_the_table_says_what_the_chart_shows(
        self, address: str, open_page: OpenPage
    ) -> None:
        page = await open_page(f"{address}/analytics/signin")
        await page.locator("section", has_text="SK").get_by_role("button").click()
        await page.goto(f"{address}/analytics/?period=season-2026")

        chart = page.get_by_role("img", name="Exchanges completed")
        await expect(chart).to_contain_text("Ukraine")
        await page.get_by_text("Show as table").click()
        row = page.get_by_role("row", name="Ukraine").filter(has=page.get_by_role("cell")).first

        await expect(row.get_by_role("cell").first).to_have_text("3")

    async def test_choosing_a_period_and_a_figure_needs_no_javascript(
        self, address: str, open_page: OpenPage
    ) -> None:
        page = await open_page(f"{address}/analytics/signin", width=390, script=False)
        await page.locator("section", has_text="SK").get_by_role("button").click()
        await page.goto(f"{address}/analytics/")

        await page.get_by_label("Period", exact=True).select_option("programme")
        await page.get_by_label("Figure in the chart").select_option("K-11")
        await page.get_by_role("button", name="Apply").click()

        await expect(page.get_by_role("heading", name="Published clusters")).to_be_visible()
        await expect(page.locator(".lead")).to_contain_text("Whole programme")
