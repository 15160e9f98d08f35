"""Waiting for what others bring about: until it can be seen, and no longer.

How long that takes says nothing of the code: the machine may be busy or stand still for seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import text

from services.chassis.database import Sessions

PATIENCE_SECONDS: Final = 120  # only what fails takes that long


async def until(condition: Callable[[], Awaitable[bool]], *, every_seconds: float = 0.05) -> None:
    """Wait for a state that others can see."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(every_seconds)


async def until_somebody_waits(sessions: Sessions) -> None:
    """Return once a transaction waits for a lock."""
    blocked = text("select count(*) from pg_locks where not granted")

    async def somebody_waits() -> bool:
        async with sessions() as session:
            return bool(await session.scalar(blocked))

    await until(somebody_waits, every_seconds=0.01)
