"""Organisations and members as they are served: axe in light and dark, en and uk, at 320 pixels."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from contracts.vocabulary import ClusterState
from deploy.local.keyring import Keyring
from services.registry.app import registry
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.registry.builders import a_cluster, a_profile, an_association, saved
from tests.registry.members import declare, edrpou, joining, memberships
from tests.registry.test_merging import MAREK_OF_PL, POLISH, requests
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser

MEMBERS = "/registry/clusters/CL-1091/members"
HOME = "/registry/organisations"
PAGES = (
    MEMBERS,
    f"{MEMBERS}?on=2025-01-01&known_on=2026-01-01",
    f"{MEMBERS}?q=nobody",
    f"{MEMBERS}/new",
    HOME,
    f"{HOME}?q=nobody",
    f"{HOME}/new",
    f"{HOME}/OR-20002",
    f"{HOME}/OR-20002/edit",
    f"{HOME}/OR-20002/merge",
    f"{HOME}/requests",
    f"{HOME}/requests?state=declined",
)
ACTS = ("end", "correct", "withdraw")


@pytest.fixture
async def pages(
    databases: Databases, keyring: Keyring, tmp_path: Path
) -> AsyncIterator[tuple[str, tuple[str, ...]]]:
    """The registry with members of two associations, its address and the pages to look at."""
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
        theirs = a_profile(legal_id=edrpou(99))
        await saved(
            sessions,
            a_cluster(number="CL-1091", state=ClusterState.PUBLISHED),
            a_cluster(
                number="CL-1100", association="PL", profile=theirs, state=ClusterState.PUBLISHED
            ),
        )
        for association in ("UA", "PL"):
            await employ(sessions, of=association, roles=["back_office"])
        async with sessions_of(database.app) as behind_the_wall:
            theirs_too = joining(1, cluster="CL-1100", **POLISH)
            await declare(behind_the_wall, theirs_too, actor=MAREK_OF_PL)
            many = [joining(n) for n in range(2, 40)]
            await declare(behind_the_wall, *many, joining(1, **POLISH))
        membership = next(each for each in await memberships(sessions) if each.association == "UA")
        [request] = await requests(sessions)
    found = (
        *PAGES,
        *(f"/registry/memberships/{membership.id}/{act}" for act in ACTS),
        f"{HOME}/requests/{request.id}",
    )
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with served(registry(only_web)) as address:
        yield address, found


async def sign_in(page: Page, address: str, association: str, language: str) -> None:
    await page.goto(f"{address}/registry/signin?lang={language}")
    await page.locator("section", has_text=association).get_by_role("button").first.click()


@pytest.mark.parametrize(("association", "language"), [("UA", "en"), ("UA", "uk"), ("PL", "en")])
async def test_r05_r06_pages_are_accessible(
    pages: tuple[str, tuple[str, ...]], open_page: OpenPage, association: str, language: str
) -> None:
    address, found = pages
    page = await open_page()
    await sign_in(page, address, association, language)

    for path in found:
        await page.goto(f"{address}{path}")
        await assert_accessible(page)
