"""What no request may exceed, checked before anything of it is looked at.

The body is read here, up to its limit, and handed on whole; so nothing behind this door waits for
a sender, and an endless body costs no more memory than a large one.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis import problems, telemetry
from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.reading import MAX_DEPTH, depth
from services.chassis.refusals import (
    BadRequest,
    ForeignOrigin,
    MethodNotAllowed,
    TooLarge,
    TooSlow,
    WrongMediaType,
)

MAX_BODY_BYTES: Final = 262_144
MAX_BODY_SECONDS: Final = 20.0
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
NDJSON: Final = frozenset({"application/x-ndjson", "application/jsonl"})
CREDENTIALS: Final = ("access_token=", "api_key=", "tlk_")  # nothing of this in an address
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00")


class Limits:
    """Pure ASGI. `origin` is the address people see; pages of others cannot post here.

    `uploads` are the few paths that take files, with the most bytes of each.
    """

    def __init__(
        self, app: ASGIApp, *, origin: str, uploads: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._origin = urlsplit(origin)
        self._uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        request = Request(scope)
        telemetry.start_trace(request.headers.get("traceparent"))
        send = _with_kept_headers(scope, send)
        try:
            self._check_head(request)
            most = self._uploads.get(request.url.path, MAX_BODY_BYTES)
            body = await _body(request, receive, most)
        except DomainError as fault:
            await problems.answer(request, fault)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _check_head(self, request: Request) -> None:
        if request.method not in METHODS:
            raise MethodNotAllowed(mark("this verb is not used here"))
        if any(word in request.url.query for word in CREDENTIALS):
            raise BadRequest(
                mark(
                    "a key stands in the address, where everybody reads it; revoke it, and send"
                    " the next one in the header Authorization"
                )
            )
        if request.method not in SAFE and "authorization" not in request.headers:
            self._check_origin(request)

    def _check_origin(self, request: Request) -> None:
        """Browsers say which site made them send something; other clients say nothing."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            ours = site in {"same-origin", "none"}
        else:
            ours = origin is None or urlsplit(origin)[:2] == self._origin[:2]
        if not ours:
            raise ForeignOrigin(mark("open the page on Talka itself and send the form from there"))


async def _body(request: Request, receive: Receive, most: int) -> bytes | None:
    """The whole body, or None when the request announces none."""
    announced = request.headers.get("content-length")
    if announced in {None, "0"} and "transfer-encoding" not in request.headers:
        return None
    if announced is not None and announced.isdecimal() and int(announced) > most:
        raise _too_large(most)
    check = _check_of(request)
    try:
        async with asyncio.timeout(MAX_BODY_SECONDS):
            body = await _read(receive, most)
    except TimeoutError as fault:
        raise TooSlow(mark("the body did not arrive in time; send it again")) from fault
    check(body)
    return body


async def _read(receive: Receive, most: int) -> bytes:
    chunks = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest(mark("the connection ended before the body did"))
        chunks += message.get("body", b"")
        if len(chunks) > most:
            raise _too_large(most)
        more = message.get("more_body", False)
    return bytes(chunks)


TOO_LARGE: Final = mark("a body holds at most 256 KiB; send it in several requests")
FILE_TOO_LARGE: Final = mark("a file holds at most 10 MiB; divide it into several")


def _too_large(most: int) -> TooLarge:
    return TooLarge(TOO_LARGE if most == MAX_BODY_BYTES else FILE_TOO_LARGE)


def _check_of(request: Request) -> Callable[[bytes], None]:
    """What to look for in a body of the kind that the head announces."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in {"", "utf-8", "utf8"} or "content-encoding" in request.headers:
        raise WrongMediaType(mark("send UTF-8, not compressed"))
    if kind in FORMS:
        return lambda _: None
    if kind == "application/json" or kind.endswith("+json") or kind in NDJSON:
        return _check_json
    raise WrongMediaType(mark("send JSON in UTF-8, or the form as the page gave it"))


def _check_json(body: bytes) -> None:
    if body[:2].startswith(UTF_16) or body[1:2] == b"\x00":
        raise WrongMediaType(mark("send UTF-8, not UTF-16"))
    if depth(body) > MAX_DEPTH:
        raise BadRequest(mark("lists and objects are nested deeper than 32 levels"))


def _replayed(body: bytes | None, receive: Receive) -> Receive:
    """Hand out the body that was read, then whatever comes after it: the disconnect."""
    if body is None:
        return receive
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _with_kept_headers(scope: Scope, send: Send) -> Send:
    """Add what was found while the request was answered: a renewed cookie, a budget."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            state, headers = scope["state"], MutableHeaders(scope=message)
            headers.update(state.get("answer_headers", {}))
            if "session_cookie" in state:
                headers.append("Set-Cookie", state["session_cookie"])
        await send(message)

    return send_with_headers
