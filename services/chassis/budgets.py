"""How much somebody may do in a while: a bucket for each name, filled steadily, emptied by use.

The buckets are this process' own: a limit on what one process is asked, not a count of anything.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

COMPANY_SECONDS: Final = 3.0  # for so long somebody who asked for something counts as being there
REMEMBERED: Final = 10_000  # names; the one used longest ago is forgotten first


class Budgets:
    """Buckets of one size, `most`, into which `a_second` flows."""

    def __init__(
        self, *, a_second: float, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.a_second = a_second
        self.most = most
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}  # when, and what was left then

    def left(self, name: str) -> float:
        """What is left; below zero after more was spent at once than was there."""
        at, left = self._buckets.get(name, (0.0, float(self.most)))
        return min(self.most, left + (self._now() - at) * self.a_second)

    def spend(self, name: str, amount: float = 1) -> None:
        """Take from the bucket, whether or not it is there."""
        left = self.left(name) - amount
        self._buckets.pop(name, None)  # the last in line from now on
        if len(self._buckets) >= REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = self._now(), left

    def seconds_until(self, name: str, amount: float = 1) -> float:
        """How long until so much is there; 0 when it is there now."""
        return max(0.0, (amount - self.left(name)) / self.a_second)


class Pace:
    """As fast as can be for who is alone; in company `a_second`, so that nobody is slowed.

    `together` is how many may be done in one go.
    """

    def __init__(self, *, a_second: float, together: int) -> None:
        self._budgets = Budgets(a_second=a_second, most=together)
        self._seen: dict[str, float] = {}

    async def keep(self, name: str, amount: int) -> None:
        """Wait until `name` may do so many more."""
        self._seen[name] = time.monotonic()
        if not self.has_company(name):
            return
        self._budgets.spend(name, amount)
        wait = self._budgets.seconds_until(name, 0)
        if wait:
            await asyncio.sleep(wait)

    def has_company(self, name: str) -> bool:
        """Whether others were here a moment ago."""
        since = time.monotonic() - COMPANY_SECONDS
        return any(at > since for other, at in self._seen.items() if other != name)
