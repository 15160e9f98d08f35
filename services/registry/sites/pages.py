"""Pages of sites: the list, one, the form to take one in or change it, and its closing."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.holdings import SiteDeclared
from contracts.vocabulary import COUNTRIES, text_in
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.filters import Country, chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms, holders
from services.registry.associations.queries import today_for
from services.registry.clusters.choosing import own_clusters
from services.registry.sites import commands, finding, queries, words
from services.registry.sites.filling import form_of, places
from services.registry.sites.model import SiteState
from services.registry.sites.queries import Wanted

HERE: Final = "/registry/sites"
SIZE: Final = 50
FLAGS: Final = ("step_free", "booth", "generator", "satellite", "dual_use")

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def all_sites(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    country: Country = "",
    seats: str = "",
    has: Annotated[list[str] | None, Query()] = None,
    state: str = SiteState.OPEN,
    after: Cursor = None,
) -> Response:
    wanted = Wanted(
        q.strip(),
        country,
        int(seats) if seats.isascii() and seats.isdigit() and len(seats) < len(str(10**6)) else 0,
        frozenset(has or ()),
        chosen(SiteState, state, "state"),
    )
    page, following = await queries.sites_page(session, actor, wanted, cursor=after, size=SIZE)
    t: Translator = request.state.t
    return render(
        request,
        "sites/list.html",
        fragment="rows",
        sites=page,
        following=following,
        total=await queries.sites_count(session, actor, wanted),
        wanted=wanted,
        filtered=wanted != Wanted(state=SiteState.OPEN),
        countries=[(code, t.country(code)) for code in COUNTRIES],
        states=[
            ("all", t.gettext("All states")),
            *((each.value, t.word(word)) for each, (word, _) in words.STATES.items()),
        ],
        equipment=[(name, t.word(word)) for name, word in words.EQUIPMENT.items()],
        words=words,
        text_in=text_in,
        may_declare=actor.is_(BACK_OFFICE, CLUSTER_ADMIN),
    )


@router.get("/new")
async def ask_for_site(
    request: Request, session: Transaction, actor: PageActor, cluster: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    today = await today_for(session, actor, at=clock.now())
    typed = forms.Form.filled(
        holder=cluster, place__country=actor.association, opened_day=today.isoformat()
    )
    return await _form(request=request, session=session, actor=actor, typed=typed)


@router.post("/new")
async def declare(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    typed = await forms.Form.of(request)
    return await _declared(request, session, actor, typed)


@router.get("/{site_id}")
async def one_site(
    request: Request, session: Transaction, actor: PageActor, site_id: UUID
) -> Response:
    site, number, name = await finding.site_of(session, actor, site_id)
    return render(
        request,
        "sites/site.html",
        site=site,
        number=number,
        holder=name,
        words=words,
        text_in=text_in,
        may_change=site.state is SiteState.OPEN
        and await holders.may_keep(
            session, actor, site.holder_kind, site.holder_id, of=site.association
        ),
    )


@router.get("/{site_id}/edit")
async def ask_to_change(
    request: Request, session: Transaction, actor: PageActor, site_id: UUID
) -> Response:
    site, number, _ = await finding.site_of(session, actor, site_id)
    await holders.must_keep(session, actor, site.holder_kind, site.holder_id, of=site.association)
    return await _form(
        request=request,
        session=session,
        actor=actor,
        typed=form_of(site, number or ""),
        site_id=site_id,
    )


@router.post("/{site_id}/edit")
async def change(
    request: Request, session: Transaction, actor: PageActor, site_id: UUID
) -> Response:
    site, _, _ = await finding.site_of(session, actor, site_id)
    await holders.must_keep(session, actor, site.holder_kind, site.holder_id, of=site.association)
    typed = await forms.Form.of(request)
    return await _declared(request, session, actor, typed, site_id)


@router.get("/{site_id}/close")
async def ask_to_close(
    request: Request, session: Transaction, actor: PageActor, site_id: UUID
) -> Response:
    today = await today_for(session, actor, at=clock.now())
    return await _close_page(
        request=request, session=session, actor=actor, site_id=site_id, day=today.isoformat()
    )


@router.post("/{site_id}/close")
async def close(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    site_id: UUID,
    closed_day: Annotated[str, Form()] = "",
) -> Response:
    try:
        on = forms.day_in("closed_day", closed_day)
        await commands.close_site(session, actor, site_id=site_id, on=on, at=clock.now())
    except Invalid as refusal:
        return await _close_page(
            request=request,
            session=session,
            actor=actor,
            site_id=site_id,
            day=closed_day,
            faults=refusal.faults,
        )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{site_id}", note=t.gettext("The site is closed."))


async def _declared(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    site_id: UUID | None = None,
) -> Response:
    try:
        declared = typed.declared(SiteDeclared, flags=FLAGS, more=typed.holder())
        async with session.begin_nested():
            site, _ = await commands.declare_site(
                session, actor, declared, site_id=site_id, at=clock.now()
            )
    except Invalid as refusal:
        return await _form(
            request=request,
            session=session,
            actor=actor,
            typed=typed,
            site_id=site_id,
            faults=refusal.faults,
        )
    t: Translator = request.state.t
    if site.dual_use and not actor.is_vetted:
        return see_other(HERE, note=t.gettext("The site is kept; vetted people find it."))
    return see_other(f"{HERE}/{site.id}", note=t.gettext("The site is kept."))


async def _form(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    site_id: UUID | None = None,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "sites/new.html",
        status=422 if faults else 200,
        typed=typed,
        site_id=site_id,
        clusters=await own_clusters(session, actor),
        regions=places(actor.association, t.language),
        country=t.country(actor.association),
        faults=forms.said(faults or [], t, NEAR),
    )


NEAR: Final = {
    "/names": "/names/en",
    "/place": "/place/settlement",
    "/place/region": "/place/region/code",
}


async def _close_page(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    site_id: UUID,
    day: str,
    faults: list[Fault] | None = None,
) -> Response:
    site, _, _ = await finding.site_of(session, actor, site_id)
    await holders.must_keep(session, actor, site.holder_kind, site.holder_id, of=site.association)
    return render(
        request,
        "sites/close.html",
        status=422 if faults else 200,
        site=site,
        day=day,
        faults=forms.said(faults or [], request.state.t),
    )
