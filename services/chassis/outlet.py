"""Sends rows of the history to Kafka: one idempotent producer, one batch per partition and chunk.

Order per partition holds because the batches of a partition are sent one after another; all
acknowledgements are awaited before anybody may go on or rebuild the producer.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import murmur2

from contracts.envelope import to_headers
from services.chassis.history import envelope_of

REMEMBERED_SUBJECTS: Final = 200_000
REFUSED_FOR_GOOD: Final = (MessageSizeTooLargeError, RecordListTooLargeError)

Row = Any  # an asyncpg.Record of the history
Lane = tuple[str, int]


class Outlet:
    """The way out to Kafka, opened at the first send and rebuilt after any error."""

    def __init__(self, bootstrap: str, *, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._partitions: dict[tuple[str, str], int] = {}
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
            lanes: dict[Lane, list[Row]] = defaultdict(list)
            for row in rows:
                lanes[await self._lane(producer, row)].append(row)
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

    async def _lane(self, producer: AIOKafkaProducer, row: Row) -> Lane:
        """The partition of the row's subject, by the hash that all Kafka clients share."""
        topic, subject = row["topic"], row["subject"]
        count = self._counts.get(topic)
        if count is None:
            count = self._counts[topic] = len(await producer.partitions_for(topic))
            self._partitions = {at: p for at, p in self._partitions.items() if at[0] != topic}
        partition = self._partitions.get((topic, subject))
        if partition is None:
            if len(self._partitions) >= REMEMBERED_SUBJECTS:
                self._partitions.clear()
            partition = (murmur2(subject.encode()) & 0x7FFFFFFF) % count
            self._partitions[topic, subject] = partition
        return topic, partition

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
        record = {
            "timestamp": None,
            "key": row["subject"].encode(),
            "value": row["data"],
            "headers": to_headers(envelope_of(row)),
        }
        if batch.append(**record) is None:  # the batch is full
            batch = producer.create_batch()
            batches.append(batch)
            if batch.append(**record) is None:
                raise MessageSizeTooLargeError
    for full in batches:
        full.close()
        await (await producer.send_batch(full, topic, partition=partition))
