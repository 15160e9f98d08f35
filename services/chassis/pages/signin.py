"""The sign-in page, the way home, and the demo's people and clock."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.chassis import clock, links, staff
from services.chassis.http import PageActor
from services.chassis.links import Link
from services.chassis.settings import Settings
from services.chassis.signin_routes import local_path
from services.chassis.ui.i18n import Translator, Word
from services.chassis.ui.navigation import home, page_word
from services.chassis.ui.render import render, see_other

UNITS: Final = {
    "hours": (Word("demo clock", "hours"), timedelta(hours=1)),
    "days": (Word("demo clock", "days"), timedelta(days=1)),
}
LINK_ROLES: Final = ("delegate", "host", "interpreter", "visitor")
SHOWN_LINKS: Final = 8
FARTHEST: Final = 400  # of either unit at once


def signin(settings: Settings) -> APIRouter:
    """The sign-in page of one service; the clock can be moved in demo mode only."""
    router = APIRouter(prefix=f"/{settings.service}", include_in_schema=False)
    router.get("/")(go_home)
    router.get("/signin")(show)
    if settings.signin == "demo":
        router.post("/demo/clock")(move_clock)
    return router


async def go_home(request: Request, actor: PageActor) -> Response:
    settings: Settings = request.app.state.settings
    return RedirectResponse(home(settings.service, settings.services, actor.roles), 303)


async def show(request: Request, next: str = "") -> Response:  # noqa: A002 - as in its address
    settings: Settings = request.app.state.settings
    is_demo = settings.signin == "demo"
    people = await _people(request) if is_demo else []
    wanted = local_path(next) or ""
    return render(
        request,
        "signin.html",
        associations=people,
        links=await _newest_links(request) if is_demo else [],
        next=wanted,
        wanted=page_word(settings.service, wanted) if wanted else None,
        word_of=lambda address: page_word(settings.service, address),
        home_of=lambda roles: home(settings.service, settings.services, roles),
        now=clock.now(),
        ahead_days=clock.ahead().days,
        ahead_hours=clock.ahead().seconds // 3600,
        units=UNITS,
        farthest=FARTHEST,
    )


async def move_clock(
    request: Request,
    amount: Annotated[int, Form(ge=1, le=FARTHEST)],
    unit: Annotated[str, Form(pattern="^(hours|days)$")],
) -> Response:
    clock.advance(amount * UNITS[unit][1])
    t: Translator = request.state.t
    note = t.gettext("The demo's clock says %(time)s now.") % {"time": t.datetime(clock.now())}
    return see_other(f"/{request.app.state.settings.service}/signin", note=note)


async def _people(request: Request) -> Sequence[tuple[str, Sequence[Any]]]:
    """Everybody in office by association, those who work across all of them last."""
    async with request.app.state.worker_sessions() as session:
        everybody = await staff.in_office(session)
    return [
        (association, list(group))
        for association, group in groupby(everybody, key=lambda person: person.association)
    ]


async def _newest_links(request: Request) -> Sequence[tuple[str, Link]]:
    """The links that were mailed last and are still open, with their addresses."""
    settings: Settings = request.app.state.settings
    async with request.app.state.worker_sessions() as session:
        newest = await links.newest(session, kinds=LINK_ROLES, limit=SHOWN_LINKS)
    key = settings.link_key
    return [(f"/{settings.service}/i/{links.token(key, link.id)}", link) for link in newest]
