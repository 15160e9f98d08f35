"""The `talka` command, working on an instance of its own: for tests of the command and journeys."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.mailbox import Mailbox
from deploy.local.ports import LOOPBACK
from tests.ports import own_port
from tests.servers import CLONE

ANSWER_SECONDS = 30
DEADLINE_SECONDS = 300  # a start with the whole demo, on a machine with other work


@dataclass(frozen=True)
class Talka:
    """One instance: its room, its port, and what its environment says beside them."""

    room: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=own_port)
    kafka_port: int = field(default_factory=own_port)
    postgres_port: int = field(default_factory=own_port)

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(  # noqa: S603  our own command
            _line(arguments),
            env=self._whole_environment(),
            cwd=CLONE,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Run a command beside the test."""
        return subprocess.Popen(  # noqa: S603  our own command
            _line(arguments),
            env=self._whole_environment(),
            cwd=CLONE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def up(self, *arguments: str) -> Iterator["Talka"]:
        """Let it run while the block does; nothing of it is left afterwards."""
        try:
            started = self("up", "--detach", *arguments)
            assert started.returncode == 0, started.stderr
            yield self
        finally:
            self("down", "--delete-data", "--yes")

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def mailbox(self) -> Mailbox:
        """The mails it sent."""
        return Mailbox(self.room / "mailbox")

    @property
    def pid(self) -> int:
        pid = json.loads((self.room / "running.json").read_text())["pid"]
        assert isinstance(pid, int)
        return pid

    def is_ready(self, service: str) -> bool:
        """Whether a service serves requests now."""
        try:
            answer = httpx.get(f"{self.address}/{service}/readyz", timeout=ANSWER_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _whole_environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(CLONE),
            "TALKA_ROOM": str(self.room),
            "TALKA_CACHE": os.environ.get("TALKA_CACHE", str(CLONE / ".talka" / "cache")),
            "TALKA_PORT": str(self.port),
            "TALKA_KAFKA_PORT": str(self.kafka_port),
            "TALKA_POSTGRES_PORT": str(self.postgres_port),
            **self.environment,
        }


def eventually(what: str, is_true: Callable[[], bool]) -> None:
    """Wait until something can be seen, and no longer."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS} seconds: {what}"
        time.sleep(0.1)


def _line(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-P", "-m", "deploy.cli", *arguments]
