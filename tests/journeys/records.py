"""Topics as somebody reads them whose client is not ours: from offset zero to the end."""

import time
from typing import Any

from confluent_kafka import Consumer as KafkaReader
from confluent_kafka import KafkaError, TopicPartition

from tests.waiting import PATIENCE_SECONDS


def everything(bootstrap: str, *topics: str) -> list[Any]:
    """All records of these topics, each partition's in order."""
    reader = KafkaReader(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"foreign-{time.time_ns()}",
            "enable.partition.eof": True,
        }
    )
    known = reader.list_topics(timeout=30).topics
    places = [
        TopicPartition(name, number, 0) for name in topics for number in known[name].partitions
    ]
    reader.assign(places)
    found: list[Any] = []
    ended: set[tuple[str | None, int | None]] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(ended) < len(places):
        assert time.monotonic() < deadline, "the ends of the topics were not reached"
        for message in reader.consume(1_000, timeout=0.1):
            fault = message.error()
            if fault is None:
                found.append(message)
            elif fault.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its only name
                ended.add((message.topic(), message.partition()))
    reader.close()
    return found


def topics_of(bootstrap: str) -> list[str]:
    """The names of all topics that people made."""
    reader = KafkaReader({"bootstrap.servers": bootstrap, "group.id": "foreign"})
    names = [name for name in reader.list_topics(timeout=30).topics if not name.startswith("__")]
    reader.close()
    return sorted(names)
