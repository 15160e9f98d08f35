"""Topics as somebody reads them whose client is not ours: from offset zero to the end."""

import time
from typing import Any

from confluent_kafka import Consumer as KafkaReader
from confluent_kafka import KafkaError, TopicPartition


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
    ends = 0
    while ends < len(places):
        for message in reader.consume(1_000, timeout=1):
            fault = message.error()
            if fault is None:
                found.append(message)
            else:
                assert fault.code() == KafkaError._PARTITION_EOF, fault  # noqa: SLF001 - its only name
                ends += 1
    reader.close()
    return found


def topics_of(bootstrap: str) -> list[str]:
    """The names of all topics that people made."""
    reader = KafkaReader({"bootstrap.servers": bootstrap, "group.id": "foreign"})
    names = [name for name in reader.list_topics(timeout=30).topics if not name.startswith("__")]
    reader.close()
    return sorted(names)
