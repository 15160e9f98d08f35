"""What every answer carries: security headers, the time it took, and the reader's choices kept."""

import time
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.ui.i18n import COOKIE as LANGUAGE_COOKIE
from services.chassis.ui.i18n import NATIVE_NAMES, bind
from services.chassis.ui.render import THEME_COOKIE

POLICY: Final = (
    "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
YEAR_SECONDS: Final = 31_536_000
CHOICES: Final = {
    "lang": (LANGUAGE_COOKIE, frozenset(NATIVE_NAMES)),
    "theme": (THEME_COOKIE, frozenset({"light", "dark", "system"})),
}


class PageMiddleware:
    """Pure ASGI, so that streams are neither buffered nor cancelled by it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and has_empty_filters(scope):
            await RedirectResponse(canonical(scope), 307)(scope, receive, send)
            return
        request = Request(scope)
        bind(request, language=None, zone=None)
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _finish(MutableHeaders(scope=message), request, started)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _finish(headers: MutableHeaders, request: Request, started: float) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    spent = (time.perf_counter() - started) * 1000
    headers.append("Server-Timing", f"app;dur={spent:.1f}")
    if not headers.get("content-type", "").startswith("text/html"):
        return
    headers.setdefault("Cache-Control", "private, no-cache")
    for parameter, (cookie, known) in CHOICES.items():
        choice = request.query_params.get(parameter)
        if choice in known:
            headers.append("Set-Cookie", _kept(cookie, choice))


def _kept(cookie: str, value: str) -> str:
    return f"{cookie}={value}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax"


def has_empty_filters(scope: Scope) -> bool:
    """Whether a form sent filters that nobody filled in; interfaces for systems are left alone."""
    query: bytes = scope["query_string"]
    return (b"=&" in query or query.endswith(b"=")) and "/v1/" not in scope["path"]


def canonical(scope: Scope) -> str:
    """The address without empty parameters, which is the one that people share."""
    filled = parse_qsl(scope["query_string"].decode("latin-1"))
    return f"{scope['path']}?{urlencode(filled)}" if filled else str(scope["path"])
