"""The work behind `talka tail`: reads topics by offset, in no group, so that nobody is moved."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from contracts.catalogue import UnknownType, read
from contracts.envelope import MalformedEnvelope, from_headers, to_document
from deploy.kafka import topics as declared
from deploy.local.faults import Exit, Fault

SANDBOX: Final = "sandbox"
TIMEOUT_SECONDS: Final = 10
Header = tuple[str, str | bytes | None]
Place = tuple[str, int]
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as bytes, with its place."""

    topic: str
    partition: int
    offset: int
    key: str | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def chosen(names: Sequence[str]) -> list[str]:
    """The topics to follow: those named, else all but the sandbox and those about persons.

    Raises:
        Fault: one is not declared.
    """
    known = declared.load()
    for name in names:
        declared.named(name)
    ordinary = [
        topic.name
        for topic in known.values()
        if topic.classification != "personal" and topic.name != SANDBOX
    ]
    return list(names) or ordinary


def seconds(text: str, option: str) -> float:
    """An age or a pause in seconds: 500ms, 5s, 10m, 2h, 1d.

    Raises:
        Fault: it is written in another way.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if found is None:
        raise Fault(
            "TLK-E082",
            f"{option} {text}: that is no length of time.",
            "Write a number and a unit: 500ms, 5s, 10m, 2h, 1d. For example:",
            f"talka tail {option} 10m",
            exit_code=Exit.WRONG_USE,
        )
    return float(found[1]) * _UNITS[found[2]]


def start_of(since: str | None) -> int:
    """Where to begin: an offset that Kafka understands when negative, else milliseconds of time.

    Raises:
        Fault: it is neither `begin` nor an age nor an instant.
    """
    if since is None:
        return OFFSET_END
    if since == "begin":
        return OFFSET_BEGINNING
    try:
        instant = datetime.fromisoformat(since)
    except ValueError:
        return int((time.time() - seconds(since, "--from")) * 1000)
    return int(instant.astimezone(UTC).timestamp() * 1000)


@dataclass
class Following:
    """The records of some topics, each partition in its order; endless without an idle time."""

    bootstrap: str
    topics: Sequence[str]
    since: int
    idle_seconds: float | None
    count: int = 0

    def __iter__(self) -> Iterator[Raw]:
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "talka-tail",  # asked for by the client; never joined, never committed
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "log_level": 0,
            }
        )
        try:
            places = self._places(consumer)
            consumer.assign(places)
            yield from self._records(consumer, {(each.topic, each.partition) for each in places})
        except KafkaException as fault:
            raise declared.away(self.bootstrap, fault.args[0]) from None
        finally:
            consumer.close()

    def _places(self, consumer: Consumer) -> list[TopicPartition]:
        there = consumer.list_topics(timeout=TIMEOUT_SECONDS).topics
        places = [
            TopicPartition(name, partition, self.since)
            for name in self.topics
            if name in there
            for partition in there[name].partitions
        ]
        if self.since < 0:
            return places
        return consumer.offsets_for_times(places, timeout=TIMEOUT_SECONDS)

    def _records(self, consumer: Consumer, behind: set[Place]) -> Iterator[Raw]:
        """Records as they come; nobody is idle before the end of every partition."""
        last = time.monotonic()
        while self.idle_seconds is None or time.monotonic() - last < self.idle_seconds:
            if behind:
                last = time.monotonic()
            for message in consumer.consume(500, timeout=0.2):
                error = message.error()
                if error is not None:
                    behind.discard((message.topic() or "", message.partition() or 0))
                    _raise_unless_passing(error, self.bootstrap)
                    continue
                last = time.monotonic()
                self.count += 1
                yield _raw(message)


def document(record: Raw) -> dict[str, Any]:
    """The record as a CloudEvent in structured mode, with its place; unreadable ones say why."""
    place = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": record.key,
    }
    try:
        envelope = from_headers(record.headers)
        return to_document(read(envelope, record.value), envelope) | {"kafka": place}
    except (MalformedEnvelope, UnknownType, ValueError) as fault:
        text = None if record.value is None else record.value.decode(errors="replace")
        return {"fault": str(fault), "value": text, "kafka": place}


def _raw(message: Message) -> Raw:
    key = message.key()
    return Raw(
        message.topic() or "",
        message.partition() or 0,
        message.offset() or 0,
        key.decode(errors="replace") if isinstance(key, bytes) else key,
        message.value(),
        [(name, _bytes(value)) for name, value in cast("list[Header]", message.headers() or [])],
    )


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


def _raise_unless_passing(error: KafkaError, bootstrap: str) -> None:
    if error.code() in {KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT}:  # noqa: SLF001
        raise declared.away(bootstrap, error)
