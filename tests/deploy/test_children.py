"""A server ends with us, whatever ends us, and is asked to before it is made to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.local.children import Child
from deploy.local.faults import Fault
from tests.waiting import PATIENCE_SECONDS

# Writes its pid when it starts and a farewell when it is asked to end.
SERVER = """
import os, signal, sys, time
def farewell(*_):
    open(sys.argv[1], "w").write("farewell")
    sys.exit(143)
signal.signal(signal.SIGTERM, farewell)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(600)
"""
OWNER = """
import signal, sys, time
from pathlib import Path
from deploy.local.children import Child
signal.signal(signal.SIGINT, signal.default_int_handler)  # where shells start tests it is ignored
said, server = sys.argv[1:]
child = Child("server", [sys.executable, "-c", server, said], log=Path(said + ".log"))
child.start()
time.sleep(600)
"""


def wait_for(said: Path, *, farewell: bool = False) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        text = said.read_text() if said.exists() else ""
        if text and (text == "farewell") == farewell:
            return text
        time.sleep(0.02)
    raise AssertionError(f"the server said {text!r}")


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.02)


def a_child(said: Path, *, server: str = SERVER, grace_seconds: int = PATIENCE_SECONDS) -> Child:
    return Child(
        "server",
        [sys.executable, "-c", server, str(said)],
        log=said.with_suffix(".log"),
        grace_seconds=grace_seconds,
    )


@pytest.fixture
def said(tmp_path: Path) -> Path:
    return tmp_path / "said"


class TestStop:
    def test_asks_and_waits(self, said: Path) -> None:
        child = a_child(said)
        child.start()
        pid = int(wait_for(said))

        child.stop()

        assert (said.read_text(), psutil.pid_exists(pid)) == ("farewell", False)

    def test_kills_who_does_not_listen(self, said: Path) -> None:
        deaf = SERVER.replace("signal.SIGTERM, farewell", "signal.SIGTERM, signal.SIG_IGN")
        child = a_child(said, server=deaf, grace_seconds=1)
        child.start()
        pid = int(wait_for(said))

        child.stop()

        assert not psutil.pid_exists(pid)

    def test_can_be_followed_by_another_start(self, said: Path) -> None:
        child = a_child(said)
        child.start()
        wait_for(said)
        child.stop()

        child.start()
        wait_for(said)

        assert child.running
        child.stop()


class TestOwnerEnds:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_the_server_says_farewell(self, said: Path, number: signal.Signals) -> None:
        owner = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-c", OWNER, str(said), SERVER],
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        pid = int(wait_for(said))

        owner.send_signal(number)
        owner.wait(PATIENCE_SECONDS)

        wait_for(said, farewell=True)
        wait_until_gone(pid)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
    def test_the_server_ends_even_when_its_guardian_is_killed(self, said: Path) -> None:
        child = a_child(said)
        child.start()
        pid = int(wait_for(said))
        guardian = psutil.Process(pid).parent()
        assert guardian is not None

        guardian.kill()

        wait_for(said, farewell=True)
        wait_until_gone(pid)
        child.stop()


class TestWaitUntil:
    def test_tells_what_a_server_said_that_ended_at_once(self, said: Path) -> None:
        child = a_child(said, server="raise SystemExit('the disk is full')")
        child.start()

        with pytest.raises(Fault, match=r"(?s)server ended while it was starting.*disk is full"):
            child.wait_until(lambda: False, timeout_seconds=PATIENCE_SECONDS)

    def test_ends_a_server_that_does_not_answer_in_time(self, said: Path) -> None:
        child = a_child(said)
        child.start()

        with pytest.raises(Fault, match="did not answer within 1 seconds"):
            child.wait_until(lambda: False, timeout_seconds=1)

        assert not child.running
