"""A08: a key that is revoked opens no door of any service a second later."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from deploy.local.databases import SERVICES
from deploy.local.keyring import Keyring
from services.analytics.app import analytics
from services.chassis import clock, signin
from services.chassis.database import Sessions
from services.chassis.keys import SCOPES
from services.chassis.settings import Settings
from services.exchanges.app import exchanges
from services.notifications.app import notifications
from services.registry.app import registry
from services.registry.staff import key_commands
from tests.browser.served import served
from tests.journeys.people import forms_of
from tests.office import in_office
from tests.registry.builders import LESIA, a_member, a_person, an_association, saved
from tests.settings import Databases, sessions_of, settings_for
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.journey

APPS: dict[str, Callable[[Settings], FastAPI]] = {
    "registry": registry,
    "exchanges": exchanges,
    "notifications": notifications,
    "analytics": analytics,
}
DOORS = {
    "registry": ("clusters", "labels", "data-requests", "events"),
    "exchanges": ("visits", "clusters", "events"),
    "notifications": ("deliveries",),
    "analytics": ("figures",),  # whose streams are open to anybody
}
REFUSED = {401, 429}  # the latter to whoever goes on trying


class Site:
    """Four services, each under an address of its own, and somebody of a back office."""

    def __init__(self, clients: dict[str, AsyncClient], sessions: Sessions) -> None:
        self.clients, self.sessions = clients, sessions

    async def make_a_key(self) -> tuple[str, dict[str, str]]:
        """A key with all scopes for all services: the address of its page, and its header."""
        async with self.sessions.begin() as session:
            key, secret = await key_commands.issue_key(
                session,
                a_person(LESIA),
                name="ERP",
                owner_id=LESIA,
                scopes=frozenset(SCOPES),
                services=frozenset(SERVICES),
                expires_at=clock.now() + timedelta(days=90),
                at=clock.now(),
            )
        return f"/registry/keys/{key.id}", {"Authorization": f"Bearer {secret}"}

    async def revoke(self, address: str) -> None:
        client = self.clients["registry"]
        page = await client.get(f"{address}/revoke", headers={"Accept": "text/html"})
        form = next(form for form in forms_of(page.text) if form.action == f"{address}/revoke")
        answer = await client.post(form.action, data=form.values)
        assert answer.is_redirect, answer.text

    async def open_to(self, bearer: dict[str, str]) -> set[str]:
        """The doors that know the key, whatever they say of what was asked; all asked at once."""
        doors = [(service, door) for service, doors in DOORS.items() for door in doors]
        async with AsyncClient(timeout=PATIENCE_SECONDS, headers=bearer) as system:
            answers = await asyncio.gather(
                *(
                    system.request(
                        "POST" if door == "events" else "GET",
                        f"{self.clients[service].base_url}/{service}/v1/{door}",
                    )
                    for service, door in doors
                )
            )
        said = zip(doors, (answer.status_code for answer in answers), strict=True)
        return {f"{service} {door}" for (service, door), status in said if status not in REFUSED}

    async def said_of(self, address: str) -> dict[str, str]:
        """What the page of a key says each service knows of it."""
        page = await self.clients["registry"].get(address, headers={"Accept": "text/html"})
        fragments = {
            name: f"/{name}/fragments/keys/{address.rsplit('/', maxsplit=1)[-1]}" for name in APPS
        }
        assert all(f'hx-get="{each}"' in page.text for each in fragments.values())
        return {
            name: (await self.clients[name].get(each, headers={"HX-Request": "true"})).text
            for name, each in fragments.items()
        }


@pytest.fixture
async def site(
    databases: Databases, keyring: Keyring, fresh_topics: str, tmp_path: Path
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        clients: dict[str, AsyncClient] = {}
        register: Sessions | None = None
        for service, make in APPS.items():
            database = await databases(service)
            sessions = await stack.enter_async_context(sessions_of(database.worker))
            settings = settings_for(
                service, database, keyring, clock_file=tmp_path / "clock", kafka=fresh_topics
            )
            if service == "registry":
                register = sessions
                await saved(sessions, an_association(), a_member(LESIA))
            async with sessions.begin() as session:
                session.add(in_office(LESIA, of="UA", roles=["back_office"]))
                await session.flush()
                ticket = await signin.begin(session, LESIA)
            address = await stack.enter_async_context(served(make(settings)))
            cookies = {signin.cookie_name(settings.origin): ticket.sealed(settings.secret)}
            client = AsyncClient(
                base_url=address,
                cookies=cookies,
                headers={"Origin": settings.origin},
                timeout=PATIENCE_SECONDS,
            )
            clients[service] = await stack.enter_async_context(client)
        assert register is not None
        yield Site(clients, register)


async def test_a08_a_revoked_key_is_refused_by_every_door_within_a_second(site: Site) -> None:
    every_door = {f"{service} {door}" for service, doors in DOORS.items() for door in doors}

    async def is_open_to(bearer: dict[str, str], doors: set[str]) -> bool:
        return await site.open_to(bearer) == doors

    async def seconds_until(condition: Callable[[], Awaitable[bool]]) -> float:
        began = time.monotonic()
        await until(condition)
        return time.monotonic() - began

    opened, closed = [], []
    for _ in range(3):
        # A key is made: every door comes to know it, and its page says that each service does
        address, bearer = await site.make_a_key()
        opened.append(await seconds_until(partial(is_open_to, bearer, every_door)))
        assert all("Taken" in said for said in (await site.said_of(address)).values())

        # It is revoked: no door knows it any more, and the page says so
        await site.revoke(address)
        closed.append(await seconds_until(partial(is_open_to, bearer, set())))
        assert all("Refused" in said for said in (await site.said_of(address)).values())

    # a machine that is so slow that a new key takes longer to be known is forgiven as much
    assert min(closed) < max(1, *opened), (opened, closed)
