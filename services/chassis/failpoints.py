"""Named moments at which a test may kill, fail or hold the process; free unless one is armed.

Names are `<part>.<what has just happened>`. No setting arms one: only code in the process can.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Final

_armed: Final[dict[str, Callable[[], object]]] = {}


async def hit(name: str) -> None:
    """Pass the failpoint `name`; does nothing unless a test armed it in this process."""
    if not _armed:
        return
    act = _armed.get(name)
    if act is not None:
        outcome = act()
        if asyncio.iscoroutine(outcome):
            await outcome


def arm(name: str, act: Callable[[], object]) -> None:
    """Run `act` (plain or async; it may raise) whenever `name` is passed."""
    _armed[name] = act


def disarm() -> None:
    """Make all failpoints free again."""
    _armed.clear()


def kill() -> None:
    """End this process at once, as the operating system would."""
    os.kill(os.getpid(), signal.SIGKILL)
