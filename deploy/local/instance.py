"""One Talka on this machine: its room on disk, and whether it runs.

Everything it keeps lies in the room: `.talka/` of the clone, or where `TALKA_ROOM` points. Who
runs it holds a lock that the kernel takes back when the process ends, however it ends.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, TextIO

from deploy.local.faults import Exit, Fault
from deploy.local.keyring import Keyring, write_private

CLONE: Final = Path(__file__).parents[2]
STOP_TIMEOUT_SECONDS: Final = 90


@dataclass(frozen=True, slots=True)
class Running:
    """What a running instance says of itself; `ready` when all its services answer."""

    pid: int
    address: str
    kafka: str
    postgres: str
    services: tuple[str, ...]
    ready: bool = False


class AlreadyRunning(Exception):
    """Somebody else holds this room."""


class Instance:
    """The instance of one room."""

    def __init__(self, room: Path) -> None:
        self.room = room
        self._state = room / "running.json"

    @property
    def name(self) -> str:
        """The room as one would type it here."""
        here = Path.cwd()
        return str(self.room.relative_to(here) if here in self.room.parents else self.room)

    @classmethod
    def here(cls) -> "Instance":
        """The instance of this clone, or of `TALKA_ROOM`."""
        return cls(Path(os.environ.get("TALKA_ROOM") or CLONE / ".talka").resolve())

    @property
    def clock_file(self) -> Path:
        """Where the demo keeps how far its clock was moved."""
        return self.room / "clock"

    def keyring(self) -> Keyring:
        """The instance's secrets, made at the first call.

        Raises:
            Fault: nothing can be kept in the room.
        """
        try:
            return Keyring.kept_in(self.room)
        except OSError as fault:
            raise self._unusable(fault) from None

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the room; nobody else can meanwhile.

        Raises:
            AlreadyRunning: somebody does already.
            Fault: nothing can be kept in the room.
        """
        with self._lock() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning from None
            self._state.unlink(missing_ok=True)
            try:
                yield
            finally:
                self._state.unlink(missing_ok=True)

    def announce(self, running: Running) -> None:
        """Let others know where everything is; whole or not at all."""
        write_private(self._state, json.dumps(asdict(running)))

    def is_claimed(self) -> bool:
        """Whether a process holds the room now."""
        try:
            with (self.room / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except BlockingIOError:
            return True
        return False

    def running(self) -> Running | None:
        """What runs here; None when nothing does, or it has not yet said anything."""
        if not self.is_claimed():
            return None
        with suppress(FileNotFoundError):
            said = json.loads(self._state.read_text())
            return replace(Running(**said), services=tuple(said["services"]))
        return None

    def running_already(self) -> Fault:
        """That somebody holds this room, and how to end that: what was asked was not done."""
        running = self.running()
        where = f": {running.address} (process {running.pid})" if running else ", and is starting"
        return Fault(
            "TLK-E007",
            f"Talka is running already{where}.",
            "To begin anew, stop it first:",
            "talka down",
        )

    def must_run(self) -> Running:
        """What runs here.

        Raises:
            Fault: nothing does.
        """
        running = self.running()
        if running is None:
            raise Fault(
                "TLK-E002",
                "Talka is not running here.",
                "Start it:",
                "talka up",
                exit_code=Exit.CANNOT_CONNECT,
            )
        return running

    def stop(self) -> None:
        """Ask the running instance to end, and wait until it has.

        Raises:
            Fault: nothing runs here, or it does not end in time.
        """
        pid = self.must_run().pid
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        while self.is_claimed():
            if time.monotonic() > deadline:
                raise Fault(
                    "TLK-E003",
                    f"Process {pid} did not end within {STOP_TIMEOUT_SECONDS} seconds.",
                    "Its servers end cleanly even when it is killed:",
                    f"kill -9 {pid}",
                )
            time.sleep(0.1)

    def _lock(self) -> TextIO:
        try:
            self.room.mkdir(mode=0o700, parents=True, exist_ok=True)
            return (self.room / "lock").open("w")
        except OSError as fault:
            raise self._unusable(fault) from None

    def _unusable(self, fault: OSError) -> Fault:
        return Fault(
            "TLK-E008",
            f"Nothing can be kept in {self.room}: {fault.strerror}.",
            "Name a folder that you may write to:",
            "TALKA_ROOM=~/.talka talka up",
        )
