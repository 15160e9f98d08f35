"""Clusters as they are served: axe in both schemes, at 320 pixels; two people at one profile."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from contracts.vocabulary import ClusterState
from deploy.local.keyring import Keyring
from services.registry.app import registry
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.registry.builders import a_cluster, a_profile, an_association, saved
from tests.registry.test_completeness import SPARSE
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

HOME = "/registry/clusters"
ONE = f"{HOME}/CL-1091"
PAGES = (
    HOME,
    f"{HOME}?q=lviv&ecosystem=digital",
    f"{HOME}?q=nobody",
    f"{HOME}/new",
    ONE,
    f"{ONE}/edit",
    f"{ONE}/move",
    f"{ONE}/suspend",
    f"{ONE}/archive",
    f"{ONE}/waiver",
    f"{ONE}/history",
    f"{HOME}/CL-1092",
    f"{HOME}/CL-1093/review",
    f"{HOME}/CL-1094/review",
    f"{HOME}/CL-1094/return-version",
    "/registry/rule-packs",
    "/registry/rule-packs/new",
)
TRANSLATED = a_profile(services={"uk": "Навчання", "pl": "Szkolenia"}, machine_translated=("pl",))


@pytest.fixture
async def address(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[str]:
    """The registry with clusters in several states and two people of their back office."""
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await saved(
            sessions,
            an_association(),
            a_cluster(number="CL-1091", state=ClusterState.PUBLISHED, profile=TRANSLATED),
            a_cluster(
                number="CL-1092",
                state=ClusterState.DORMANT,
                profile=SPARSE,
                legal_value="2",
                confirmed_on=date(2025, 1, 1),
            ),
            a_cluster(number="CL-1093", state=ClusterState.IN_REVIEW, legal_value="3"),
            a_cluster(number="CL-1094", state=ClusterState.UNDER_REVISION, legal_value="4"),
        )
        for _ in range(2):
            await employ(sessions, of="UA", roles=["back_office"])
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with served(registry(only_web)) as found:
        yield found


async def sign_in(page: Page, address: str, language: str = "en", *, who: int = 0) -> None:
    await page.goto(f"{address}/registry/signin?lang={language}")
    await page.locator("section", has_text="UA").get_by_role("button").nth(who).click()


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_cluster_pages_are_accessible(
    address: str, open_page: OpenPage, language: str
) -> None:
    page = await open_page()
    await sign_in(page, address, language)

    for path in PAGES:
        answer = await page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.ok, path
        await assert_accessible(page)


async def test_r18_two_people_edit_one_profile(address: str, open_page: OpenPage) -> None:
    first, second = await open_page(), await open_page(width=390)
    for who, page in enumerate((first, second)):
        await sign_in(page, address, who=who)
        await page.goto(f"{address}{ONE}/edit")
    await first.get_by_label("Web page").fill("https://first.example")
    await second.get_by_label("Web page").fill("https://second.example")
    await second.get_by_label("Technologies").fill("software, robots")

    await first.get_by_role("button", name="Save").click()
    await expect(first.get_by_text("https://first.example")).to_be_visible()
    await second.get_by_role("button", name="Save").click()

    await expect(second.get_by_text("Somebody changed this since you opened it.")).to_be_visible()
    both = second.get_by_role("table", name="Both versions, field by field")
    await expect(both).to_contain_text("https://first.example")
    await expect(both).to_contain_text("https://second.example")
    await expect(both).not_to_contain_text("robots")  # nobody else changed that
    await assert_accessible(second)

    await second.get_by_role("button", name="Save").click()
    await expect(second.get_by_text("https://second.example")).to_be_visible()
    await expect(second.get_by_text("robots")).to_be_visible()
