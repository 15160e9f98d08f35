"""Sends rows of the history to Kafka: one idempotent producer, one batch per partition and chunk.

Order per partition holds because the batches of a partition are sent one after another; all
acknowledgements are awaited before anybody may go on or rebuild the producer.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import murmur2

from contracts.attributes import SPECVERSION
from contracts.envelope import JSON, schema_uri

REMEMBERED_SUBJECTS: Final = 200_000
REFUSED_FOR_GOOD: Final = (MessageSizeTooLargeError, RecordListTooLargeError)

Row = Any  # an asyncpg.Record of the history, with the columns that the relay reads
Header = tuple[str, bytes]
Lane = tuple[str, int]


class Outlet:
    """The way out to Kafka, opened at the first send and rebuilt after any error."""

    def __init__(self, bootstrap: str, *, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._hashes: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    async def send(self, rows: Sequence[Row]) -> list[Row]:
        """Send rows in their order per subject and wait until all are acknowledged.

        Gives the rows that Kafka refuses for good (too large); they were left out.

        Raises:
            KafkaError: something was not acknowledged; send the same rows again.
        """
        if not rows:
            return []
        producer = await self._open()
        try:
            for topic in {row["topic"] for row in rows} - self._counts.keys():
                self._counts[topic] = len(await producer.partitions_for(topic))
            lanes: dict[Lane, list[Row]] = defaultdict(list)
            for row in rows:
                lanes[self._lane(row["topic"], row["subject"])].append(row)
            results = await asyncio.gather(
                *(self._send_lane(producer, lane, mine) for lane, mine in lanes.items()),
                return_exceptions=True,
            )
        except BaseException:
            await self.close()
            raise
        refused: list[Row] = []
        for result in results:
            if isinstance(result, BaseException):
                await self.close()
                raise result
            refused += result
        return refused

    async def close(self) -> None:
        """Let the producer go; the next send opens another."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(5):
                    await producer.stop()

    async def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=self._client_id,
                enable_idempotence=True,
                acks="all",
                compression_type="zstd",
                max_batch_size=524_288,
                max_request_size=1_048_576,
                request_timeout_ms=30_000,
                linger_ms=0,
            )
            try:
                await producer.start()
            except BaseException:
                with contextlib.suppress(Exception):
                    await producer.stop()
                raise
            self._producer = producer
            self._counts.clear()
        return self._producer

    def _lane(self, topic: str, subject: str) -> Lane:
        """The partition of the subject, by the hash that all Kafka clients share."""
        hashed = self._hashes.get(subject)
        if hashed is None:
            if len(self._hashes) >= REMEMBERED_SUBJECTS:
                self._hashes.clear()
            hashed = self._hashes[subject] = murmur2(subject.encode()) & 0x7FFFFFFF
        return topic, hashed % self._counts[topic]

    async def _send_lane(
        self, producer: AIOKafkaProducer, lane: Lane, rows: Sequence[Row]
    ) -> list[Row]:
        try:
            await _send_batches(producer, lane, rows)
        except REFUSED_FOR_GOOD:
            if len(rows) == 1:
                return list(rows)
            refused = []
            for row in rows:
                refused += await self._send_lane(producer, lane, [row])
            return refused
        return []


async def _send_batches(producer: AIOKafkaProducer, lane: Lane, rows: Sequence[Row]) -> None:
    topic, partition = lane
    batch = producer.create_batch()
    batches = [batch]
    for row in rows:
        key, value, headers = row["subject"].encode(), row["data"], headers_of(row)
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            batch = producer.create_batch()  # the former one is full
            batches.append(batch)
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                raise MessageSizeTooLargeError
    for full in batches:
        full.close()
        await (await producer.send_batch(full, topic, partition=partition))


def headers_of(row: Row) -> list[Header]:
    """What `contracts.envelope.to_headers` gives for the row, without an envelope in between.

    The relay is bound by its own processor; this is a third of what a record costs it.
    """
    headers = [
        *_same_for(row["type"], row["source"], tombstone=row["data"] is None),
        ("ce_id", row["id"].encode()),
        ("ce_subject", row["subject"].encode()),
        ("ce_time", row["time"].encode()),
        ("ce_sequence", b"%d" % row["sequence"]),
        ("ce_association", row["association"].encode()),
        ("ce_actor", row["actor"].encode()),
        ("ce_correlationid", row["correlation_id"].encode()),
    ]
    if row["causation_id"] is not None:
        headers.append(("ce_causationid", row["causation_id"].encode()))
    if row["traceparent"] is not None:
        traceparent = row["traceparent"].encode()
        headers += [("ce_traceparent", traceparent), ("traceparent", traceparent)]
    return headers


@cache
def _same_for(event_type: str, source: str, *, tombstone: bool) -> tuple[Header, ...]:
    """The headers that are the same for all events of a type."""
    content = () if tombstone else (("content-type", JSON.encode()),)
    return (
        ("ce_specversion", SPECVERSION.encode()),
        ("ce_type", event_type.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", schema_uri(event_type).encode()),
        *content,
    )
