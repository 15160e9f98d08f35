"""Real servers for the tests: embedded from packages, or containers. No test decides which.

`TALKA_TEST_SERVERS=containers` takes the images that a deployment takes; anything else, or nothing,
starts the servers that `talka up` starts, on free ports and in folders of their own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import psutil

from deploy.local.kafka import Kafka, jar_cache
from deploy.local.postgres import Postgres
from tests.ports import own_port

CLONE = Path(__file__).parents[1]
ROOMS = CLONE / ".talka" / "tests"


class PostgresServer(Protocol):
    """What a test may do with a database server."""

    @property
    def admin_url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def delete_data(self) -> None: ...


class KafkaServer(Protocol):
    """What a test may do with a broker; the address stays the same over stop and start."""

    @property
    def bootstrap(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def delete_data(self) -> None: ...


Server = TypeVar("Server", PostgresServer, KafkaServer)


def make_postgres(name: str = "postgres") -> PostgresServer:
    """A database server of this test process, not yet started; `name` tells it from another."""
    if _in_containers():
        from tests.containers import PostgresInContainer  # noqa: PLC0415  wants Docker's client

        return PostgresInContainer(own_port())
    return Postgres(_room(name), own_port(), careless=True)


def make_kafka(name: str = "kafka", *, full_speed: bool = False) -> KafkaServer:
    """A broker of this test process, not yet started; `full_speed` is for benchmarks."""
    if _in_containers():
        from tests.containers import KafkaInContainer  # noqa: PLC0415  wants Docker's client

        return KafkaInContainer(own_port())
    return Kafka(
        _room(name),
        own_port(),
        own_port(),
        jars=jar_cache(CLONE),
        full_speed=full_speed,
    )


@contextmanager
def running(server: Server, name: str = "") -> Iterator[Server]:
    """Let a server run while the block does; nothing of it is left, also when it does not start."""
    try:
        server.start()
        yield server
    finally:
        discard(server, name)


def discard(server: PostgresServer | KafkaServer, name: str = "") -> None:
    """End a server and remove everything that it wrote."""
    server.stop()
    server.delete_data()
    kind = "postgres" if hasattr(server, "admin_url") else "kafka"
    shutil.rmtree(_room(name or kind), ignore_errors=True)


def remove_leftovers() -> None:
    """Remove what test processes left behind that were killed."""
    for room in ROOMS.glob("*-*"):
        if not psutil.pid_exists(int(room.name.rpartition("-")[2])):
            Postgres(room, 0).delete_data()
            shutil.rmtree(room, ignore_errors=True)


def _room(server: str) -> Path:
    return ROOMS / f"{server}-{os.getpid()}"


def _in_containers() -> bool:
    return os.environ.get("TALKA_TEST_SERVERS") == "containers"
