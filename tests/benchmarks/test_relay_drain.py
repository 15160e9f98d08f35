"""P2: how fast a backlog leaves, against the bare client that sends the same bytes."""

import asyncio
import time
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Consumer as KafkaReader
from confluent_kafka import TopicPartition

from contracts.event import uuid7
from deploy.local.databases import Addresses
from services.chassis.app import collect_rarely
from services.chassis.outlet import Outlet, headers_of
from services.chassis.relay import COLUMNS, Relay
from tests.benchmarks.conftest import Report
from tests.chassis.builders import NOON
from tests.settings import Databases

pytestmark = pytest.mark.benchmark

EVENTS = 100_000
SUBJECTS = 1_000
PAIRS = 3

ROWS = f"select {COLUMNS} from history order by position limit $1"  # noqa: S608 - columns only
FILL = """
  insert into history (event_id, subject, sequence, topic, type, source, time, association,
                       readers, actor, correlation_id, data, digest)
  select e.id, 's-' || (n % $2), $4 + n / $2 + 1, 'registry.clusters',
         'talka.registry.cluster.suspended.v1', '/registry', $3, 'SK', '{SK}', 'staff:z', 'c',
         convert_to('{"reason":"' || noise || '"}', 'UTF8'), '\\x00'
  from unnest($1::uuid[]) with ordinality as e (id, at), lateral (select at - 1 as n) as numbered,
       lateral (select string_agg(md5(id::text || i), '') as noise from generate_series(1, 31) i)
         as text
"""


async def fill(owner: asyncpg.Connection, done: int) -> None:
    for begin in range(0, EVENTS, 10_000):
        ids = [uuid7() for _ in range(10_000)]
        before = (done + begin) // SUBJECTS
        await owner.execute(FILL, ids, SUBJECTS, NOON, before)


async def drain(database: Addresses, bootstrap: str) -> float:
    outlet = Outlet(bootstrap, client_id="benchmark")
    relay = Relay(database.relay, service="registry", outlet=outlet)
    connection = await asyncpg.connect(database.relay.replace("+asyncpg", ""))
    await outlet.send([])
    started, sent = time.perf_counter(), 0
    while count := await relay.step(connection):
        sent += count
    spent = time.perf_counter() - started
    await connection.close()
    await outlet.close()
    assert sent == EVENTS
    return sent / spent


async def bare(owner: asyncpg.Connection, bootstrap: str) -> float:
    """The same records, made beforehand, with nothing but the client between them and Kafka."""
    rows = await owner.fetch(ROWS, EVENTS)
    made = [(r["subject"], r["data"], headers_of(r)) for r in rows]
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        max_batch_size=524_288,
        linger_ms=0,
    )
    await producer.start()
    partitions = len(await producer.partitions_for("sandbox.benchmark"))
    started = time.perf_counter()
    for begin in range(0, len(made), 2_000):
        lanes: dict[int, list[Any]] = {}
        for key, value, headers in made[begin : begin + 2_000]:
            partition = hash(key) % partitions
            batches = lanes.setdefault(partition, [producer.create_batch()])
            record = {"timestamp": None, "key": key, "value": value, "headers": headers}
            if batches[-1].append(**record) is None:
                batches.append(producer.create_batch())
                batches[-1].append(**record)
        await asyncio.gather(*(send(producer, lane, batches) for lane, batches in lanes.items()))
    spent = time.perf_counter() - started
    await producer.stop()
    return len(made) / spent


async def send(producer: AIOKafkaProducer, partition: int, batches: list[Any]) -> None:
    for batch in batches:
        batch.close()
        await (await producer.send_batch(batch, "sandbox.benchmark", partition=partition))


def must_be_whole(bootstrap: str, count: int) -> None:
    """Void unless every event is there once, in order within its subject."""
    reader = KafkaReader({"bootstrap.servers": bootstrap, "group.id": f"judge-{uuid7()}"})
    reader.assign([TopicPartition("registry.clusters", p, 0) for p in range(12)])
    last: dict[Any, int] = {}
    seen = 0
    while seen < count:
        messages: list[Any] = reader.consume(10_000, timeout=10)
        for message in messages:
            sequence = int(dict(message.headers())["ce_sequence"])
            assert sequence == last.get(message.key(), 0) + 1, "void: lost, doubled or out of order"
            last[message.key()] = sequence
            seen += 1
    reader.close()


async def test_p2_relay_drain(databases: Databases, bench_topics: str, report: Report) -> None:
    collect_rarely()
    database = await databases("registry")
    owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    ours, limit = [], []
    for pair in range(PAIRS):
        await fill(owner, pair * EVENTS)
        await owner.execute("analyze history")
        ours.append(await drain(database, bench_topics))
        limit.append(await bare(owner, bench_topics))
    await owner.close()
    must_be_whole(bench_topics, PAIRS * EVENTS)
    report.rates(ours, limit, goal=0.85)
