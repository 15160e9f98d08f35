"""Pages that update themselves: a stream of finished fragments about one thing.

One reader per process asks the history for the newest event of every followed subject; each page
keeps only a cursor, so nothing is buffered and a slow one misses nothing but intermediate states.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from services.chassis import staff, tenancy
from services.chassis.background import keep
from services.chassis.database import Sessions
from services.chassis.errors import NotFound, NotSignedIn
from services.chassis.http import PageActor
from services.chassis.identity import Actor

PAUSE_SECONDS: Final = 1.0  # between two looks at the history
COMMENT_SECONDS: Final = 15.0  # a line now and then keeps proxies from hanging up
LONGEST_SECONDS: Final = 600.0  # then the browser comes back and is asked again who it is

NEWEST: Final = text("""
  select subject, max(sequence) as sequence from history where subject = any(:subjects)
  group by subject
""")


@dataclass(frozen=True, slots=True)
class Followed:
    """A kind of thing that pages may follow, as `kind:number` in `about`.

    `subject` gives the id behind a readable number, None when the actor may not see it; `fragment`
    renders what the page shows of it. Both get a session in the actor's tenancy.
    """

    subject: Callable[[AsyncSession, str], Awaitable[str | None]]
    fragment: Callable[[Request, AsyncSession, str], Awaitable[str]]


@dataclass(slots=True)
class Watch:
    """The one reader: wakes everybody who follows a subject when it has a newer event."""

    sessions: Sessions
    _newest: dict[str, int] = field(default_factory=dict)
    _followers: dict[str, int] = field(default_factory=dict)
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def follow(self, subject: str) -> AsyncIterator[None]:
        """Keep an eye on a subject as long as the block lasts."""
        self._followers[subject] = self._followers.get(subject, 0) + 1
        if self._reader is None:
            self._reader = asyncio.create_task(keep("page streams", self._read))
        try:
            yield
        finally:
            self._leave(subject)

    async def newer(self, subject: str, than: int, *, within_seconds: float) -> int | None:
        """The sequence of an event newer than `than`; None when none came in time."""

        def is_newer() -> bool:
            return self._newest.get(subject, 0) > than

        try:
            async with asyncio.timeout(within_seconds), self._moved:
                await self._moved.wait_for(is_newer)
        except TimeoutError:
            return None
        return self._newest[subject]

    def _leave(self, subject: str) -> None:
        self._followers[subject] -= 1
        if not self._followers[subject]:
            del self._followers[subject]
            self._newest.pop(subject, None)
        if not self._followers and self._reader is not None:
            self._reader.cancel()
            self._reader = None

    async def _read(self) -> None:
        while True:
            async with self.sessions() as session:
                rows = await session.execute(NEWEST, {"subjects": list(self._followers)})
                found = {row.subject: row.sequence for row in rows}
            async with self._moved:
                self._newest.update(found)
                self._moved.notify_all()
            await asyncio.sleep(PAUSE_SECONDS)


def stream(service: str) -> APIRouter:
    """The stream of one service's pages."""
    router = APIRouter(prefix=f"/{service}/stream", include_in_schema=False)

    @router.get("")
    async def follow(request: Request, actor: PageActor, about: str) -> StreamingResponse:
        kind, _, key = about.partition(":")
        followed: Followed | None = request.app.state.followed.get(kind)
        if followed is None or actor.is_key:
            raise NotFound("There is no stream about this.")
        async with request.app.state.sessions() as session:
            await tenancy.enter(session, actor)
            subject = await followed.subject(session, key)
        if subject is None:
            raise NotFound("There is no stream about this.")
        seen = request.headers.get("last-event-id", "")
        return StreamingResponse(
            _frames(request, actor, followed, subject, int(seen) if seen.isdecimal() else 0),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def _frames(
    request: Request, actor: Actor, followed: Followed, subject: str, seen: int
) -> AsyncIterator[str]:
    """Fragments as they change, comments in between; ends when the reader may no longer look."""
    ends = time.monotonic() + LONGEST_SECONDS
    watch: Watch = request.app.state.watch
    async with watch.follow(subject):
        while time.monotonic() < ends and await _still_in_office(request, actor):
            newest = await watch.newer(subject, seen, within_seconds=COMMENT_SECONDS)
            if newest is None:
                yield ": nothing new\n\n"
                continue
            seen = newest
            async with request.app.state.sessions() as session:
                await tenancy.enter(session, actor)
                fragment = await followed.fragment(request, session, subject)
            yield frame(fragment, number=seen)


async def _still_in_office(request: Request, actor: Actor) -> bool:
    """Whether the roles with which the stream began are still held."""
    staff_id = UUID(actor.id.partition(":")[2])
    async with request.app.state.worker_sessions() as session:
        try:
            return (await staff.actor_of(session, staff_id)).roles == actor.roles
        except NotSignedIn:
            return False


def frame(fragment: str, *, number: int) -> str:
    """One message of a stream; `number` comes back as Last-Event-ID."""
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines())
    return f"id: {number}\n{lines}\n"
