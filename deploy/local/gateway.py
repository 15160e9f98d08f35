"""One address for four services: the first segment of a path says whose it is.

Paths are handed on as they are. A service that is away gets a page that says so, in the reader's
language, and so the others work on.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

HOME: Final = "/notifications/today"
RETRY_SECONDS: Final = "10"

AWAY: Final = tomllib.loads(Path(__file__).with_name("away.toml").read_text())
PAGE: Final = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{title} · Talka</title></head>'
    '<body><main><h1>{title}</h1><p>{sentence}</p><p><a href="/">Talka</a></p></main></body></html>'
)


class Gateway:
    """The ASGI application that the browser talks to; `apps` by first segment."""

    def __init__(self, apps: Mapping[str, ASGIApp], *, services: tuple[str, ...]) -> None:
        self._apps = apps
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"the gateway speaks HTTP only, not {scope['type']}")
        first = scope["path"].split("/", 2)[1]
        await self._app_of(first, scope)(scope, receive, send)

    def _app_of(self, first: str, scope: Scope) -> ASGIApp:
        if first == "":
            return RedirectResponse(HOME, status_code=303)
        if first in self._apps:
            return self._apps[first]
        if first in self._services:
            return _away(first, Headers(scope=scope).get("accept-language", ""))
        return PlainTextResponse("There is nothing at this address. Begin at /\n", 404)


def _away(service: str, accept_language: str) -> Response:
    language = _language(accept_language)
    words = AWAY[language]
    page = PAGE.format(
        language=language,
        title=words["title"],
        sentence=words["sentence"].format(service=service),
    )
    headers = {
        "retry-after": RETRY_SECONDS,
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    }
    return Response(page, 503, headers, media_type="text/html")


def _language(accept_language: str) -> str:
    """The first of the reader's languages that we have, in their order of preference."""
    weighed = []
    for position, entry in enumerate(accept_language.split(",")):
        tag, _, quality = entry.strip().partition(";q=")
        try:
            weighed.append((-float(quality or 1), position, tag[:2].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(weighed) if tag in AWAY), "en")
