"""Hands one stream to any number of readers: read once, rendered once, a cursor for each reader.

Memory is bounded by the newest frames kept for all; whoever is further behind reads from the
database until it has caught up, so nobody misses an event or gets one twice.
"""

import asyncio
import contextlib
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator
from itertools import islice
from typing import Final

from services.analytics.streams.queries import Frame, frames_after, last_frames, last_position
from services.chassis.background import keep
from services.chassis.database import Sessions
from services.chassis.errors import Invalid, Unavailable
from services.chassis.faults import mark

KEPT_FRAMES: Final = 2048
PAGE_FRAMES: Final = 256
MOST_READERS: Final = 10_000
LOOK_EVERY: Final = 0.25  # seconds, while anybody reads
BEAT_EVERY: Final = 15.0
BEAT: Final = b": still here\n\n"


class UnknownResumePoint(Invalid):
    """A reader wants to go on from where this stream has never been."""

    code = "TLK-A004"
    title = "Not a place in this stream"

    def __init__(self) -> None:
        super().__init__(
            mark("this stream never gave that id; begin again with ?from=begin and read it anew")
        )


class TooManyReaders(Unavailable):
    """Every seat of this process is taken."""

    code = "TLK-A005"

    def __init__(self) -> None:
        super().__init__(
            mark("too many readers follow this stream now; come back in a minute with your last id")
        )


class Fanout:
    """One stream in one process; it reads the database only while somebody listens."""

    def __init__(self, sessions: Sessions, topic: str, *, kept: int = KEPT_FRAMES) -> None:
        self._sessions = sessions
        self._topic = topic
        self._kept = kept
        self._frames: deque[Frame] = deque()
        self._floor = 0  # everything behind this position, up to the head, is in memory
        self._head = 0
        self._changed = asyncio.Event()
        self._catching_up = asyncio.Semaphore(4)
        self._starting = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self.readers = 0

    @contextlib.asynccontextmanager
    async def seat(self) -> AsyncIterator[None]:
        """Take part as a reader; the first one starts the reading, the last one ends it."""
        self.readers += 1
        try:
            async with self._starting:
                if self._reading is None:
                    await self._fill()
                    self._reading = asyncio.create_task(keep(f"stream {self._topic}", self._read))
            yield
        finally:
            self.readers -= 1
            if not self.readers and self._reading is not None:
                self._reading.cancel()
                self._reading = None

    async def begin(self, after: int | None) -> int:
        """Where a reader begins: behind `after`, else behind the newest event.

        Raises:
            TooManyReaders: no seat is free.
            UnknownResumePoint: the stream has not come as far as `after`.
        """
        if self.readers >= MOST_READERS:
            raise TooManyReaders
        if after is None or after > self._head:
            async with self._sessions() as session:
                newest = await last_position(session, self._topic)
            if after is not None and after > newest:
                raise UnknownResumePoint
            return newest if after is None else after
        return after

    async def next(self, cursor: int) -> tuple[int, bytes]:
        """What comes behind `cursor`, and the cursor after it; a beat if that takes long."""
        changed = self._changed
        frames = await self._behind(cursor)
        if not frames:
            await changed.wait()
            frames = await self._behind(cursor)
        if not frames:
            return cursor, BEAT
        return frames[-1].position, b"".join(frame.data for frame in frames)

    async def _behind(self, cursor: int) -> list[Frame]:
        if cursor >= self._head:
            return []
        if cursor < self._floor:
            async with self._catching_up, self._sessions() as session:
                return await frames_after(session, self._topic, cursor, PAGE_FRAMES)
        first = bisect_right(self._frames, cursor, key=lambda frame: frame.position)
        return list(islice(self._frames, first, first + PAGE_FRAMES))

    async def _fill(self) -> None:
        async with self._sessions() as session:
            newest = await last_frames(session, self._topic, self._kept)
        self._frames = deque(newest)
        self._floor = newest[0].position - 1 if len(newest) == self._kept else 0
        self._head = newest[-1].position if newest else 0

    async def _read(self) -> None:
        """Look for new events; wake the readers for them, or for a beat, until cancelled."""
        woken_at = time.monotonic()
        while True:
            came = await self._pull()
            if came or time.monotonic() - woken_at >= BEAT_EVERY:
                woken_at = time.monotonic()
                woken, self._changed = self._changed, asyncio.Event()
                woken.set()
            if not came:
                await asyncio.sleep(LOOK_EVERY)

    async def _pull(self) -> bool:
        async with self._sessions() as session:
            frames = await frames_after(session, self._topic, self._head, PAGE_FRAMES)
        self._frames.extend(frames)
        while len(self._frames) > self._kept:
            self._floor = self._frames.popleft().position
        if frames:
            self._head = frames[-1].position
        return bool(frames)
