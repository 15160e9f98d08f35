"""P8: from a command to what another service's readers see, at a constant rate."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterSuspended
from services.chassis import failpoints, history
from services.chassis.app import collect_rarely
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions, make_engine, make_sessions
from services.chassis.outlet import Outlet
from services.chassis.received import Received
from services.chassis.relay import Relay
from services.chassis.subscription import Subscription
from tests.benchmarks.conftest import Report
from tests.chassis.builders import ZUZANA, suspended
from tests.faults.conftest import running
from tests.settings import Databases, sessions_of
from tests.waiting import until

pytestmark = pytest.mark.benchmark

PER_SECOND = 200
WARM_UP = 1_000
MEASURED = 4_000


class Visible:
    """When each subject became visible: at the commit of the batch that applied it."""

    def __init__(self) -> None:
        self.consumer = Consumer("visible")
        self.at: dict[str, float] = {}
        self._batch: list[str] = []
        self.consumer.on(ClusterSuspended)(self.take)

    async def take(self, _: AsyncSession, events: Sequence[Received[ClusterSuspended]]) -> None:
        self._batch += [received.subject for received in events]

    async def are(self, count: int) -> bool:
        return len(self.at) >= count

    def committed(self) -> None:
        now = time.perf_counter()
        for subject in self._batch:
            assert subject not in self.at, "void: an effect came twice"
            self.at[subject] = now
        self._batch.clear()


async def command(sessions: Sessions, subject: str) -> None:
    async with sessions.begin() as session:
        await history.record(session, suspended(subject, reason="x" * 990), actor=ZUZANA)


async def test_p8_command_to_visible(
    databases: Databases, fresh_topics: str, report: Report
) -> None:
    collect_rarely()
    registry, exchanges = await databases("registry"), await databases("exchanges")
    relay = Relay(
        registry.relay, service="registry", outlet=Outlet(fresh_topics, client_id="bench")
    )
    engine = make_engine(registry.worker)
    writing = make_sessions(engine, wake=relay.wake)
    visible = Visible()
    failpoints.arm("consumer.committed", visible.committed)
    async with sessions_of(exchanges.worker) as reading:
        subscription = Subscription(visible.consumer, reading, bootstrap=fresh_topics, instance="1")
        async with running(relay.run), running(subscription.run):
            await command(writing, "first")
            await until(lambda: visible.are(1))
            scheduled = await at_a_constant_rate(writing)
            await until(lambda: visible.are(WARM_UP + MEASURED + 1))
    failpoints.disarm()
    await engine.dispose()
    waits = [visible.at[subject] - at for subject, at in scheduled.items()]
    report.times(waits, goals_ms={50: 6, 99: 15})


async def at_a_constant_rate(sessions: Sessions) -> dict[str, float]:
    """Send commands by the clock, whatever became of the former ones; gives when each was due."""
    due: dict[str, float] = {}
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(WARM_UP + MEASURED):
            at = begun + number / PER_SECOND
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            if number >= WARM_UP:
                due[f"s-{number}"] = at
            group.create_task(command(sessions, f"s-{number}"))
    return due
