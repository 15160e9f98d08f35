"""What no request may exceed, and what no other site may send."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from contracts.envelope import BATCH, STRUCTURED
from services.chassis import limits
from services.chassis.database import Sessions
from services.chassis.limits import MAX_BODY_BYTES, MAX_LIST_BYTES, Limits
from services.chassis.reading import depth
from services.chassis.settings import Settings
from services.chassis.tickets import Ticket
from tests.chassis.declarations import EVENTS, LINES
from tests.chassis.site import employ, recorded

PARCELS = "/registry/v1/parcels"
JSON = {"Content-Type": "application/json"}


class TestBody:
    async def test_a19_ends_at_the_limit(self, taras: AsyncClient) -> None:
        body = b'"' + b"x" * MAX_BODY_BYTES + b'"'

        answer = await taras.post(PARCELS, content=body, headers=JSON)

        assert (answer.status_code, answer.json()["code"]) == (413, "TLK-E413")

    async def test_a19_ends_at_the_limit_when_its_length_is_not_told(
        self, taras: AsyncClient
    ) -> None:
        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b" " * 10_000

        answer = await taras.post(PARCELS, content=endless(), headers=JSON)

        assert answer.status_code == 413

    async def test_a19_is_not_taken_compressed(self, taras: AsyncClient) -> None:
        answer = await taras.post(
            PARCELS, content=b"\x1f\x8b", headers=JSON | {"Content-Encoding": "gzip"}
        )

        assert answer.status_code == 415

    @pytest.mark.parametrize("kind", [LINES, BATCH])
    async def test_a19_of_a_list_ends_at_a_limit_of_its_own(
        self, erp: AsyncClient, kind: str
    ) -> None:
        sent = Endless(1_000_000)

        answer = await erp.post(EVENTS, content=sent.chunks(), headers={"Content-Type": kind})

        assert answer.status_code == 413
        assert (
            answer.json()["detail"] == "A list holds at most 16 MiB; send it in several requests."
        )
        assert sent.bytes < MAX_LIST_BYTES + 2_000_000

    @pytest.mark.parametrize(
        ("path", "kind"), [(EVENTS, STRUCTURED), (EVENTS, "application/json"), (PARCELS, BATCH)]
    )
    async def test_a19_is_longer_in_lists_of_declarations_only(
        self, erp: AsyncClient, path: str, kind: str
    ) -> None:
        body = b" " * (MAX_BODY_BYTES + 1)

        answer = await erp.post(path, content=body, headers={"Content-Type": kind})

        assert (answer.status_code, "256 KiB" in answer.json()["detail"]) == (413, True)

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Content-Length": str(10**9)}, 413),
            ({"Content-Encoding": "gzip"}, 415),
            ({"Authorization": "Bearer tlk_nobody"}, 401),
        ],
    )
    async def test_a19_is_not_read_when_its_head_is_refused(
        self, erp: AsyncClient, headers: dict[str, str], status: int
    ) -> None:
        sent = Endless(1_000)

        answer = await erp.post(
            EVENTS, content=sent.chunks(), headers={"Content-Type": LINES} | headers
        )

        assert (answer.status_code, sent.bytes) == (status, 0)

    async def test_a20_must_arrive_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_BODY_SECONDS", 0.05)

        assert await _status_of([b"{"], headers={"transfer-encoding": "chunked"} | JSON) == 408

    async def test_is_handed_on_whole(self) -> None:
        chunks = [b'{"a"', b": 1", b"}"]

        assert (
            await _status_of([*chunks, b""], headers={"transfer-encoding": "chunked"} | JSON) == 200
        )

    @pytest.mark.parametrize(
        "kind",
        [
            "text/plain",
            "text/plain; charset=utf-8",
            "application/xml",
            "application/json; charset=utf-16",
            'application/json; charset="iso-8859-2"',
            "",
        ],
    )
    async def test_a21_is_of_a_kind_that_is_read_here(self, taras: AsyncClient, kind: str) -> None:
        answer = await taras.post(PARCELS, content=b"{}", headers={"Content-Type": kind})

        assert answer.status_code == 415

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    async def test_a21_is_utf_8(self, taras: AsyncClient, encoding: str) -> None:
        answer = await taras.post(PARCELS, content='{"reason": 1}'.encode(encoding), headers=JSON)

        assert answer.status_code == 415

    async def test_is_not_nested_too_deep(self, taras: AsyncClient) -> None:
        answer = await taras.post(PARCELS, content=b"[" * 40 + b"]" * 40, headers=JSON)

        assert (answer.status_code, "32 levels" in answer.json()["detail"]) == (400, True)

    def test_depth_counts_no_brackets_in_texts(self) -> None:
        assert depth(b'{"a": "' + b"[" * 40 + rb"\"[" + b'"}') == 1
        assert depth(b"[" * 20 + b"]" * 20 + b"[" * 33 + b"]" * 33) == 33


class Endless:
    """A body without an end, that counts what was read of it."""

    def __init__(self, at_once: int) -> None:
        self.bytes = 0
        self._at_once = at_once

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            self.bytes += self._at_once
            yield b" " * self._at_once


class TestAddress:
    @pytest.mark.parametrize("query", ["access_token=x", "api_key=x", "key=tlk_abc"])
    async def test_a12_holds_no_key(self, anybody: AsyncClient, query: str) -> None:
        answer = await anybody.get(f"/registry/v1/me?{query}")

        assert answer.status_code == 400
        assert "Authorization" in answer.json()["detail"]


class TestOrigin:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://test:81"},
        ],
    )
    async def test_a15_refuses_what_another_site_sends(
        self, taras: AsyncClient, sessions: Sessions, headers: dict[str, str]
    ) -> None:
        parcel = {"reason": "r-1", "weight": 5}

        answer = await taras.post(PARCELS, json=parcel, headers=headers)

        assert answer.status_code == 403
        assert await recorded(sessions) == []

    async def test_a15_refuses_a_sign_in_from_another_site(
        self, anybody: AsyncClient, sessions: Sessions
    ) -> None:
        staff_id = await employ(sessions)

        answer = await anybody.post(
            f"/registry/signin/as/{staff_id}", headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert (answer.status_code, anybody.cookies.get("talka")) == (403, None)

    async def test_a15_refuses_a_form_without_the_token_of_its_page(
        self, taras: AsyncClient
    ) -> None:
        for form in ({"word": "x"}, {"word": "x", "csrf": "0" * 64}):
            answer = await taras.post("/registry/page", data=form)

            assert answer.status_code == 403

    async def test_takes_the_form_of_its_own_page(
        self, taras: AsyncClient, settings: Settings
    ) -> None:
        token = Ticket.opened(taras.cookies["talka"], settings.secret).form_token(settings.secret)

        answer = await taras.post("/registry/page", data={"word": "x", "csrf": token})

        assert (answer.status_code, answer.json()) == (200, "Тарас Бондаренко: x")

    async def test_lets_a_key_come_from_anywhere(self, erp: AsyncClient) -> None:
        """Nothing is sent by a browser on its own behalf: the key is in no cookie."""
        answer = await erp.post(
            "/registry/v1/events", json={}, headers={"Origin": "https://erp.example"}
        )

        assert answer.status_code == 422


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(body)(scope, receive, send)


async def _status_of(chunks: list[bytes], *, headers: dict[str, str]) -> int:
    """Send a body chunk by chunk, straight to the door; an empty chunk ends it."""
    sent: list[Message] = []
    waiting = iter(chunks)

    async def receive() -> Message:
        chunk = next(waiting, None)
        if chunk is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": chunk, "more_body": chunk != b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "app": FastAPI(),
        "method": "POST",
        "path": "/x/v1/y",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await Limits(_echo, origin="http://test")(scope, receive, send)
    status: int = sent[0]["status"]
    return status
