"""Work beside the requests: kept running through every failure, with growing pauses."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiokafka.errors import KafkaError

from services.chassis.database import is_transient
from services.chassis.logs import log

LONGEST_PAUSE: Final = 30.0  # seconds; far below Kafka's max_poll_interval_ms of five minutes
SOUND_AFTER: Final = 10.0  # a run that lasted so long begins again with the shortest pause


class Pause:
    """Growing pauses between the attempts at something that cannot be done now."""

    def __init__(self, first: float = 0.2, longest: float = LONGEST_PAUSE) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait now: doubled with each failure, with some jitter."""
        self._failures += 1
        grown: float = self._first * 2 ** min(self._failures - 1, 16)
        return min(grown, self._longest) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    def reset(self) -> None:
        """It worked: begin again with the shortest pause."""
        self._failures = 0


async def keep(name: str, run: Callable[[], Awaitable[None]], *, longest: float = 5.0) -> None:
    """Run `run` until cancelled; when it fails, say so and begin again after a pause."""
    pause = Pause(longest=longest)
    while True:
        started = time.monotonic()
        try:
            await run()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the service goes on
            passes = is_transient(fault) or isinstance(fault, KafkaError)
            why = type(fault).__name__
            log.warning("background work failed", part=name, why=why, exc_info=not passes)
        if time.monotonic() - started > SOUND_AFTER:
            pause.reset()
        await asyncio.sleep(pause.next())
