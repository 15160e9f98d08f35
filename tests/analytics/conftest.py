"""The service on a fresh database, and people and systems who ask it."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.analytics.app import analytics
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from tests.chassis.site import a_client, employ
from tests.office import running


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application without its background: tests apply records and fire timers themselves."""
    async with running(analytics(settings.model_copy(update={"role": "web"}))) as app:
        yield app


@pytest.fixture
async def anybody(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that says nothing of itself."""
    async with a_client(app) as client:
        yield client


@pytest.fixture
async def coordinator(app: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """A coordinator of the Slovak association, signed in."""
    staff_id = await employ(sessions, of="SK", roles=["coordinator"])
    async with a_client(app, Origin="http://test") as client:
        await client.post(f"/analytics/signin/as/{staff_id}")
        yield client


@pytest.fixture
async def analyst(app: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """An analyst, who belongs to no association and sees no small cells."""
    staff_id = await employ(sessions, of="ECA", roles=["analyst"])
    async with a_client(app, Origin="http://test") as client:
        await client.post(f"/analytics/signin/as/{staff_id}")
        yield client
