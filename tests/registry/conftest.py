"""A running registry, and people who are signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contracts.vocabulary import Mark
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.app import registry
from tests.office import in_office, running, signed_in

SignIn = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The registry's application without its background: nothing is relayed or consumed."""
    async with running(registry(settings)) as app:
        yield app


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
            person = in_office(
                staff_id,
                of=of,
                roles=roles,
                marks=list(marks),
                language=language,
                names={"original": name},
            )
            client = await signed_in(app, sessions, settings, person)
            return await stack.enter_async_context(client)

        yield enter
