"""What time brings about: acts of the system actor that fall due, fired by one process only."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import clock, failpoints, telemetry
from services.chassis.database import Sessions
from services.chassis.errors import DomainError
from services.chassis.logs import log


class Identified(Protocol):
    """Something that falls due, and is told of by its id."""

    @property
    def id(self) -> Any: ...


T = TypeVar("T", bound=Identified)


@dataclass(frozen=True, slots=True)
class Timer:
    """An act that looks for what is due and does it; gives how much it did.

    It runs in a worker's transaction and must be safe to run again: what it did is no longer due.
    """

    name: str
    every_seconds: float
    run: Callable[[AsyncSession, datetime], Awaitable[int]]


async def each(
    session: AsyncSession, due: Iterable[T], act: Callable[[T], Awaitable[int]], *, timer: str
) -> int:
    """Act on one thing after another, each for itself; gives how much was done.

    A refused one leaves nothing behind, is logged and counted, and comes again with the next run.
    """
    done = 0
    for thing in due:
        try:
            async with session.begin_nested():
                done += await act(thing)
        except DomainError as refusal:
            telemetry.TIMER_REFUSED.labels(timer).inc()
            log.warning("due act refused", timer=timer, id=str(thing.id), code=refusal.code)
    return done


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
