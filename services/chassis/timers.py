"""What time brings about: acts of the system actor that fall due, fired by one process only."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import clock, failpoints
from services.chassis.database import Sessions
from services.chassis.logs import log


@dataclass(frozen=True, slots=True)
class Timer:
    """An act that looks for what is due and does it; gives how much it did.

    It runs in a worker's transaction and must be safe to run again: what it did is no longer due.
    """

    name: str
    every_seconds: float
    run: Callable[[AsyncSession, datetime], Awaitable[int]]


async def run(timer: Timer, sessions: Sessions) -> None:
    """Fire the timer at its pace until cancelled."""
    while True:
        done = await fire(timer, sessions)
        if done:
            log.info("timer fired", timer=timer.name, done=done)
        await asyncio.sleep(timer.every_seconds)


async def fire(timer: Timer, sessions: Sessions) -> int:
    """Run the timer once unless another process is at it; gives how much it did."""
    async with sessions.begin() as session:
        mine = await session.scalar(
            text("select pg_try_advisory_xact_lock(hashtext(:name))"), {"name": timer.name}
        )
        done = await timer.run(session, clock.now()) if mine else 0
    if done:
        await failpoints.hit("timer.fired")
    return done
