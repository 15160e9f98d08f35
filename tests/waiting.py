"""Waiting until one transaction of a test stands in the way of another."""

import asyncio

from sqlalchemy import text

from services.chassis.database import Sessions


async def until_somebody_waits(sessions: Sessions) -> None:
    """Return once a transaction waits for a lock; fail after ten seconds."""
    blocked = text("select count(*) from pg_locks where not granted")
    async with asyncio.timeout(10), sessions() as session:
        while True:
            if await session.scalar(blocked):
                return
            await asyncio.sleep(0.01)
