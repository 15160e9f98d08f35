"""The acts of signing in and out; the page that offers them is the chassis' sign-in page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.chassis import signin
from services.chassis.errors import NotSignedIn
from services.chassis.http import signed_in
from services.chassis.logs import log
from services.chassis.settings import Settings
from services.chassis.signin import SignedIn
from services.chassis.ui.i18n import COOKIE as LANGUAGE_COOKIE


def router(settings: Settings) -> APIRouter:
    """The routes of one service; acting as a demo person only where the demo sign-in is on."""
    routes = APIRouter(prefix=f"/{settings.service}", include_in_schema=False)
    routes.post("/signout")(sign_out)
    if settings.signin == "demo":
        routes.post("/signin/as/{staff_id}")(sign_in_as)
    return routes


async def sign_in_as(
    request: Request,
    staff_id: UUID,
    next: Annotated[str, Form()] = "",  # noqa: A002 - its name in the page's address
) -> Response:
    """Act as a demo person: a new session, whatever cookie the browser came with."""
    settings: Settings = request.app.state.settings
    former = await _former(request)
    async with request.app.state.worker_sessions.begin() as session:
        if former is not None:
            await signin.end(session, former)
        ticket = await signin.begin(session, staff_id)
    request.state.session_cookie = signin.cookie(settings, ticket.sealed(settings.secret))
    log.info("signed in", staff=str(staff_id))
    answer = RedirectResponse(local_path(next) or f"/{settings.service}/", 303)
    answer.delete_cookie(LANGUAGE_COOKIE)  # the profile's language rules until it is switched
    return answer


async def sign_out(request: Request) -> Response:
    """End the session, here at once and everywhere within a moment."""
    settings: Settings = request.app.state.settings
    former = await _former(request)
    if former is not None:
        async with request.app.state.worker_sessions.begin() as session:
            await signin.end(session, former)
        log.info("signed out", staff=str(former.ticket.staff_id))
    request.state.session_cookie = signin.cookie(settings, "")
    return RedirectResponse(f"/{settings.service}/signin", 303)


def local_path(address: str) -> str | None:
    """The address, if it is a path of this origin that a browser cannot take for another site."""
    sound = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if sound and address.isprintable() and "\\" not in address else None


async def _former(request: Request) -> SignedIn | None:
    try:
        return await signed_in(request)
    except NotSignedIn:
        return None
