"""Public streams as server-sent events. What they carry is public, so anybody may read them."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import Header, Query, Request
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from contracts.catalogue import EVENTS
from services.analytics.streams.fanout import Fanout, UnknownResumePoint
from services.analytics.streams.queries import OFFERED, must_have_a_future, topic_of
from services.chassis import clock, ending
from services.chassis.http import Router

router = Router(prefix="/analytics/v1/streams", tags=["streams"])

RETRY: Final = b"retry: 3000\n\n"  # milliseconds that a browser waits before it comes back
FROM_BEGIN: Final = "begin"


class StreamOut(BaseModel):
    """A stream that is offered: its name here, and the Kafka topic with the same events."""

    name: str
    topic: str
    address: str


class EventStream(Response):
    """An answer that ends when the reader leaves or the process stops."""

    media_type = "text/event-stream"

    def __init__(self, fanout: Fanout, cursor: int, headers: dict[str, str]) -> None:
        usual = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(headers=usual | headers)
        del self.headers["content-length"]
        self._fanout = fanout
        self._cursor = cursor

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        start: dict[str, Any] = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        async with self._fanout.seat():
            work = {asyncio.create_task(self._write(send)), asyncio.create_task(_left(receive))}
            try:
                done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in work:
                    task.cancel()
            for task in done:
                task.result()

    async def _write(self, send: Send) -> None:
        cursor, data = self._cursor, RETRY
        while True:
            await send({"type": "http.response.body", "body": data, "more_body": True})
            cursor, data = await self._fanout.next(cursor)


async def _left(receive: Receive) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


@router.get("")
async def offered() -> list[StreamOut]:
    """The streams that are offered to everybody."""
    return [
        StreamOut(name=name, topic=topic, address=f"{router.prefix}/{name}")
        for name, topic in OFFERED.items()
    ]


# the status is said, for the OpenAPI document cannot read it off the class of the answer
@router.get("/{name}", response_class=EventStream, status_code=200)
async def follow(
    request: Request,
    name: str,
    last_event_id: Annotated[str | None, Header(max_length=30)] = None,
    start: Annotated[
        str | None,
        Query(alias="from", max_length=30, description="`begin`, or the id to go on behind"),
    ] = None,
) -> EventStream:
    """Follow a stream: each event once, as a CloudEvent in structured mode, with a resume point.

    Without anything it begins with what happens from now on; `?from=begin` gives everything since
    the first event. `Last-Event-ID` goes on behind that event, without a gap and without a double.
    A stream of deprecated types says so in its headers, and is for those who follow it already.
    """
    topic = topic_of(name)
    fanout: Fanout = request.app.state.streams[topic]
    wish = last_event_id if last_event_id is not None else start
    followed = [found for found in EVENTS.values() if found.topic == topic]
    if wish in (None, FROM_BEGIN):
        must_have_a_future(name, followed, clock.now().date())
    headers = ending.headers_of(followed, service="analytics")
    return EventStream(fanout, await fanout.begin(_position(wish)), headers)


def _position(wish: str | None) -> int | None:
    if wish is None:
        return None
    if wish == FROM_BEGIN:
        return 0
    if not wish.isascii() or not wish.isdigit():
        raise UnknownResumePoint
    return int(wish)
