"""Servers as in production (commits reach the disk, the broker has its gigabyte), and reports.

Nothing here asserts a time: a run prints its ratio to a limit that was measured in the same run,
and is void when a record was lost, doubled or out of order.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
import uvloop
from confluent_kafka.admin import NewTopic

from deploy.local.ports import free_port
from deploy.local.postgres import Postgres
from tests.kafka_topics import create, there
from tests.servers import KafkaServer, PostgresServer, make_kafka, running


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that keeps its promises: synchronous commits, fsync."""
    room: Path = tmp_path_factory.mktemp("postgres")
    with running(Postgres(room, free_port())) as server:
        yield server


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    with running(make_kafka(full_speed=True)) as server:
        yield server


@dataclass(frozen=True)
class Report:
    """Prints what was measured, beside its limit."""

    name: str

    def rates(self, ours: Sequence[float], limit: Sequence[float], *, goal: float) -> None:
        """Pairs of runs, ours and the limit in turn; the median of the ratios counts."""
        ratios = [a / b for a, b in zip(ours, limit, strict=True)]
        self.line(
            f"{median(ours):,.0f}/s, limit {median(limit):,.0f}/s,"
            f" ratio {median(ratios):.2f} (goal {goal:.2f}),"
            f" {len(ratios)} pairs {min(ratios):.2f} to {max(ratios):.2f}"
        )

    def times(self, seconds: Sequence[float], *, goals_ms: dict[int, float]) -> None:
        """Percentiles of latencies in milliseconds, each beside its goal."""
        ordered = sorted(seconds)
        found = (
            f"p{p} {ordered[min(len(ordered) - 1, len(ordered) * p // 100)] * 1000:.1f} ms"
            f" (goal {goal:.0f})"
            for p, goal in goals_ms.items()
        )
        self.line(f"{len(ordered):,} measured, {', '.join(found)}")

    def line(self, text: str) -> None:
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        print(f"\n{self.name}: {text}; load {load}")  # noqa: T201 - this is what it is for


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    return Report(request.node.name.removeprefix("test_"))


@pytest.fixture
def bench_topics(fresh_topics: str) -> str:
    """The broker's address, with the declared topics empty and one that takes anything."""
    names = set(there(fresh_topics))
    if "sandbox.benchmark" not in names:
        create(fresh_topics, NewTopic("sandbox.benchmark", 12, 1))
    return fresh_topics


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that services run on."""
    return {"uvloop": uvloop.new_event_loop}
