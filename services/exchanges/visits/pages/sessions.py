"""Add a session to the programme and take one off, as long as nobody is bound by it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from contracts.vocabulary import SessionKind, text_in
from services.chassis.errors import Conflict, DomainError, Invalid
from services.chassis.faults import mark
from services.exchanges.copies.queries import associations, sites_of
from services.exchanges.visits.commands.planning import add_session, drop_session
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, Desk, faults_of
from services.exchanges.visits.pages.forms import form_of
from services.exchanges.visits.pages.planning import session_asked
from services.exchanges.visits.shapes.asked import SessionIn

router = APIRouter(prefix="/exchanges/visits/{key}/sessions", include_in_schema=False)

ADDED: Final = mark("The session is on the programme.")
DROPPED: Final = mark("The session is off the programme.")
FIELDS: Final = (
    "title",
    "kind",
    "mode",
    "on",
    "starts",
    "ends",
    "zone",
    "settlement",
    "street",
    "site_id",
)


@router.get("/new")
async def ask(desk: Asked) -> Response:
    return await _form(desk, {})


@router.post("/new")
async def add(desk: Asked) -> Response:
    view = await desk.view_to_change()
    form = await form_of(desk.request)
    raw = session_asked(form, "", host=view.host, language=desk.t.language)
    try:
        asked = form.read(SessionIn, raw)
        await desk.attempt(add_session, plan=asked.plan())
    except (Invalid, Conflict) as refusal:
        return await _form(desk, form.typed, refusal)
    return desk.done(ADDED)


@router.get("/{session_id}/drop")
async def ask_to_drop(desk: Asked, session_id: UUID) -> Response:
    return await _drop_page(desk, session_id)


@router.post("/{session_id}/drop")
async def drop(desk: Asked, session_id: UUID) -> Response:
    await desk.view_to_change()
    try:
        await desk.attempt(drop_session, session_id=session_id)
    except (Invalid, Conflict) as refusal:
        return await _drop_page(desk, session_id, refusal)
    return desk.done(DROPPED)


async def _drop_page(desk: Desk, session_id: UUID, refusal: DomainError | None = None) -> Response:
    view = await desk.view_to_change()
    title = text_in(view.visit.session(session_id).title, desk.t.language)
    return desk.page("drop", view, refusal=refusal, session_id=session_id, title=title)


async def _form(
    desk: Desk, typed: Mapping[str, str], refusal: DomainError | None = None
) -> Response:
    view = await desk.view_to_change()
    known = await associations(desk.session)
    sites = await sites_of(desk.session, desk.actor, view.visit.host_organisation_id)
    more: dict[str, Any] = {}
    if refusal is not None:
        more["faults"] = faults_of(refusal, desk.t, fields=FIELDS)
    return desk.page(
        "add_session",
        view,
        refusal=refusal,
        typed=typed,
        kinds=words.choices(desk.t, words.KINDS),
        kind=SessionKind.WORKSHOP,
        modes=words.choices(desk.t, words.MODES),
        zones=words.zones(desk.t, {copy.zone for copy in known.values()}),
        zone=view.visit.host_zone,
        settlement=view.host.city if view.host else "",
        sites=words.sites(desk.t, sites),
        **more,
    )
