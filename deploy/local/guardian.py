"""Stands between Talka and a server: when Talka ends, however it ends, the server is stopped.

Talka holds the other end of this process's standard input and never writes to it; the kernel
closes it even after a SIGKILL. Run as a file of its own: nothing but the standard library.

    python -I guardian.py SIGNAL GRACE_SECONDS UID GID COMMAND…      (UID and GID -1: as we are)
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run the command until it ends or Talka does; the answer is the command's exit code."""
    stop_signal, grace_seconds, uid, gid = map(int, arguments[:4])
    told_to_stop, wake = os.pipe()
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, _waker(wake))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Talka; it stops us in its order
    server: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  our launcher's command
        arguments[4:],
        stdin=subprocess.DEVNULL,
        preexec_fn=_dies_with_parent(stop_signal),  # noqa: PLW1509  one thread, nothing to lock
        user=None if uid < 0 else uid,
        group=None if gid < 0 else gid,
        extra_groups=None if uid < 0 else [],
    )
    while server.poll() is None:
        ready, _, _ = select.select([sys.stdin, told_to_stop], [], [])
        if sys.stdin in ready or os.read(told_to_stop, 1) == b"T":
            return _stop(server, stop_signal, grace_seconds)
    return server.returncode


def _waker(wake: int) -> Callable[[int, FrameType | None], None]:
    def on_signal(number: int, _frame: FrameType | None) -> None:
        os.write(wake, b"T" if number == signal.SIGTERM else b"C")

    return on_signal


def _dies_with_parent(stop_signal: int) -> Callable[[], None] | None:
    """Should this process be killed itself, Linux sends the server its signal."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, stop_signal)


def _stop(server: subprocess.Popen[bytes], stop_signal: int, grace_seconds: int) -> int:
    server.send_signal(stop_signal)
    try:
        return server.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
