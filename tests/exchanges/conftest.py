"""A running exchanges, and people who are signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from contracts.event import uuid7
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.exchanges.app import exchanges
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import NOON
from tests.exchanges.stories import planned, the_copies
from tests.office import in_office, running, signed_in

SignIn = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain's clock stands at the noon of the stories."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def app(settings: Settings, noon: None) -> AsyncIterator[FastAPI]:  # noqa: ARG001
    """The application without its background: nothing is relayed or consumed."""
    async with running(exchanges(settings)) as app:
        yield app


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
            marks: tuple[str, ...] = (),
        ) -> AsyncClient:
            person = in_office(
                staff_id or uuid7(),
                of=of,
                roles=roles,
                language=language,
                names={"original": "Zuzana Kráľová"},
                mail="zuzana@example.org",
                zone="Europe/Bratislava",
                marks=list(marks),
            )
            client = await signed_in(app, sessions, settings, person)
            return await stack.enter_async_context(client)

        yield enter


@pytest.fixture
async def copies(sessions: Sessions) -> None:
    """What exchanges knows of clusters and associations when a story begins."""
    await the_copies(sessions)


@pytest.fixture
async def zuzana(sign_in: SignIn) -> AsyncClient:
    """A coordinator of the host association."""
    return await sign_in("SK")


@pytest.fixture
async def taras(sign_in: SignIn) -> AsyncClient:
    """A coordinator of the visiting association."""
    return await sign_in("UA")


@pytest.fixture
async def visit(copies: None, sessions: Sessions) -> Visit:  # noqa: ARG001
    """A planned visit of a Ukrainian cluster to a Slovak one."""
    return await planned(sessions)
