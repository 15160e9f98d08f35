"""What `talka status` says of Kafka and PostgreSQL."""

import json
from datetime import UTC, datetime
from socket import socket

import pytest

from deploy.local.instance import Running
from deploy.local.report import Entry, as_json, servers_of

SINCE = datetime(2027, 3, 1, 18, 38, tzinfo=UTC)


@pytest.fixture
def running() -> Running:
    """An instance whose servers have ended: nobody listens at their ports any more."""
    with socket() as once:
        once.bind(("localhost", 0))
        port = once.getsockname()[1]
    postgres = f"postgresql://talka:secret@localhost:{port}/postgres"
    return Running(7, "http://localhost:1", f"localhost:{port}", postgres, ("registry",))


class TestServers:
    def test_away_are_named_with_what_to_do(self, running: Running) -> None:
        entries = [Entry("registry", "down", kafka_away_since=SINCE), Entry("exchanges", "ok")]

        kafka, postgres = servers_of(running, entries)

        assert (kafka.is_there, kafka.since, postgres.is_there) == (False, SINCE, False)
        assert kafka.line.startswith(
            f"Kafka at {running.kafka}: away since {SINCE.astimezone():%H:%M}"
        )
        assert postgres.line.startswith(f"PostgreSQL at {running.kafka}: away  → nothing is lost")
        assert kafka.line.endswith("talka down, then talka up")
        told = json.loads(as_json(running, entries, [kafka, postgres]))
        assert [server["is_there"] for server in told["servers"]] == [False, False]
        assert "secret" not in json.dumps(told)

    def test_that_listens_but_answers_no_service_is_away(self) -> None:
        with socket() as hung:
            hung.bind(("localhost", 0))
            hung.listen()
            address = f"localhost:{hung.getsockname()[1]}"
            at = Running(7, "", address, f"postgresql://x@{address}/x", ())

            fine = servers_of(at, [])
            missed = servers_of(at, [Entry("a", "down", database="down", kafka_away_since=SINCE)])

        assert [server.is_there for server in fine] == [True, True]
        assert fine[0].line == f"Kafka at {address}: reachable"
        assert [server.is_there for server in missed] == [False, False]
