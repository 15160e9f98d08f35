"""Ports for what tests start: within one run no port is given twice, in whatever process.

Between choosing a port and listening on it others choose theirs. The range is none from which
Talka itself or the system takes ports.
"""

import os
import random
from collections.abc import Iterator
from typing import Final

from deploy.local.ports import is_free

RANGE: Final = range(10_000, 15_000)


def _shuffled() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    mine = RANGE[worker::workers]
    return iter(random.sample(mine, len(mine)))


_PORTS: Final = _shuffled()


def own_port() -> int:
    """A port on which nobody listens, and which no other test gets."""
    return next(port for port in _PORTS if is_free(port))
