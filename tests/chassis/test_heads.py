"""Verbs: HEAD is answered as GET is, and a verb that is not done names those that are."""

import asyncio

from httpx import AsyncClient
from starlette.types import Message, Receive, Scope, Send

from services.chassis import intake_lists
from services.chassis.heads import Heads
from services.chassis.limits import NDJSON
from tests.chassis.declarations import post
from tests.waiting import PATIENCE_SECONDS

HTML = {"Accept": "text/html"}


class TestHead:
    async def test_is_answered_like_get_without_the_body(self, taras: AsyncClient) -> None:
        for path in ("/registry/page", "/registry/v1/me", "/registry/nothing"):
            whole, head = await taras.get(path), await taras.head(path)

            assert (head.status_code, head.content) == (whole.status_code, b"")
            assert head.headers["content-type"] == whole.headers["content-type"]
            assert head.headers["content-length"] == str(len(whole.content))

    async def test_of_a_stream_ends_with_its_headers(self) -> None:
        ended = asyncio.Event()
        sent: list[Message] = []

        async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
            try:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                while True:
                    await send({"type": "http.response.body", "body": b".", "more_body": True})
                    await asyncio.sleep(0)
            finally:
                ended.set()

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await Heads(endless)({"type": "http", "method": "HEAD"}, receive, send)

        async with asyncio.timeout(PATIENCE_SECONDS):
            await ended.wait()
        assert [message["type"] for message in sent] == [
            "http.response.start",
            "http.response.body",
        ]


class TestOtherVerbs:
    async def test_are_told_which_verbs_there_are(self, anybody: AsyncClient) -> None:
        document = await anybody.put("/registry/page")
        page = await anybody.put("/registry/page", headers=HTML)
        door = await anybody.get("/registry/v1/events")

        assert [each.status_code for each in (document, page, door)] == [405, 405, 405]
        assert document.headers["allow"] == page.headers["allow"] == "GET, HEAD, POST"
        assert door.headers["allow"] == "POST"
        assert page.headers["content-type"].startswith("text/html")


class TestManyTogether:
    async def test_the_limit_is_told_before_anything_is_read(self, erp: AsyncClient) -> None:
        lines = "no declaration\n" * (intake_lists.MOST + 1)

        for kind in NDJSON:
            answer = await post(erp, lines, kind)

            assert (answer.status_code, answer.json()["code"]) == (413, "TLK-E413")
            assert "at most 5000 declarations" in answer.json()["detail"]
