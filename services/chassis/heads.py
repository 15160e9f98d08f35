"""HEAD is answered like GET, without the body: the same status, the same headers."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Pure ASGI; a stream ends with its headers, nobody waits for what HEAD does not ask for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        answered = asyncio.Event()

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
            elif message.get("more_body"):
                answered.set()

        answering = self._app({**scope, "method": "GET"}, receive, send_head)
        asked = asyncio.ensure_future(answering)
        streams = asyncio.create_task(answered.wait())
        try:
            await asyncio.wait((asked, streams), return_when=asyncio.FIRST_COMPLETED)
        finally:
            streams.cancel()
            if not asked.done():
                asked.cancel()
        if not asked.cancelled() and asked.done():
            asked.result()
