"""Pages of centres: the list, one, and the forms to link clusters and unlink them."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.vocabulary import CentreRole, text_in
from services.chassis import clock
from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms
from services.registry.associations.queries import day_at, today_for
from services.registry.centres import commands, finding, queries, words
from services.registry.centres.model import Centre
from services.registry.centres.rota import rota_of

HERE: Final = "/registry/centres"
SIZE: Final = 50

router = APIRouter(prefix=HERE, include_in_schema=False)


class TypedLink(BaseModel):
    """What somebody typed into the form that links a cluster."""

    cluster: str = ""
    role: CentreRole = CentreRole.SERVED
    from_day: str = ""


@router.get("")
async def all_centres(
    request: Request, session: Transaction, actor: PageActor, after: Cursor = None
) -> Response:
    quarter = words.quarter_of(await today_for(session, actor, at=clock.now()))
    page, following = await queries.centres_page(session, actor, quarter, cursor=after, size=SIZE)
    return render(
        request,
        "centres/list.html",
        centres=page,
        following=following,
        quarter=quarter,
        words=words,
    )


@router.get("/{code}")
async def one_centre(
    request: Request, session: Transaction, actor: PageActor, code: str
) -> Response:
    centre = await finding.centre_of(session, actor, code)
    since = words.quarter_of(await day_at(session, centre.association, at=clock.now()))
    mine = actor.is_(BACK_OFFICE, of=centre.association)
    twin = actor.is_(BACK_OFFICE) and await finding.runs_a_twin(session, actor, centre)
    return render(
        request,
        "centres/centre.html",
        centre=centre,
        links=await queries.links_of(session, actor, centre),
        services=await queries.services_of(session, centre, since=since),
        text_in=text_in,
        words=words,
        mine=mine,
        rota=await rota_of(session, centre, at=clock.now()) if mine else [],
        may_offer=mine or twin,
        may_give=actor.is_(BACK_OFFICE),
    )


@router.get("/{code}/link")
async def ask_to_link(
    request: Request, session: Transaction, actor: PageActor, code: str
) -> Response:
    today = await today_for(session, actor, at=clock.now())
    typed = TypedLink(from_day=today.isoformat())
    return await _link_page(request=request, session=session, actor=actor, code=code, typed=typed)


@router.post("/{code}/link")
async def link(
    request: Request,
    session: Transaction,
    actor: PageActor,
    code: str,
    typed: Annotated[TypedLink, Form()],
) -> Response:
    t: Translator = request.state.t
    try:
        await commands.link_cluster(
            session,
            actor,
            code=code,
            key=typed.cluster,
            role=typed.role,
            from_day=forms.day_in("from_day", typed.from_day),
            at=clock.now(),
        )
    except Invalid as refusal:
        return await _link_page(
            request=request,
            session=session,
            actor=actor,
            code=code,
            typed=typed,
            faults=refusal.faults,
        )
    except (NotFound, Conflict) as refusal:
        fault = Fault("/cluster", refusal.code, refusal.text, values=refusal.values)
        return await _link_page(
            request=request, session=session, actor=actor, code=code, typed=typed, faults=[fault]
        )
    return see_other(f"{HERE}/{code}", note=t.gettext("The cluster belongs to the centre now."))


@router.get("/{code}/unlink/{key}/{role}")
async def ask_to_unlink(
    *, request: Request, session: Transaction, actor: PageActor, code: str, key: str, role: str
) -> Response:
    centre = await _to_run(session, actor, code)
    known = CentreRole(role) if role in set(CentreRole) else CentreRole.SERVED
    return render(request, "centres/unlink.html", centre=centre, key=key, role=known, words=words)


@router.post("/{code}/unlink/{key}/{role}")
async def unlink(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    code: str,
    key: str,
    role: CentreRole,
) -> Response:
    now = clock.now()
    today = await today_for(session, actor, at=now)
    await commands.unlink_cluster(
        session, actor, code=code, key=key, role=role, from_day=today, at=now
    )
    t: Translator = request.state.t
    note = t.gettext("The cluster belongs to the centre no more.")
    return see_other(f"{HERE}/{code}", note=note)


async def _to_run(session: AsyncSession, actor: Actor, code: str) -> Centre:
    centre = await finding.centre_of(session, actor, code)
    actor.must_be(BACK_OFFICE, of=centre.association)
    return centre


async def _link_page(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    code: str,
    typed: TypedLink,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "centres/link.html",
        status=422 if faults else 200,
        centre=await _to_run(session, actor, code),
        typed=typed,
        roles=[(role.value, t.word(word)) for role, word in words.ROLES.items()],
        words=words,
        faults=forms.said(faults or [], t),
    )
