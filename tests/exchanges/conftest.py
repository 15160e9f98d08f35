"""A running exchanges, and people who are signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contracts.event import uuid7
from services.chassis import clock, signin
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.chassis.staff import StaffCopy
from services.exchanges.app import exchanges
from tests.exchanges.builders import NOON

SignIn = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain's clock stands at the noon of the stories."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def app(settings: Settings, noon: None) -> AsyncIterator[FastAPI]:  # noqa: ARG001
    """The application without its background: nothing is relayed or consumed."""
    app = exchanges(settings)
    yield app
    for engine in app.state.engines:
        await engine.dispose()


@pytest.fixture
async def outside(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody whom nobody knows."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def sign_in(app: FastAPI, sessions: Sessions, settings: Settings) -> AsyncIterator[SignIn]:
    """Makes clients of people that the copy of the staff knows."""
    async with AsyncExitStack() as stack:

        async def enter(
            of: str = "SK",
            *,
            roles: tuple[str, ...] = ("coordinator",),
            staff_id: UUID | None = None,
            language: str = "en",
        ) -> AsyncClient:
            identifier = staff_id or uuid7()
            async with sessions.begin() as session:
                session.add(
                    StaffCopy(
                        staff_id=identifier,
                        association=of,
                        login=None,
                        names={"original": "Zuzana Kráľová"},
                        mail="zuzana@example.org",
                        language=language,
                        zone="Europe/Bratislava",
                        roles=list(roles),
                        marks=[],
                        from_day=date(2020, 1, 1),
                        until_day=None,
                        dismissed=False,
                        as_of=NOON,
                    )
                )
                await session.flush()
                ticket = await signin.begin(session, identifier)
            client = AsyncClient(
                transport=ASGITransport(app, raise_app_exceptions=False),
                base_url="http://test",
                cookies={signin.cookie_name(settings.origin): ticket.sealed(settings.secret)},
                headers={"Origin": "http://test"},
            )
            return await stack.enter_async_context(client)

        yield enter
