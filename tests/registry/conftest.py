"""A running registry, and people who are signed in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contracts.vocabulary import ClusterState, Mark
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.app import registry
from services.registry.clusters.model import Cluster
from services.registry.imports.work import Workshop
from tests.office import in_office, running, signed_in
from tests.registry.builders import MAREK, a_cluster, a_profile, an_association, saved
from tests.registry.import_room import a_workshop
from tests.registry.members import edrpou

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


@pytest.fixture
async def theirs(sessions: Sessions) -> Cluster:
    """A Polish cluster, beside a Ukrainian one."""
    await saved(sessions, an_association(), an_association("PL", "Europe/Warsaw"))
    await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
    profile = a_profile(legal_id=edrpou(99))
    polish = a_cluster(
        number="CL-1100", association="PL", profile=profile, state=ClusterState.PUBLISHED
    )
    return await saved(sessions, polish)


@pytest.fixture
async def workshop(app: FastAPI, sessions: Sessions) -> Workshop:
    """Where imports into a register of Polish clusters are worked on."""
    return await a_workshop(app, sessions)


@pytest.fixture
async def zofia(sign_in: SignIn, workshop: Workshop) -> AsyncClient:  # noqa: ARG001 - its register
    """Somebody of the Polish back office, in a register of Polish clusters."""
    return await sign_in(MAREK, of="PL", name="Zofia")
