"""`talka up` from its first start to its end, and to ends that nobody wished for."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from deploy.local.ports import LOOPBACK, free_port
from tests.deploy.listening import listener
from tests.servers import CLONE

DEADLINE_SECONDS = 90

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("kafka")]


@dataclass(frozen=True)
class Talka:
    """The command, working on an instance of its own."""

    room: Path
    port: int
    kafka_port: int
    postgres_port: int

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603  our own command
            self._line(arguments),
            env=self._environment(),
            cwd=CLONE,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603  our own command
            self._line(arguments),
            env=self._environment(),
            cwd=CLONE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        pid = json.loads((self.room / "running.json").read_text())["pid"]
        assert isinstance(pid, int)
        return pid

    def _line(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-P", "-m", "deploy.cli", *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(CLONE),
            "TALKA_ROOM": str(self.room),
            "TALKA_CACHE": os.environ.get("TALKA_CACHE", str(CLONE / ".talka" / "cache")),
            "TALKA_PORT": str(self.port),
            "TALKA_KAFKA_PORT": str(self.kafka_port),
            "TALKA_POSTGRES_PORT": str(self.postgres_port),
        }


@pytest.fixture
def talka(tmp_path: Path) -> Iterator[Talka]:
    made = Talka(tmp_path / "room", free_port(), free_port(), free_port())
    yield made
    made("down", "--delete-data", "--yes")


UP = ("up", "--services", "registry", "--seed", "none")


def get(talka: Talka, path: str) -> int:
    with urlopen(f"http://{LOOPBACK}:{talka.port}{path}", timeout=10) as answer:
        status = answer.status
        assert isinstance(status, int)
        return status


def eventually(what: str, is_true: object) -> None:
    assert callable(is_true)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS} seconds: {what}"
        time.sleep(0.1)


def servers_of(pid: int) -> list[psutil.Process]:
    servers: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    return servers


class TestLife:
    def test_starts_says_how_it_is_and_stops(self, talka: Talka) -> None:
        started = talka(*UP, "--detach")
        assert started.returncode == 0, started.stderr
        assert f"Ready  http://localhost:{talka.port}" in started.stderr
        assert get(talka, "/registry/healthz") == 200
        servers = servers_of(talka.pid)

        again = talka(*UP)
        assert (again.returncode, "running already" in again.stderr) == (0, True)

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
        assert get(talka, "/registry/readyz") == 200

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

    def test_ctrl_c_ends_a_running_one_well(self, talka: Talka) -> None:
        process = talka.begin(*UP)
        eventually("it is ready", lambda: talka("status").returncode == 0)

        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=DEADLINE_SECONDS)

        assert process.returncode == 0, words

    def test_a_server_that_ends_by_itself_is_started_again(self, talka: Talka) -> None:
        talka(*UP, "--detach")

        listener(talka.postgres_port).kill()

        eventually("the service is not ready", lambda: not ready(talka))
        eventually("the service is ready again", lambda: ready(talka))


class TestTakenPort:
    def test_names_the_owner_and_another_port(self, talka: Talka) -> None:
        with socket.create_server((LOOPBACK, talka.kafka_port)):
            refused = talka(*UP)

        assert refused.returncode == 1
        assert f"Port {talka.kafka_port} is taken by process {os.getpid()}" in refused.stderr
        assert f"talka up --kafka-port {talka.kafka_port + 10_000}" in refused.stderr


def ready(talka: Talka) -> bool:
    try:
        return get(talka, "/registry/readyz") == 200
    except OSError:
        return False
