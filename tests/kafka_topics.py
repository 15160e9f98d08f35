"""Looks at, removes and makes topics, and waits until the broker says so to everybody."""

import time

from confluent_kafka.admin import AdminClient, NewTopic

from tests.waiting import PATIENCE_SECONDS


def there(bootstrap: str) -> dict[str, int]:
    """The topics of the broker with their numbers of partitions."""
    client = AdminClient({"bootstrap.servers": bootstrap})
    found = client.list_topics(timeout=PATIENCE_SECONDS).topics
    return {name: len(topic.partitions) for name, topic in found.items()}


def delete(bootstrap: str, names: list[str]) -> None:
    """Remove topics; returns when the broker lists none of them any more."""
    if not names:
        return
    client = AdminClient({"bootstrap.servers": bootstrap})
    for future in client.delete_topics(names).values():
        future.result(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while there(bootstrap).keys() & set(names):
        assert time.monotonic() < deadline, "the topics are still listed"
        time.sleep(0.01)


def create(bootstrap: str, topic: NewTopic) -> None:
    """Make a topic; returns when the broker lists it."""
    client = AdminClient({"bootstrap.servers": bootstrap})
    client.create_topics([topic])[topic.topic].result(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while topic.topic not in there(bootstrap):
        assert time.monotonic() < deadline, "the topic is not listed"
        time.sleep(0.01)
