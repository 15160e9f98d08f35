"""Plan a visit: find the two clusters in the copy, then say who signs, when and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.reference import ecosystems
from contracts.vocabulary import COUNTRIES, Mode, SessionKind
from services.chassis import clock
from services.chassis.errors import DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.exchanges.copies.model import ClusterCopy
from services.exchanges.copies.queries import (
    associations,
    clusters_as_of,
    find_clusters,
    matchable_cluster,
    sites_of,
)
from services.exchanges.visits.access import COORDINATOR
from services.exchanges.visits.commands.planning import plan_visit
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import faults_of
from services.exchanges.visits.pages.forms import Form, closed_up, form_of
from services.exchanges.visits.refusals import NoSessions
from services.exchanges.visits.shapes.asked import VisitIn

router = APIRouter(prefix="/exchanges/visits/new", include_in_schema=False)

ROWS: Final = 5
MATTERS: Final = ("title", "on", "starts", "ends")  # a row without any of them is empty
NOTHING: Final[Mapping[str, str]] = {}
NO_SESSION: Final = mark("plan at least one session")
PLANNED: Final = mark("{number} is planned. Invite delegates, then draft what is signed.")


@dataclass(frozen=True, slots=True)
class Choice:
    """Who visits whom, as far as it is chosen, and what is searched for."""

    visitor: UUID | None = None
    host: UUID | None = None
    q: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two clusters as they are chosen so far."""

    visitor: ClusterCopy | None
    host: ClusterCopy | None


@router.get("")
async def choose(
    request: Request,
    session: Transaction,
    actor: PageActor,
    choice: Annotated[Choice, Depends()],
) -> Response:
    actor.must_be(COORDINATOR)
    pair = Pair(
        await _chosen(session, actor, choice.visitor), await _chosen(session, actor, choice.host)
    )
    if pair.visitor and pair.host:
        return await _form(request, session, actor, pair)
    found = await find_clusters(session, actor, text=choice.q, country=choice.country)
    t: Translator = request.state.t
    return render(
        request,
        "visits/choose.html",
        fragment="found",
        choice=choice,
        pair=pair,
        found=found,
        as_of=await clusters_as_of(session),
        countries=words.countries(t, COUNTRIES),
        sector=lambda slug: ecosystems()[slug].names[t.language] if slug in ecosystems() else slug,
    )


@router.post("")
async def plan(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(COORDINATOR)
    form = closed_up(await form_of(request), "sessions", MATTERS)
    pair = Pair(
        await _chosen(session, actor, _id(form.text("visiting_organisation_id"))),
        await _chosen(session, actor, _id(form.text("host_organisation_id"))),
    )
    try:
        visit = form.read(VisitIn, _asked(form, pair, request.state.t.language))
        async with session.begin_nested():
            planned = await plan_visit(
                session,
                actor,
                plan=visit.plan(),
                link_key=request.app.state.settings.link_key,
                at=clock.now(),
            )
            await session.flush()
    except Invalid as refusal:
        return await _form(request, session, actor, pair, typed=form.typed, refusal=refusal)
    note = request.state.t.gettext(PLANNED).format(number=planned.number)
    return see_other(f"/exchanges/visits/{planned.number}", note=note)


def session_asked(
    form: Form, prefix: str, *, host: ClusterCopy | None, language: str
) -> dict[str, Any]:
    """One session as its shape reads it; a place is a site of the host, or one of its region."""
    mode = form.text(f"{prefix}mode")
    place = None
    site_id = form.text(f"{prefix}site_id") or None
    if site_id is None and mode == Mode.ON_SITE and host is not None:
        place = host.place.model_dump(include={"country", "region"})
        place["settlement"] = form.required(f"{prefix}settlement")
        place["street"] = form.text(f"{prefix}street") or None
    return {
        "title": {language: form.required(f"{prefix}title")},
        "kind": form.text(f"{prefix}kind"),
        "mode": mode,
        "starts": form.wall(f"{prefix}on", f"{prefix}starts"),
        "ends": form.wall(f"{prefix}on", f"{prefix}ends"),
        "zone": form.text(f"{prefix}zone"),
        "place": place,
        "site_id": site_id,
    }


def person_asked(form: Form, prefix: str) -> dict[str, Any]:
    """One person as the shape reads it."""
    return {
        "names": {"original": form.required(f"{prefix}names")},
        "mail": form.required(f"{prefix}mail"),
        "language": form.text(f"{prefix}language"),
        "zone": form.text(f"{prefix}zone"),
    }


def _asked(form: Form, pair: Pair, language: str) -> dict[str, Any]:
    rows = form.filled_rows("sessions", MATTERS)
    if not rows:
        form.faults.append(Fault("/sessions", NoSessions.code, NO_SESSION))
    return {
        "title": {language: form.required("title")},
        "visiting_organisation_id": pair.visitor and pair.visitor.cluster_id,
        "host_organisation_id": pair.host and pair.host.cluster_id,
        "visitor_contact": person_asked(form, "visitor_contact/"),
        "host_contact": person_asked(form, "host_contact/"),
        "sessions": [
            session_asked(form, f"{row}/", host=pair.host, language=language) for row in rows
        ],
    }


async def _chosen(
    session: AsyncSession, actor: Actor, cluster_id: UUID | None
) -> ClusterCopy | None:
    if cluster_id is None:
        return None
    return await matchable_cluster(session, actor, cluster_id, pointer="/cluster")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _form(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    pair: Pair,
    *,
    typed: Mapping[str, str] = NOTHING,
    refusal: DomainError | None = None,
) -> Response:
    t: Translator = request.state.t
    known = await associations(session)
    sites = await sites_of(session, actor, pair.host.cluster_id if pair.host else None)
    fields: Sequence[str] = [*typed, *(f"sessions/{row}/title" for row in range(ROWS))]
    mine = {cluster.association for cluster in (pair.visitor, pair.host) if cluster}
    return render(
        request,
        "visits/plan.html",
        status=refusal.status if refusal else 200,
        pair=pair,
        typed=typed,
        rows=range(ROWS),
        known=known,
        sites=words.sites(t, sites),
        neither_mine=actor.association not in mine,
        kinds=words.choices(t, words.KINDS),
        kind=SessionKind.WORKSHOP,
        modes=words.choices(t, words.MODES),
        mail_languages=words.languages(t),
        zones=words.zones(t, {copy.zone for copy in known.values()}),
        faults=faults_of(refusal, t, fields=fields) if refusal else (),
    )
