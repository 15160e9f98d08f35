"""The pages of people, staff, keys and requests about data, by axe and in narrow windows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from contracts.data_requests import DataRequestKind
from contracts.event import uuid7
from contracts.people import ContactNames
from deploy.local.keyring import Keyring
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.app import registry
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.states import DataRequestState
from services.registry.people.model import Person, Stated
from services.registry.staff import key_commands
from tests.browser.accessible import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.served import served
from tests.chassis.site import employ
from tests.registry.builders import LESIA, a_member, a_person, an_association, saved
from tests.registry.test_data_requests import a_request
from tests.settings import Databases, sessions_of, settings_for

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class World:
    """A running registry with a person, a member of the staff, a key and six requests."""

    address: str
    person: str
    staff: str
    key: str

    @property
    def pages(self) -> tuple[str, ...]:
        acts = ("answer", "extend", "refuse", "pass")
        return (
            "/registry/people",
            "/registry/people?q=nobody",
            "/registry/people/new",
            *(f"{self.person}{act}" for act in ("", "/edit", "/away", "/forget")),
            "/registry/staff",
            "/registry/staff/new",
            *(f"{self.staff}{act}" for act in ("/roles", "/end")),
            "/registry/keys",
            "/registry/keys/new",
            *(f"{self.key}{act}" for act in ("", "/rotate", "/revoke")),
            "/registry/data-requests",
            "/registry/data-requests?show=all",
            "/registry/data-requests?q=nothing",
            "/registry/data-requests/new",
            *(f"/registry/data-requests/DR-{number}" for number in range(1, 7)),
            *(f"/registry/data-requests/DR-1/{act}" for act in acts),
            *(f"/registry/data-requests/DR-{number}/answer" for number in (2, 3)),
        )

    @property
    def forms(self) -> tuple[tuple[str, str], ...]:
        """Forms that refuse to be sent as they are, and the button that sends them."""
        return (
            ("/registry/data-requests/new", "Write the request down"),
            ("/registry/data-requests/DR-1/answer", "It is answered"),
            ("/registry/data-requests/DR-1/extend", "Extend"),
            ("/registry/data-requests/DR-1/refuse", "Refuse"),
            ("/registry/data-requests/DR-1/pass", "Pass on"),
        )


@pytest.fixture
async def world(databases: Databases, keyring: Keyring, tmp_path: Path) -> AsyncIterator[World]:
    database = await databases("registry")
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock")
    async with sessions_of(database.worker) as sessions:
        await employ(sessions, of="UA", roles=["back_office"])
        person, member = a_contact("Олена Щербак"), a_member(LESIA)
        await saved(sessions, an_association(), person, a_contact("Іван Франко"), member)
        await saved(sessions, *requests())
        key = await a_key(sessions)
    async with served(registry(settings.model_copy(update={"role": "web"}))) as address:
        yield World(address, f"/registry/people/{person.id}", f"/registry/staff/{LESIA}", key)


def a_contact(name: str) -> Person:
    stated = Stated(
        names=ContactNames(original=name, latin="Olena"),
        mail="p-1@example.org",
        language="uk",
        zone="Europe/Kyiv",
    )
    person, _ = Person.enter(stated, person_id=uuid7(), association="UA", ref=None, at=clock.now())
    return person


def requests() -> tuple[DataRequest, ...]:
    """One of each kind that is open, one late, one answered and one refused."""
    today = clock.now().date()
    late = a_request(number="DR-4", received_day=today - timedelta(days=50))
    now = clock.now()
    answered = a_request(number="DR-5", state=DataRequestState.ANSWERED, closed_at=now)
    answered.forget_who_asked()
    refused = a_request(
        number="DR-6",
        state=DataRequestState.REFUSED,
        reason="identity",
        told="Please show who you are.",
        closed_at=now,
    )
    return (
        a_request(number="DR-1", received_day=today - timedelta(days=27)),
        a_request(DataRequestKind.RECTIFY, number="DR-2", received_day=today),
        a_request(DataRequestKind.ERASE, number="DR-3", received_day=today),
        *(late, answered, refused),
    )


async def a_key(sessions: Sessions) -> str:
    async with sessions.begin() as session:
        key, _ = await key_commands.issue_key(
            session,
            a_person(LESIA),
            name="ERP",
            owner_id=LESIA,
            scopes=frozenset({"declarations:write"}),
            services=frozenset({"registry", "exchanges"}),
            expires_at=clock.now() + timedelta(days=90),
            at=clock.now(),
        )
    return f"/registry/keys/{key.id}"


async def sign_in(page: Page, world: World, *, language: str = "en") -> None:
    await page.goto(f"{world.address}/registry/signin?lang={language}")
    await page.locator("section", has_text="UA").get_by_role("button").click()


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_p12_pages_of_people_are_accessible(
    world: World, open_page: OpenPage, language: str
) -> None:
    page = await open_page()
    await sign_in(page, world, language=language)

    for path in world.pages:
        answer = await page.goto(world.address + path)
        assert answer is not None
        assert answer.ok, path
        await assert_accessible(page)


async def test_p12_they_stay_accessible_when_they_refuse(world: World, open_page: OpenPage) -> None:
    page = await open_page()
    await sign_in(page, world)

    for path, act in world.forms:
        await page.goto(world.address + path)
        await page.get_by_role("button", name=act, exact=True).click()
        await expect(page.locator(".errors")).to_be_visible()
        await assert_accessible(page)


async def test_d04_the_file_of_a_person_is_a_download(world: World, open_page: OpenPage) -> None:
    page = await open_page(width=390)
    await sign_in(page, world)
    await page.goto(f"{world.address}/registry/data-requests/DR-1/answer")

    async with page.expect_download() as given:
        await page.get_by_role("link", name="The file of Олена Щербак").click()

    assert (await given.value).suggested_filename == "DR-1.json"
