"""`talka up` from its first start to its end, and to ends that nobody wished for."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.ports import LOOPBACK
from tests.deploy.listening import listener, listeners
from tests.talka import DEADLINE_SECONDS, Talka, eventually

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("kafka")]


@pytest.fixture
def talka(tmp_path: Path) -> Iterator[Talka]:
    made = Talka(tmp_path / "room")
    yield made
    made("down", "--delete-data", "--yes")


@pytest.fixture
def beside(tmp_path: Path, fresh_topics: str) -> Iterator[Talka]:
    """One that starts PostgreSQL alone, because there is a Kafka already."""
    made = Talka(tmp_path / "room", {"KAFKA_BOOTSTRAP": fresh_topics})
    yield made
    made("down", "--delete-data", "--yes")


UP = ("up", "--services", "registry", "--seed", "none")


def is_another(port: int, former: psutil.Process) -> bool:
    return any(found != former for found in listeners(port))


def servers_of(pid: int) -> list[psutil.Process]:
    servers: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    return servers


class TestLife:
    def test_starts_says_how_it_is_and_stops(self, talka: Talka) -> None:
        started = talka(*UP, "--detach")
        assert started.returncode == 0, started.stderr
        assert f"Ready  http://localhost:{talka.port}" in started.stderr
        eventually("the service is ready", lambda: talka.is_ready("registry"))
        servers = servers_of(talka.pid)

        again = talka(*UP)
        assert (again.returncode, "TLK-E007  Talka is running already" in again.stderr) == (1, True)

        status = talka("status", "--json")
        assert json.loads(status.stdout)["services"][0]["database"] == "ok"
        assert "registry" in talka("status").stdout

        stopped = talka("down")
        assert (stopped.returncode, stopped.stderr) == (0, "Stopped.\n")
        assert not any(server.is_running() for server in servers)
        assert talka("status").returncode == 4

    def test_keeps_data_over_a_stop(self, talka: Talka) -> None:
        talka(*UP, "--detach")
        secrets = (talka.room / "secrets.json").read_text()
        talka("down")

        talka(*UP, "--detach")

        assert (talka.room / "secrets.json").read_text() == secrets
        assert "14 new" not in (talka.room / "up.log").read_text()
        assert talka("db", "status").returncode == 0


class TestUnwishedEnds:
    def test_a_kill_leaves_no_orphan_and_no_broken_data(self, talka: Talka) -> None:
        talka(*UP, "--detach")
        servers = servers_of(talka.pid)

        os.kill(talka.pid, signal.SIGKILL)

        eventually("all servers end", lambda: not any(s.is_running() for s in servers))
        assert talka("status").returncode == 4
        assert talka(*UP, "--detach").returncode == 0
        eventually("the service is ready", lambda: talka.is_ready("registry"))

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_while_it_starts_stops_it_in_order(
        self, talka: Talka, number: signal.Signals
    ) -> None:
        process = talka.begin(*UP)
        eventually("PostgreSQL starts", (talka.room / "postgres.log").exists)
        servers = servers_of(process.pid)

        process.send_signal(number)
        _, words = process.communicate(timeout=DEADLINE_SECONDS)

        assert process.returncode == 130, words
        assert "TLK-E005  Interrupted before it was ready" in words
        assert not any(server.is_running() for server in servers)

    def test_ctrl_c_ends_a_running_one_well(self, beside: Talka) -> None:
        process = beside.begin(*UP)
        eventually("it is ready", lambda: beside("status").returncode == 0)

        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=DEADLINE_SECONDS)

        assert process.returncode == 0, words

    def test_a_server_that_ends_by_itself_is_started_again(self, beside: Talka) -> None:
        beside(*UP, "--detach")
        killed = listener(beside.postgres_port)

        killed.kill()

        eventually("another one listens", lambda: is_another(beside.postgres_port, killed))
        eventually("the service is ready again", lambda: beside.is_ready("registry"))


class TestTakenPort:
    def test_names_the_owner_and_another_port(self, talka: Talka) -> None:
        with socket.create_server((LOOPBACK, talka.kafka_port)):
            refused = talka(*UP)

        assert refused.returncode == 1
        assert f"Port {talka.kafka_port} is taken by process {os.getpid()}" in refused.stderr
        assert f"talka up --kafka-port {talka.kafka_port + 10_000}" in refused.stderr
