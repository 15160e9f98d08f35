"""P4: how fast a projection follows, against a bare `getmany` that does the same work."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import Column, MetaData, Table, Text, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.envelope import to_headers
from contracts.registry import ClusterSuspended
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions, upsert
from services.chassis.received import Received
from services.chassis.subscription import BATCH_RECORDS, Subscription, record_of
from tests.benchmarks.conftest import Report
from tests.chassis.builders import an_envelope, suspended
from tests.faults.conftest import running
from tests.settings import Databases, sessions_of
from tests.waiting import until

pytestmark = pytest.mark.benchmark

EVENTS = 60_000
SUBJECTS = 1_000
PAIRS = 3
TOPIC = "registry.clusters"
projection = Table(
    "projection", MetaData(), Column("id", Text, primary_key=True), Column("reason", Text)
)


def projecting(name: str, counter: list[int]) -> Consumer:
    consumer = Consumer(name)

    @consumer.on(ClusterSuspended)
    async def keep(session: AsyncSession, events: Sequence[Received[ClusterSuspended]]) -> None:
        newest = {e.subject: e.event.reason for e in events}
        rows = [{"id": subject, "reason": reason} for subject, reason in newest.items()]
        await upsert(session, projection, rows)
        counter[0] += len(events)

    return consumer


async def produce(bootstrap: str) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, compression_type="zstd", acks="all", linger_ms=5
    )
    await producer.start()
    sent = []
    for at in range(EVENTS):
        event = suspended(f"s-{at % SUBJECTS}", reason="x" * 990)
        envelope = an_envelope(event, sequence=at // SUBJECTS + 1)
        sent.append(
            await producer.send(
                TOPIC,
                event.model_dump_json().encode(),
                event.subject.encode(),
                headers=to_headers(envelope),
            )
        )
    await asyncio.gather(*sent)
    await producer.stop()


async def ours(name: str, sessions: Sessions, bootstrap: str) -> float:
    counter = [0]
    subscription = Subscription(
        projecting(name, counter), sessions, bootstrap=bootstrap, instance="1"
    )
    async with running(subscription.run):
        return await rate(counter, sessions, name)


async def bare(name: str, sessions: Sessions, bootstrap: str) -> float:
    counter = [0]
    consumer = projecting(name, counter)
    kafka = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap,
        group_id=name,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await kafka.start()

    async def follow() -> None:
        while True:
            found = await kafka.getmany(timeout_ms=500, max_records=BATCH_RECORDS)
            records = [record_of(r) for batch in found.values() for r in batch]
            if records:
                async with sessions.begin() as session:
                    await consumer.apply(session, records)
                await kafka.commit()

    async with running(follow):
        measured = await rate(counter, sessions, name)
    await kafka.stop()
    return measured


async def rate(counter: list[int], sessions: Sessions, name: str) -> float:
    """Events per second from the first batch to the last; void unless all are there once."""
    await until(lambda: _counted(counter, 1))
    first, started = counter[0], time.perf_counter()
    await until(lambda: _counted(counter, EVENTS))
    spent = time.perf_counter() - started
    await until(lambda: _all_applied(sessions, name))
    assert counter[0] == EVENTS, "void: an effect came twice"
    return (EVENTS - first) / spent


async def _counted(counter: list[int], count: int) -> bool:
    return counter[0] >= count


async def _all_applied(sessions: Sessions, name: str) -> bool:
    """Every subject got to its last event, and nothing waits."""
    last = text("select coalesce(sum(sequence), 0) from applied where consumer = :name")
    async with sessions() as session:
        total = await session.scalar(last, {"name": name})
        parked = await session.scalar(text("select count(*) from parked"))
        rows = await session.scalar(select(func.count()).select_from(projection))
    return (total, parked, rows) == (EVENTS, 0, SUBJECTS)


async def test_p4_projection(databases: Databases, bench_topics: str, report: Report) -> None:
    database = await databases("exchanges")
    await produce(bench_topics)
    async with sessions_of(database.owner) as owner, owner.begin() as session:
        await session.execute(text("create table projection (id text primary key, reason text)"))
        await session.execute(text("grant all on projection to exchanges_worker"))
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    async with sessions_of(database.worker) as sessions:
        for pair in range(PAIRS):
            for kind, run in (("ours", ours), ("bare", bare)):
                name = f"{kind}-{pair}"
                rates[kind].append(await run(name, sessions, bench_topics))
    report.rates(rates["ours"], rates["bare"], goal=0.85)
