"""Makes Kafka's topics what `topics.yaml` says; a service starts only when they are.

The number of partitions is never changed: the order of an aggregate hangs on it.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from contracts.vocabulary import COUNTRIES
from deploy.local.faults import Exit, Fault

FILE: Final = Path(__file__).with_name("topics.yaml")
ANSWER_SECONDS: Final = 10  # a broker that is there answers at once
TIMEOUT_SECONDS: Final = 30
AS_THE_BROKER_SAYS: Final = -1


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it shall be; settings are text, as Kafka keeps them."""

    name: str
    classification: str
    partitions: int
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the file and the broker.

    `what` is a sentence for people. With `settings` they are set on a topic that exists; a
    `possible` change without them makes the topic.
    """

    topic: Topic
    what: str
    settings: dict[str, str]
    possible: bool = True


def load(file: Path = FILE) -> dict[str, Topic]:
    """The topics of the file by name, in its order; some stand once for each association."""
    declared = yaml.safe_load(file.read_text())
    return {
        topic.name: topic
        for stem, entry in declared["topics"].items()
        for topic in _topics(stem, entry, declared)
    }


def plan(bootstrap: str) -> list[Change]:
    """What `apply` would do, and what it would refuse; empty when Kafka is as the file says.

    Raises:
        Fault: Kafka cannot be reached.
    """
    return list(_changes(_client(bootstrap), bootstrap))


def apply(bootstrap: str) -> list[Change]:
    """Create missing topics and set settings; returns what was done.

    Raises:
        Fault: Kafka cannot be reached, or a topic has another number of partitions.
    """
    client = _client(bootstrap)
    changes = list(_changes(client, bootstrap))
    for change in changes:
        if not change.possible:
            raise _mismatch(change.what)
    new = [change.topic for change in changes if not change.settings]
    _wait(client.create_topics([_new(topic) for topic in new]) if new else {})
    altered = [_alteration(change) for change in changes if change.settings]
    _wait(client.incremental_alter_configs(altered) if altered else {})
    if changes:
        _wait_until_so(client, bootstrap)
    return changes


def check(bootstrap: str) -> None:
    """Let a service start only on the topics it was written for; nothing is created.

    Raises:
        Fault: a topic is missing or has another number of partitions; names the command.
    """
    for change in plan(bootstrap):
        if not change.possible:
            raise _mismatch(change.what)
        if not change.settings:
            raise Fault(
                "TLK-E051",
                f"{change.what} Nothing was created.",
                "Make the topics, then start again:",
                "talka topics apply",
                exit_code=Exit.REFUSED,
            )


def named(name: str) -> Topic:
    """The topic of that name.

    Raises:
        Fault: none is declared.
    """
    declared = load()
    if name not in declared:
        raise Fault(
            "TLK-E081",
            f"There is no topic {name!r}.",
            f"There are: {', '.join(declared)}. What is in them:",
            "talka contracts list",
            exit_code=Exit.WRONG_USE,
        )
    return declared[name]


def away(bootstrap: str, error: KafkaError) -> Fault:
    """What is told when no broker answers."""
    return Fault(
        "TLK-E052",
        f"Kafka at {bootstrap} does not answer: {error.str()}",
        "Look at KAFKA_BOOTSTRAP and at the broker (without it talka up starts its own), or see"
        " whether Talka runs:",
        "talka status",
        exit_code=Exit.CANNOT_CONNECT,
    )


def _topics(stem: str, entry: dict[str, Any], declared: dict[str, Any]) -> Iterator[Topic]:
    """The topics of one entry; where each association has its own, it alone writes or reads it."""
    if not entry.get("per_association"):
        yield _topic(stem, entry, declared)
        return
    for country in map(str.lower, COUNTRIES):
        own = {
            side: [country if each == "associations" else each for each in entry[side]]
            for side in ("writers", "readers")
        }
        yield _topic(f"{stem}.{country}", entry | own, declared)


def _topic(name: str, entry: dict[str, Any], declared: dict[str, Any]) -> Topic:
    kind = declared["kinds"].get(entry["classification"], {})
    settings = declared["settings"] | kind | entry.get("settings", {})
    return Topic(
        name=name,
        classification=entry["classification"],
        partitions=entry.get("partitions", declared["partitions"]),
        writers=tuple(entry["writers"]),
        readers=tuple(entry["readers"]),
        settings={key: str(value) for key, value in settings.items()},
    )


def _client(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


def _changes(client: AdminClient, bootstrap: str) -> Iterator[Change]:
    declared = load()
    try:
        there = client.list_topics(timeout=ANSWER_SECONDS).topics
    except KafkaException as fault:
        raise away(bootstrap, fault.args[0]) from fault
    existing = [topic for topic in declared.values() if topic.name in there]
    settings = _settings(client, existing)
    for topic in declared.values():
        if topic.name not in there:
            yield Change(topic, f"The topic {topic.name} is missing.", {})
            continue
        partitions = len(there[topic.name].partitions)
        if partitions != topic.partitions:
            what = f"The topic {topic.name} has {partitions} partitions, not {topic.partitions}."
            yield Change(topic, what, {}, possible=False)
        found = settings[topic.name]
        other = {key: value for key, value in topic.settings.items() if found.get(key) != value}
        if other:
            said = ", ".join(f"{key} {found.get(key)} → {value}" for key, value in other.items())
            yield Change(topic, f"The topic {topic.name} has other settings: {said}.", other)


def _settings(client: AdminClient, topics: list[Topic]) -> dict[str, dict[str, str]]:
    if not topics:
        return {}
    asked = client.describe_configs(
        [ConfigResource(ResourceType.TOPIC, topic.name) for topic in topics]
    )
    return {
        resource.name: {name: entry.value for name, entry in future.result(TIMEOUT_SECONDS).items()}
        for resource, future in asked.items()
    }


def _new(topic: Topic) -> NewTopic:
    return NewTopic(
        topic.name,
        num_partitions=topic.partitions,
        replication_factor=AS_THE_BROKER_SAYS,
        config=topic.settings,
    )


def _alteration(change: Change) -> ConfigResource:
    return ConfigResource(
        ResourceType.TOPIC,
        change.topic.name,
        incremental_configs=[
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in change.settings.items()
        ],
    )


def _wait(futures: dict[Any, Future[Any]]) -> None:
    for future in futures.values():
        future.result(TIMEOUT_SECONDS)


def _wait_until_so(client: AdminClient, bootstrap: str) -> None:
    """The controller answers before the broker shows it: a start right after must succeed."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not _is_so(client, bootstrap):
        if time.monotonic() > deadline:
            raise Fault(
                "TLK-E054",
                f"Kafka took the topics but does not show them after {TIMEOUT_SECONDS} seconds.",
                "The broker is overloaded or ill; look at its log, then try again:",
                "talka topics apply",
            )
        time.sleep(0.02)


def _is_so(client: AdminClient, bootstrap: str) -> bool:
    try:
        return not list(_changes(client, bootstrap))
    except KafkaException:  # one that is listed already, but not yet known
        return False


def _mismatch(what: str) -> Fault:
    return Fault(
        "TLK-E053",
        f"{what} Nothing was changed.",
        "The order of an aggregate hangs on the number: it is never changed in place. If no data "
        "matter, delete the topic and make it anew; else say in topics.yaml what is there:",
        "talka topics apply",
        exit_code=Exit.REFUSED,
    )
