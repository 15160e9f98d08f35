"""A running registry, and people who are signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contracts.vocabulary import Mark
from services.chassis import signin
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.chassis.staff import StaffCopy
from services.registry.app import registry
from tests.registry.builders import NOON

SignIn = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The registry's application without its background: nothing is relayed or consumed."""
    app = registry(settings)
    yield app
    for engine in app.state.engines:
        await engine.dispose()


@pytest.fixture
async def sign_in(app: FastAPI, sessions: Sessions, settings: Settings) -> AsyncIterator[SignIn]:
    """Makes clients of people that the registry's copy of the staff knows."""
    async with AsyncExitStack() as stack:

        async def enter(
            staff_id: UUID,
            *,
            of: str = "UA",
            roles: tuple[str, ...] = ("back_office",),
            marks: tuple[Mark, ...] = (),
            language: str = "en",
            name: str = "Леся Гончар",
        ) -> AsyncClient:
            async with sessions.begin() as session:
                session.add(
                    StaffCopy(
                        staff_id=staff_id,
                        association=of,
                        login=None,
                        names={"original": name},
                        mail="x@example.org",
                        language=language,
                        zone="Europe/Kyiv",
                        roles=list(roles),
                        marks=list(marks),
                        from_day=date(2020, 1, 1),
                        until_day=None,
                        dismissed=False,
                        as_of=NOON,
                    )
                )
                await session.flush()
                ticket = await signin.begin(session, staff_id)
            client = AsyncClient(
                transport=ASGITransport(app),
                base_url="http://test",
                cookies={signin.cookie_name(settings.origin): ticket.sealed(settings.secret)},
                headers={"Origin": "http://test"},
            )
            return await stack.enter_async_context(client)

        yield enter
