"""The small service of `site.py` on a fresh database, and clients of it."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.chassis.database import Sessions
from services.chassis.settings import Settings
from tests.chassis.site import a_client, a_site, employ, issue
from tests.office import running


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application without its background: nothing is relayed or consumed."""
    async with running(a_site(settings.model_copy(update={"service": "registry"}))) as app:
        yield app


@pytest.fixture
async def anybody(site: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client that says nothing of itself."""
    async with a_client(site) as client:
        yield client


@pytest.fixture
async def taras(site: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """A person of the Ukrainian back office with a browser, signed in."""
    staff_id = await employ(sessions)
    async with a_client(site, Origin="http://test") as client:
        await client.post(f"/registry/signin/as/{staff_id}")
        yield client


@pytest.fixture
async def erp(site: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """A system of the Ukrainian association, with a key."""
    key = await issue(sessions)
    async with a_client(site, Authorization=f"Bearer {key.secret}") as client:
        yield client
