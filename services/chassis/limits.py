"""What no request may exceed, checked before anything of it is looked at.

The body is read here, up to its limit, and handed on whole; so nothing behind this door waits for
a sender, and an endless body costs no more memory than a large one. Only a list of declarations,
which may be long, is read when it is asked for: not before it is known who sends it.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.envelope import BATCH
from services.chassis import problems, telemetry
from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.reading import must_be_shallow
from services.chassis.refusals import (
    BadRequest,
    ForeignOrigin,
    MethodNotAllowed,
    TooLarge,
    TooSlow,
    WrongMediaType,
)

MAX_BODY_BYTES: Final = 262_144
MAX_LIST_BYTES: Final = 16 * 1024 * 1024  # 5,000 full profiles, with some room
MAX_BODY_SECONDS: Final = 20.0
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
NDJSON: Final = frozenset({"application/x-ndjson", "application/jsonl"})
LISTS: Final = NDJSON | {BATCH}
CREDENTIALS: Final = ("access_token=", "api_key=", "tlk_")  # nothing of this in an address
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00")


class Limits:
    """Pure ASGI. `origin` is the address people see; pages of others cannot post here.

    `uploads` are the few paths that take files, with the most bytes of each; `lists` those that
    take many declarations in one body.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        origin: str,
        uploads: Mapping[str, int] | None = None,
        lists: Collection[str] = (),
    ) -> None:
        self._app = app
        self._origin = urlsplit(origin)
        self._uploads = uploads or {}
        self._lists = lists

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
            body = self._body(request, receive)
            if body is not None and not self._is_list(request):
                await body.read()
        except DomainError as fault:
            await problems.answer(request, fault)(scope, receive, send)
            return
        await self._app(scope, receive if body is None else body.receive, send)

    def _body(self, request: Request, receive: Receive) -> "_Body | None":
        """The body that the request announces, if it does; nothing of it is read yet."""
        announced = request.headers.get("content-length")
        if announced in {None, "0"} and "transfer-encoding" not in request.headers:
            return None
        most, too_large = self._most(request)
        if announced is not None and announced.isdecimal() and int(announced) > most:
            raise TooLarge(too_large)
        check = _check_of(request)
        if self._is_list(request):
            check = _check_encoding  # how deep it is nested is asked of each declaration
        return _Body(receive, most, too_large, check)

    def _most(self, request: Request) -> tuple[int, str]:
        """How many bytes are read, and what is said of more."""
        path = request.url.path
        if self._is_list(request):
            return MAX_LIST_BYTES, LIST_TOO_LARGE
        if path in self._uploads:
            return self._uploads[path], FILE_TOO_LARGE
        return MAX_BODY_BYTES, TOO_LARGE

    def _is_list(self, request: Request) -> bool:
        return kind_of(request) in LISTS and request.url.path in self._lists

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


class _Body:
    """A body that is read once, whole; after it comes whatever comes then: the disconnect."""

    def __init__(
        self, receive: Receive, most: int, too_large: str, check: Callable[[bytes], None]
    ) -> None:
        self._receive = receive
        self._most = most
        self._too_large = too_large
        self._check = check
        self._waiting: list[Message] = []
        self._is_read = False

    async def read(self) -> None:
        """Read it up to its limit, and look at it.

        Raises:
            TooLarge, TooSlow: it does not end there, or not in time.
            BadRequest, WrongMediaType: it is not what its head says, or ends in the middle.
        """
        self._is_read = True
        try:
            async with asyncio.timeout(MAX_BODY_SECONDS):
                body = await self._whole()
        except TimeoutError as fault:
            raise TooSlow(mark("the body did not arrive in time; send it again")) from fault
        self._check(body)
        self._waiting.append({"type": "http.request", "body": body, "more_body": False})

    async def receive(self) -> Message:
        """Hand it on, in one piece."""
        if not self._is_read:
            await self.read()
        return self._waiting.pop() if self._waiting else await self._receive()

    async def _whole(self) -> bytes:
        chunks = bytearray()
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise BadRequest(mark("the connection ended before the body did"))
            chunks += message.get("body", b"")
            if len(chunks) > self._most:
                raise TooLarge(self._too_large)
            more = message.get("more_body", False)
        return bytes(chunks)


TOO_LARGE: Final = mark("a body holds at most 256 KiB; send it in several requests")
LIST_TOO_LARGE: Final = mark("a list holds at most 16 MiB; send it in several requests")
FILE_TOO_LARGE: Final = mark("a file holds at most 10 MiB; divide it into several")


def kind_of(request: Request) -> str:
    """The media type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _check_of(request: Request) -> Callable[[bytes], None]:
    """What to look for in a body of the kind that the head announces."""
    kind = kind_of(request)
    parameters = request.headers.get("content-type", "").partition(";")[2]
    charset = parameters.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in {"", "utf-8", "utf8"} or "content-encoding" in request.headers:
        raise WrongMediaType(mark("send UTF-8, not compressed"))
    if kind in FORMS:
        return lambda _: None
    if kind == "application/json" or kind.endswith("+json") or kind in NDJSON:
        return _check_json
    raise WrongMediaType(mark("send JSON in UTF-8, or the form as the page gave it"))


def _check_json(body: bytes) -> None:
    _check_encoding(body)
    must_be_shallow(body)


def _check_encoding(body: bytes) -> None:
    if body[:2].startswith(UTF_16) or body[1:2] == b"\x00":
        raise WrongMediaType(mark("send UTF-8, not UTF-16"))


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
