"""A registry database, a real broker, and the means to see what reached whom."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from sqlalchemy import text

from deploy.local.databases import Addresses
from services.chassis import history
from services.chassis.background import keep
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.outlet import Outlet
from services.chassis.relay import Relay
from services.chassis.subscription import Subscription
from tests.chassis.builders import ZUZANA, suspended
from tests.settings import Databases, sessions_of
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
async def database(databases: Databases) -> Addresses:
    """A fresh registry database with a table for effects, in which doubles would show."""
    addresses = await databases("registry")
    owner = await asyncpg.connect(addresses.owner.replace("+asyncpg", ""))
    await owner.execute("create table effects (subject text, sequence bigint)")
    await owner.execute("grant select, insert on effects to registry_worker")
    await owner.close()
    return addresses


@pytest.fixture
async def sessions(database: Addresses) -> AsyncIterator[Sessions]:
    async with sessions_of(database.worker) as made:
        yield made


async def record(sessions: Sessions, *subjects: str) -> None:
    async with sessions.begin() as session:
        for subject in subjects:
            await history.record(session, suspended(subject), actor=ZUZANA)


async def effects(sessions: Sessions) -> list[tuple[str, int]]:
    async with sessions() as session:
        rows = await session.execute(text("select subject, sequence from effects"))
        return sorted((subject, sequence) for subject, sequence in rows)


@asynccontextmanager
async def running(work: Callable[[], Awaitable[None]]) -> AsyncIterator[asyncio.Task[None]]:
    """Let work run beside the test as it runs in a service: begun again when it fails."""
    task = asyncio.create_task(keep("a part under test", work))
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def a_relay(database: Addresses, bootstrap: str) -> Relay:
    outlet = Outlet(bootstrap, client_id="relay")
    return Relay(database.relay, service="registry", outlet=outlet)


def a_subscription(consumer: Consumer, sessions: Sessions, bootstrap: str) -> Subscription:
    return Subscription(consumer, sessions, bootstrap=bootstrap, instance="1")


async def killed_at(failpoint: str, part: str, database_url: str, bootstrap: str) -> None:
    """Run the part in a process of its own until the failpoint kills it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.process", part, database_url, bootstrap, failpoint
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await process.wait() == -signal.SIGKILL
