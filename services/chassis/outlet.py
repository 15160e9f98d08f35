"""Sends rows of the history to Kafka: one idempotent producer, one batch per partition and chunk.

Order per partition holds because the batches of a partition are sent one after another; all
acknowledgements are awaited before anybody may go on or rebuild the producer.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
        self._lanes: dict[tuple[str, bytes], Lane] = {}  # by topic and subject
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
            results = await asyncio.gather(
                *(self._send_lane(producer, lane, own) for lane, own in self._sorted(rows)),
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
            self._lanes.clear()
        return self._producer

    def _sorted(self, rows: Sequence[Row]) -> Iterable[tuple[Lane, list[Row]]]:
        """The rows of each partition, in their order."""
        found: dict[Lane, list[Row]] = defaultdict(list)
        known = self._lanes
        for row in rows:
            key = row["topic"], row["subject"]
            found[known.get(key) or self._lane(*key)].append(row)
        return found.items()

    def _lane(self, topic: str, subject: bytes) -> Lane:
        """The partition of the subject, by the hash that all Kafka clients share."""
        if len(self._lanes) >= REMEMBERED_SUBJECTS:
            self._lanes.clear()
        lane = topic, (murmur2(subject) & 0x7FFFFFFF) % self._counts[topic]
        self._lanes[topic, subject] = lane
        return lane

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
        key, value, headers = row["subject"], row["data"], headers_of(row)
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
    (_, _, _, type_, source, sequence, id_, subject, time, association, actor, correlation_id,
     causation_id, traceparent, data) = row  # fmt: skip
    headers = [
        *_same_for(type_, source, tombstone=data is None),
        ("ce_id", id_),
        ("ce_subject", subject),
        ("ce_time", time),
        ("ce_sequence", b"%d" % sequence),
        ("ce_association", association),
        ("ce_actor", actor),
        ("ce_correlationid", correlation_id),
    ]
    if causation_id is not None:
        headers.append(("ce_causationid", causation_id))
    if traceparent is not None:
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
