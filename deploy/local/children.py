"""Servers as child processes that never outlive us, and the accounts they run under."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.faults import Fault

GUARDIAN = Path(__file__).with_name("guardian.py")
ACCOUNT = "talka"
LOG_LINES_SHOWN = 12
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server runs as, when not as ourselves."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account for a server that refuses to run as root; None when we are not root.

    Raises:
        Fault: we are root, and the account can neither be found nor made.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _made()
    return Account(entry.pw_uid, entry.pw_gid)


def _made() -> pwd.struct_passwd:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if tool is not None:
        command = [tool, "--system", "--user-group", "--no-create-home"]
        command += ["--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603  # looked up below
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise Fault(
            "TLK-E023",
            f"PostgreSQL does not run as root, and the account “{ACCOUNT}” could not be made.",
            "Make it, or start Talka as an ordinary user:",
            f"useradd --system --user-group {ACCOUNT}",
        ) from None


class Child:
    """One server under its guardian. Not thread-safe; a stopped one may be started again."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace_seconds: int = 30,
        account: Account | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._stop_signal = stop_signal
        self._grace_seconds = grace_seconds
        self._account = account
        self._environment = environment
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._guardian is not None and self._guardian.poll() is None

    def start(self) -> None:
        """Start the server in a session of its own; Ctrl-C in the terminal does not reach it."""
        self.stop()  # one that ended by itself
        self.log.parent.mkdir(parents=True, exist_ok=True)
        who = self._account or Account(-1, -1)
        with self.log.open("wb") as log:
            self._guardian = subprocess.Popen(  # noqa: S603  our own guardian, our own command
                [
                    *(sys.executable, "-I", str(GUARDIAN)),
                    *map(str, (int(self._stop_signal), self._grace_seconds, who.uid, who.gid)),
                    *self._command,
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self._environment,
                start_new_session=True,
            )

    def wait_until(self, is_ready: Callable[[], bool], *, timeout_seconds: float) -> None:
        """Return as soon as the server answers.

        Raises:
            Fault: it ended, or did not answer in time; the end of its log is in the sentence.
        """
        deadline = time.monotonic() + timeout_seconds
        while not is_ready():
            if not self.running:
                self.stop()
                raise self._fault("TLK-E024", f"{self.name} ended while it was starting.")
            if time.monotonic() > deadline:
                self.stop()
                seconds = f"{timeout_seconds:.0f} seconds"
                raise self._fault("TLK-E025", f"{self.name} did not answer within {seconds}.")
            time.sleep(POLL_SECONDS)

    def _fault(self, code: str, what: str) -> Fault:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        return Fault(code, what, "The end of its log:\n" + "\n".join(lines), f"less {self.log}")

    def stop(self) -> None:
        """Ask the server to end and wait for it; after the grace it is killed."""
        if self._guardian is None:
            return
        if self._guardian.stdin is not None:
            self._guardian.stdin.close()
        self._guardian.wait(self._grace_seconds + 5)
        self._guardian = None
