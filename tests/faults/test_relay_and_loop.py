"""The traps that cost others data (stack 17), on a real PostgreSQL and a real Kafka."""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from confluent_kafka import Producer
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.envelope import to_headers
from contracts.event import Event
from contracts.registry import ClusterSuspended
from deploy.local.databases import Addresses
from services.chassis import history
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.received import Received
from tests.chassis.builders import ZUZANA, an_envelope, archived, suspended
from tests.chassis.effects import parked_rows
from tests.faults.conftest import (
    a_relay,
    a_subscription,
    effects,
    killed_at,
    record,
    running,
)
from tests.faults.process import writing_consumer
from tests.journeys.records import everything
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.fault

TOPIC = "registry.clusters"


def counted(metric: str) -> float:
    return REGISTRY.get_sample_value(metric, {"consumer": "effects"}) or 0


def headers_of(event: Event) -> list[tuple[str, Any]]:
    return list(to_headers(an_envelope(event)))


def copies(messages: list[Any]) -> list[tuple[str, int]]:
    """Subject and sequence of each copy on the topic, partition by partition, in order."""
    ordered = sorted(messages, key=lambda m: (m.partition(), m.offset()))
    return [(m.key().decode(), int(dict(m.headers())["ce_sequence"])) for m in ordered]


def first_copies(messages: list[Any]) -> list[tuple[str, int]]:
    """The same without repetitions, which a relay may always send (17.4)."""
    return list(dict.fromkeys(copies(messages)))


class TestPoison:
    async def test_f26_17_1_is_parked_with_its_reason_and_the_partition_goes_on(
        self, fresh_topics: str, sessions: Sessions
    ) -> None:
        good = suspended("good")
        value = good.model_dump_json().encode()
        headers = headers_of(good)
        broken: list[tuple[bytes | None, bytes | None, list[tuple[str, Any]]]] = [
            (b"null", value, [("ce_id", None)]),
            (b"bytes", value, [("ce_id", b"\xff\xfe")]),
            (b"json", b"{broken", headers_of(suspended("json"))),
            (b"noid", value, [h for h in headers if h[0] != "ce_id"]),
            (
                b"seq",
                value,
                [*[h for h in headers if h[0] != "ce_sequence"], ("ce_sequence", b"x")],
            ),
            (b"empty", None, headers_of(suspended("empty"))),
            (None, value, headers),
        ]
        unknown = archived("unknown")
        producer = Producer({"bootstrap.servers": fresh_topics})
        for key, data, given in broken:
            producer.produce(TOPIC, data, key, partition=0, headers=given)
        producer.produce(
            TOPIC,
            unknown.model_dump_json().encode(),
            b"unknown",
            partition=0,
            headers=headers_of(unknown),
        )
        producer.produce(TOPIC, value, b"good", partition=0, headers=headers)
        assert producer.flush(PATIENCE_SECONDS) == 0
        skipped = counted("talka_events_skipped_total")

        subscription = a_subscription(writing_consumer(), sessions, fresh_topics)
        async with running(subscription.run):
            await until(lambda: _has(sessions, [("good", 1)]))

        rows = await parked_rows(sessions)
        assert [row[0] for row in rows] == [
            "null", "bytes", "json", "noid", "seq", "empty", None,
        ]  # fmt: skip
        assert all(row[3] for row in rows)
        assert counted("talka_events_skipped_total") > skipped  # more when a batch came again


async def _has(sessions: Sessions, expected: list[tuple[str, int]]) -> bool:
    return await effects(sessions) == expected


class TestTransientFaults:
    async def test_f10_17_2_are_tried_again_with_growing_pauses(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        calls: list[float] = []  # when each began, then when it failed
        consumer = Consumer("failing")

        @consumer.on(ClusterSuspended)
        async def fail(session: AsyncSession, events: Sequence[Received[ClusterSuspended]]) -> None:
            calls.append(time.monotonic())
            code = f"do $$ begin raise sqlstate '40001' using message = '{len(events)}'; end $$"
            try:
                await session.execute(text(code))
            finally:
                calls.append(time.monotonic())

        await record(sessions, "a")
        relay, subscription = (
            a_relay(database, fresh_topics),
            a_subscription(consumer, sessions, fresh_topics),
        )
        async with running(relay.run), running(subscription.run):
            await until(lambda: _reached(calls, 2 * 5))

        # doubled each time with some jitter; a busy machine makes them only longer
        pauses = [later - earlier for earlier, later in pairwise(calls)][1::2]
        assert [pause >= 0.16 * 2**n for n, pause in enumerate(pauses)] == [True] * len(pauses)
        assert await parked_rows(sessions) == []


async def _reached(calls: list[float], count: int) -> bool:
    return len(calls) >= count


class TestKilled:
    async def test_f23_17_3_between_database_and_kafka_commit_there_is_no_second_effect(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        await record(sessions, "a", "b", "a")
        async with running(a_relay(database, fresh_topics).run):
            await killed_at("consumer.committed", "consumer", database.worker, fresh_topics)
            await record(sessions, "a", "b")  # behind whatever comes again in their partitions
            async with running(a_subscription(writing_consumer(), sessions, fresh_topics).run):
                await until(lambda: _hold(sessions, ("a", 3), ("b", 2)))

        assert await effects(sessions) == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]

    async def test_f03_17_4_between_kafkas_ack_and_the_cursor_the_effect_is_once(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        await record(sessions, "a", "b")

        await killed_at("relay.acked", "relay", database.relay, fresh_topics)
        async with running(a_relay(database, fresh_topics).run):
            await until(lambda: _published(database, 2))
            await record(sessions, "a", "b")  # behind the second copies
            async with running(a_subscription(writing_consumer(), sessions, fresh_topics).run):
                await until(lambda: _hold(sessions, ("a", 2), ("b", 2)))

        twice = [("a", 1), ("a", 1), ("a", 2), ("b", 1), ("b", 1), ("b", 2)]
        assert sorted(copies(everything(fresh_topics, TOPIC))) == twice
        assert await effects(sessions) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


async def _hold(sessions: Sessions, *expected: tuple[str, int]) -> bool:
    return set(expected) <= set(await effects(sessions))


class TestManyWriters:
    async def test_f06_17_5_with_late_commits_and_rollbacks_lose_and_reorder_nothing(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        draw = random.Random(5)  # noqa: S311 - the same schedule every time
        committed: list[str] = []

        async def write(number: int) -> None:
            for _ in range(15):
                subject = f"s-{draw.randrange(8)}"
                try:
                    async with sessions() as session:
                        await history.record(session, suspended(subject), actor=ZUZANA)
                        await asyncio.sleep(draw.random() * 0.03)
                        if draw.random() < 0.3:
                            await session.rollback()
                            continue
                        await session.commit()
                except IntegrityError:  # somebody else wrote this subject meanwhile
                    continue
                committed.append(f"{number}-{subject}")

        async with running(a_relay(database, fresh_topics).run):
            await asyncio.gather(*(write(number) for number in range(8)))
            await until(lambda: _published(database, len(committed)))

        seen = first_copies(everything(fresh_topics, TOPIC))
        assert len(seen) == len(committed)
        for subject in {subject for subject, _ in seen}:
            mine = [sequence for name, sequence in seen if name == subject]
            assert mine == list(range(1, len(mine) + 1))


class TestTwoRelays:
    async def test_f05_17_6_one_is_active_and_the_other_takes_over_when_it_dies(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        one, other = a_relay(database, fresh_topics), a_relay(database, fresh_topics)
        async with running(one.run) as first, running(other.run):
            for _ in range(10):
                await record(sessions, "a")
            await until(lambda: _published(database, 10))  # dying earlier repeats a chunk: 17.4
            first.cancel()
            for _ in range(10):
                await record(sessions, "a")
            await until(lambda: _published(database, 20))

        seen = first_copies(everything(fresh_topics, TOPIC))
        assert seen == [("a", sequence) for sequence in range(1, 21)]


async def _published(database: Addresses, count: int) -> bool:
    """Whether the cursor has passed so many rows."""
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        sealed = await connection.fetchval("select sum(cardinality(positions)) from seals")
    finally:
        await connection.close()
    return bool(sealed == count)


class TestALongTransaction:
    async def test_f07_17_7_delays_only_itself(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        async with running(a_relay(database, fresh_topics).run), sessions() as slow:
            await history.record(slow, suspended("slow"), actor=ZUZANA)
            await record(sessions, "fast")
            await until(lambda: _published(database, 1))
            first = first_copies(everything(fresh_topics, TOPIC))
            await slow.commit()
            await until(lambda: _published(database, 2))

        assert first == [("fast", 1)]
        assert sorted(first_copies(everything(fresh_topics, TOPIC))) == [("fast", 1), ("slow", 1)]


class TestOneSubject:
    async def test_c06_17_11_is_in_one_partition_in_order(
        self, fresh_topics: str, database: Addresses, sessions: Sessions
    ) -> None:
        for _ in range(40):
            await record(sessions, "a", "b")

        async with running(a_relay(database, fresh_topics).run):
            await until(lambda: _published(database, 80))

        seen = everything(fresh_topics, TOPIC)
        assert len({m.partition() for m in seen if m.key() == b"a"}) == 1
        assert [c for c in first_copies(seen) if c[0] == "a"] == [("a", q) for q in range(1, 41)]


class TestWithoutZstd:
    async def test_17_13_a_service_does_not_start(self) -> None:
        program = (
            "import sys; sys.modules['cramjam'] = None\n"
            "from services.chassis.app import must_read_zstd\n"
            "must_read_zstd()"
        )

        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()

        assert process.returncode == 1
        assert b"zstd is missing" in said
