"""The pages of what clusters hold, and of centres, looked at by axe and on phones."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from contracts.vocabulary import ClusterState
from deploy.local.keyring import Keyring
from services.chassis.database import Sessions
from services.registry.app import registry
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.registry import held
from tests.registry.builders import a_cluster, an_association, saved
from tests.registry.test_centres import a_centre, a_service, link, somebody
from tests.settings import Databases, sessions_of, settings_for
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.browser

LISTS = tuple(
    f"/registry/{kind}" for kind in ("labels", "participations", "sites", "offers", "centres")
)
CENTRE = "/registry/centres/CRC-AGR"
NEW = tuple(f"{kind}/new" for kind in LISTS[:-1])
NOBODY = "0197a4f0-5b7e-7d11-9c52-6f0f4e2b8a10"


@dataclass(frozen=True)
class World:
    """A running registry, and the pages of one thing of each kind once it is `filled`."""

    address: str
    sessions: Sessions
    staff: str

    async def filled(self) -> list[str]:
        """Post one of each; gives their pages, and those of the acts on them."""
        async with httpx.AsyncClient(base_url=self.address, timeout=PATIENCE_SECONDS) as client:
            await client.post(f"/registry/signin/as/{self.staff}")
            await held.taken(client, "label", **held.a_label(until_day=held.in_days(40)))
            await held.taken(client, "participation", **held.a_participation())
            await held.taken(client, "site", **held.a_site())
            await held.taken(client, "offer", **held.an_offer())
            await a_centre(self.sessions)
            await somebody(self.sessions, "Олена Щербак")
            await link(client, held.NUMBER, "served")
            await held.taken(client, "centre_service", **a_service())
            service = (await client.get("/registry/v1/centres/CRC-AGR")).json()["services"][0]["id"]
            one = {
                kind: f"{kind}/{(await client.get(self._door(kind))).json()['items'][0]['id']}"
                for kind in LISTS[:-1]
            }
        labels, participations, sites, offers = one.values()
        return [
            *one.values(),
            f"{labels}/withdraw",
            *(f"{participations}/edit", f"{participations}/end"),
            *(f"{sites}/edit", f"{sites}/close", f"{offers}/withdraw"),
            *(CENTRE, f"{CENTRE}/link", f"{CENTRE}/offer", f"{CENTRE}/rota"),
            *(f"{CENTRE}/services/{service}", f"{CENTRE}/unlink/{held.NUMBER}/served"),
            f"/registry/clusters/{held.NUMBER}",
        ]

    @staticmethod
    def _door(kind: str) -> str:
        return kind.replace("/registry/", "/registry/v1/")


@pytest.fixture
async def world(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[World]:
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    only_web = settings.model_copy(update={"role": "web"})  # nothing runs beside the requests
    async with sessions_of(database.worker) as sessions:
        await held.a_public_cluster(sessions)
        await saved(
            sessions,
            a_cluster(
                state=ClusterState.PUBLISHED,
                number="CL-2002",
                association="PL",
                legal_value="5260001246",
                country="PL",
            ),
            an_association("PL", "Europe/Warsaw"),
        )
        staff = await employ(sessions)
        await employ(sessions, of="PL", roles=["coordinator"])
        async with served(registry(only_web)) as address:
            yield World(address, sessions, str(staff))


async def act_as(page: Page, world: World, of: str, *, language: str = "en") -> None:
    await page.goto(f"{world.address}/registry/signin")
    await page.locator("section", has_text=of).get_by_role("button").click()
    await page.goto(f"{world.address}/registry/labels?lang={language}")


class TestPagesOfHeldThings:
    @pytest.mark.parametrize("language", ["en", "uk"])
    async def test_are_accessible_when_filled(
        self, world: World, open_page: OpenPage, language: str
    ) -> None:
        pages = await world.filled()
        page = await open_page()
        await act_as(page, world, "UA", language=language)

        for path in (*LISTS, *NEW, *pages):
            answer = await page.goto(world.address + path)
            assert answer is not None
            assert (path, answer.status) == (path, 200)
            await assert_accessible(page)

    async def test_say_what_to_do_when_empty_or_when_nothing_fits(
        self, world: World, open_page: OpenPage
    ) -> None:
        page = await open_page()
        await act_as(page, world, "UA")

        for path in (*LISTS, *(f"{kind}?q=nowhere" for kind in LISTS[:-1])):
            await page.goto(world.address + path)
            await expect(page.locator(".empty")).to_be_visible()
            await assert_accessible(page)

    async def test_keep_what_was_typed_when_they_refuse(
        self, world: World, open_page: OpenPage
    ) -> None:
        await world.filled()
        page = await open_page(width=390)
        await act_as(page, world, "UA")

        for path in (*NEW, f"{CENTRE}/offer", f"{CENTRE}/link"):
            await page.goto(world.address + path)
            await page.locator("main form .button.primary").first.click()
            await expect(page.locator(".errors")).to_be_visible()
            await assert_accessible(page)

    async def test_say_who_may_and_what_is_not_there(
        self, world: World, open_page: OpenPage
    ) -> None:
        await world.filled()
        page = await open_page()
        await act_as(page, world, "PL")

        for path in (*NEW, f"{CENTRE}/link", f"{CENTRE}/rota"):
            await page.goto(world.address + path)
            await expect(page.locator("main")).to_contain_text("“Back office”")
            await assert_accessible(page)
        for path in (*(f"{kind}/{NOBODY}" for kind in LISTS[:-1]), "/registry/centres/CRC-XXX"):
            answer = await page.goto(world.address + path)
            assert answer is not None
            assert (path, answer.status) == (path, 404)
            await assert_accessible(page)
