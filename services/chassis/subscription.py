"""The loop between Kafka and a consumer: a FastStream batch subscriber that settles every record.

The position in the database decides, inside the batch; Kafka's committed offset only says where
to begin looking. Only `NACK_ON_ERROR` keeps a failed record, and it comes again at once: the
pauses are ours.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import failpoints, telemetry
from services.chassis.background import Pause
from services.chassis.database import Sessions, is_transient
from services.chassis.guard import COMPACTED, Jumped, Position
from services.chassis.logs import log
from services.chassis.received import Record

BATCH_RECORDS: Final = 2000
LOOK_BACK_EVERY: Final = 5.0
QUIET_SECONDS: Final = 5.0  # Kafka answers twice a second, also when there is nothing new


@dataclass(frozen=True, slots=True)
class Reach:
    """How many records of a partition waited, and when (UTC, real time) Kafka said so."""

    lag: int
    heard_at: datetime


class Applies(Protocol):
    """Whatever takes batches of records from topics, under a stored name."""

    @property
    def name(self) -> str: ...

    @property
    def topics(self) -> list[str]: ...

    async def apply(
        self, session: AsyncSession, records: Sequence[Record], *, accepted: Collection[Position]
    ) -> None: ...


class Subscription:
    """One consumer's place in its group: starts, applies batches, seeks back, stops."""

    def __init__(
        self,
        consumer: Applies,
        sessions: Sessions,
        *,
        bootstrap: str,
        instance: str,
        batch_records: int = BATCH_RECORDS,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self.consumer = consumer
        self._sessions = sessions
        self._pause = Pause()
        self._accepted: set[Position] = set()
        self._applied: dict[TopicPartition, int] = {}
        self._idle_at: dict[TopicPartition, int] = {}
        self.polled_at = time.monotonic()
        self.failing_since: float | None = None
        self._quiet = timedelta(seconds=quiet_seconds)
        self._heard_at = datetime.now(UTC)
        self._is_connected = False
        self._is_busy = False
        self._broker = KafkaBroker(
            bootstrap,
            logger=None,
            graceful_timeout=15,
            allow_auto_create_topics=False,
            client_id=f"talka-{consumer.name}",
        )
        self._subscriber = self._at_broker(instance, batch_records)
        self._subscriber(self._take)

    def _at_broker(self, instance: str, batch_records: int) -> Any:
        return self._broker.subscriber(
            *self.consumer.topics,
            group_id=self.consumer.name,
            batch=True,
            max_records=batch_records,
            batch_timeout_ms=20,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            auto_offset_reset="earliest",
            group_instance_id=f"{self.consumer.name}-{instance}",  # back at once after a crash
            session_timeout_ms=30_000,
            heartbeat_interval_ms=3_000,
            parser=self._parsed,
            decoder=_decoded,
        )

    async def run(self) -> None:
        """Consume until cancelled; batches under way end, their positions are saved.

        Raises:
            KafkaError, OSError: Kafka is away; begin again after a while.
        """
        try:
            await self._broker.start()
            self._is_connected = True
            kafka = self._kafka
            kafka.getmany = self._patient(kafka.getmany)
            while True:
                await asyncio.sleep(LOOK_BACK_EVERY)
                await self._look_back()
        finally:
            self._is_connected = False
            await self._broker.stop()

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        kafka = self._subscriber.consumer
        if kafka is None:
            raise RuntimeError("the subscription has not been started")
        return kafka

    def _patient(self, getmany: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Poll until there are records: after an empty poll FastStream would sleep in addition."""

        async def getmany_until_some(*args: object, **kwargs: object) -> Mapping[Any, Any]:
            while True:
                self.polled_at = time.monotonic()
                found: Mapping[Any, Any] = await getmany(*args, **kwargs)
                if found or not self._subscriber.running:
                    return found

        return getmany_until_some

    def lag(self) -> int | None:
        """How many records wait in Kafka behind the last poll; None while Kafka is silent."""
        reach = self.reach()
        if not reach or self.silent_since() is not None:
            return None
        return sum(one.lag for one in reach.values())

    def silent_since(self) -> datetime | None:
        """Since when (UTC, real time) Kafka has not answered; None in ordinary life."""
        heard = [one.heard_at for one in (self.reach() or {}).values()]
        self._heard_at = max([self._heard_at, *heard])
        if self._is_busy or (self._is_connected and not self._kafka.assignment()):
            return None  # nothing is asked while a batch is applied, nor without partitions
        return self._heard_at if datetime.now(UTC) - self._heard_at > self._quiet else None

    def reach(self) -> dict[Position, Reach] | None:
        """How far each partition of ours was read when Kafka last answered; None while apart."""
        kafka = self._subscriber.consumer
        if kafka is None:
            return None
        found: dict[Position, Reach] = {}
        for at in kafka.assignment():
            heard = kafka.last_poll_timestamp(at)  # milliseconds; also of an answer without records
            if heard is not None:
                waiting = max(0, (kafka.highwater(at) or 0) - self._applied.get(at, 0))
                found[at.topic, at.partition] = Reach(
                    waiting, datetime.fromtimestamp(heard / 1000, UTC)
                )
        return found

    async def _parsed(self, records: tuple[ConsumerRecord[Any, Any], ...]) -> KafkaAckableMessage:
        return KafkaAckableMessage(
            body=b"",
            headers={},
            batch_headers=[],
            raw_message=records,
            message_id="",
            correlation_id=None,
            reply_to="",
            content_type=None,
            path={},
            consumer=self._kafka,
        )

    async def _take(self, records: list[Any]) -> None:
        self._is_busy = True
        try:
            await self._apply(records)
        finally:
            self._heard_at, self._is_busy = datetime.now(UTC), False

    async def _apply(self, records: list[Any]) -> None:
        await failpoints.hit("consumer.fetched")
        try:
            async with self._sessions.begin() as session:
                await self.consumer.apply(
                    session, [record_of(record) for record in records], accepted=self._accepted
                )
        except Jumped as jump:
            self._seek(jump)
        except Exception as fault:  # whatever it is, the batch comes again at once
            await self._wait(fault)
            raise
        else:
            await failpoints.hit("consumer.committed")
            for record in records:
                self._applied[TopicPartition(record.topic, record.partition)] = record.offset + 1
            self._accepted.clear()
            self._pause.reset()
            self.failing_since = None

    def _seek(self, jump: Jumped) -> None:
        """Go back in every partition of the batch; a jump that is still there then is accepted.

        In compacted topics offsets have gaps by nature. Elsewhere records are gone for good: their
        subjects will wait for the missing events, everybody else goes on.
        """
        for (topic, partition), offset in jump.positions.items():
            self._kafka.seek(TopicPartition(topic, partition), offset)
        self._accepted |= jump.jumps
        lost = [position for position in jump.jumps if position[0] not in COMPACTED]
        if lost:
            telemetry.JUMPS.labels(self.consumer.name).inc()
            log.error("position jumped", consumer=self.consumer.name, partitions=lost)

    async def _wait(self, fault: Exception) -> None:
        self.failing_since = self.failing_since or time.monotonic()
        seconds = self._pause.next()
        log.warning(
            "batch failed",
            consumer=self.consumer.name,
            why=type(fault).__name__,
            transient=is_transient(fault),
            again_in_seconds=round(seconds, 1),
        )
        await asyncio.sleep(seconds)

    async def _look_back(self) -> None:
        """An idle topic brings no batch that could show a restored database: compare and seek."""
        self.silent_since()  # keeps when Kafka was heard last, also if nobody asks
        stored = await self._stored()
        self._applied.update(stored or {})
        for partition in self._kafka.assignment() if stored is not None else ():
            async with asyncio.timeout(LOOK_BACK_EVERY):
                position = await self._kafka.position(partition)
            expected = (stored or {}).get(partition, 0)
            if position > expected and self._idle_at.get(partition) == position:
                self._kafka.seek(partition, expected)
            self._idle_at[partition] = position

    async def _stored(self) -> dict[TopicPartition, int] | None:
        positions = text(
            "select topic, partition, next_offset from progress where consumer = :name"
        )
        try:
            async with self._sessions() as session:
                rows = await session.execute(positions, {"name": self.consumer.name})
                return {TopicPartition(topic, number): offset for topic, number, offset in rows}
        except SQLAlchemyError as fault:
            if not is_transient(fault):
                raise
            return None


def record_of(record: ConsumerRecord[Any, Any]) -> Record:
    """A record of aiokafka as ours."""
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
        timestamp_ms=record.timestamp,
    )


async def _decoded(message: KafkaAckableMessage) -> list[Any]:
    return list(message.raw_message)
