"""Pages of participations: the list, one, the form to write one down or correct it, its end."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.holdings import ParticipationDeclared
from contracts.reference.programmes import programmes
from contracts.vocabulary import Currency, ParticipationRole
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.filters import chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms
from services.registry.associations.queries import today_for
from services.registry.clusters.choosing import own_clusters
from services.registry.participations import commands, finding, queries, words
from services.registry.participations.model import Participation
from services.registry.participations.queries import Programme, Wanted

HERE: Final = "/registry/participations"
SIZE: Final = 50
AMOUNTS: Final = ("budget_share", "fstp_received")
AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
HOW_MUCH: Final = mark("Give an amount like 12500 or 12500.50.")

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def all_participations(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    programme: Programme = "",
    role: str = "",
    after: Cursor = None,
) -> Response:
    known = chosen(ParticipationRole, role, "role")
    wanted = Wanted(q.strip(), programme, known)
    page, following = await queries.participations_page(
        session, actor, wanted, cursor=after, size=SIZE
    )
    return render(
        request,
        "participations/list.html",
        fragment="rows",
        participations=page,
        following=following,
        total=await queries.participations_count(session, actor, wanted),
        wanted=wanted,
        filtered=wanted != Wanted(),
        may_declare=actor.is_(BACK_OFFICE),
        **_words(request.state.t),
    )


@router.get("/new")
async def ask_for_participation(
    request: Request, session: Transaction, actor: PageActor, cluster: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE)
    return await _form(
        request=request, session=session, actor=actor, typed=forms.Form.filled(holder=cluster)
    )


@router.post("/new")
async def declare(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    return await _declared(request, session, actor, await forms.Form.of(request))


@router.get("/{participation_id}")
async def one_participation(
    request: Request, session: Transaction, actor: PageActor, participation_id: UUID
) -> Response:
    one, number, name = await finding.participation_of(session, actor, participation_id)
    mine = actor.is_(BACK_OFFICE, of=one.association)
    return render(
        request,
        "participations/participation.html",
        participation=one,
        number=number,
        holder=name,
        sees_money=finding.sees_money(actor, one),
        may_change=one.ended_on is None and mine,
        **_words(request.state.t),
    )


@router.get("/{participation_id}/edit")
async def ask_to_correct(
    request: Request, session: Transaction, actor: PageActor, participation_id: UUID
) -> Response:
    one, number, _ = await finding.participation_of(session, actor, participation_id)
    actor.must_be(BACK_OFFICE, of=one.association)
    return await _form(
        request=request,
        session=session,
        actor=actor,
        typed=_form_of(one, number or ""),
        participation_id=participation_id,
    )


@router.post("/{participation_id}/edit")
async def correct(
    request: Request, session: Transaction, actor: PageActor, participation_id: UUID
) -> Response:
    one, _, _ = await finding.participation_of(session, actor, participation_id)
    actor.must_be(BACK_OFFICE, of=one.association)
    typed = await forms.Form.of(request)
    return await _declared(request, session, actor, typed, participation_id)


@router.get("/{participation_id}/end")
async def ask_to_end(
    request: Request, session: Transaction, actor: PageActor, participation_id: UUID
) -> Response:
    today = await today_for(session, actor, at=clock.now())
    day = today.isoformat()
    return await _end_page(
        request=request, session=session, actor=actor, participation_id=participation_id, day=day
    )


@router.post("/{participation_id}/end")
async def end(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    participation_id: UUID,
    ended_day: Annotated[str, Form()] = "",
) -> Response:
    try:
        on = forms.day_in("ended_day", ended_day)
        await commands.end_participation(
            session, actor, participation_id=participation_id, on=on, at=clock.now()
        )
    except Invalid as refusal:
        return await _end_page(
            request=request,
            session=session,
            actor=actor,
            participation_id=participation_id,
            day=ended_day,
            faults=refusal.faults,
        )
    t: Translator = request.state.t
    note = t.gettext("The end of the participation is written down.")
    return see_other(f"{HERE}/{participation_id}", note=note)


async def _declared(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    participation_id: UUID | None = None,
) -> Response:
    try:
        more = {**typed.holder(), **_amounts(typed)}
        declared = typed.declared(ParticipationDeclared, lists=("activities",), more=more)
        async with session.begin_nested():
            one, _ = await commands.declare_participation(
                session, actor, declared, participation_id=participation_id, at=clock.now()
            )
    except Invalid as refusal:
        return await _form(
            request=request,
            session=session,
            actor=actor,
            typed=typed,
            participation_id=participation_id,
            faults=refusal.faults,
        )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{one.id}", note=t.gettext("The participation is written down."))


def _amounts(typed: forms.Form) -> Mapping[str, Any]:
    """The amounts as declarations write them: in cents, with a currency."""
    found, faults = {}, []
    for name in AMOUNTS:
        text = typed.one(f"{name}_amount").strip().replace(" ", "").replace(",", ".")
        if not text:
            continue
        if not AMOUNT.fullmatch(text):
            faults.append(Fault(f"/{name}_amount", "TLK-D003", HOW_MUCH))
            continue
        cents = int(Decimal(text) * 100)
        found[name] = {"cents": cents, "currency": typed.one(f"{name}_currency") or "EUR"}
    if faults:
        raise Invalid(forms.CORRECT, faults)
    return found


def _form_of(one: Participation, holder: str) -> forms.Form:
    fields = ("programme", "call_id", "project_id", "from_day", "until_day")
    values = {name: str(getattr(one, name) or "") for name in fields}
    for name in AMOUNTS:
        amount = getattr(one, name)
        if amount is not None:
            values[f"{name}_amount"] = str(Decimal(amount.cents) / 100)
            values[f"{name}_currency"] = str(amount.currency)
    activities = ",".join(one.activities)
    return forms.Form.filled(holder=holder, role=one.role.value, activities=activities, **values)


def _words(t: Translator) -> dict[str, Any]:
    return {
        "programmes": programmes(),
        "programme_choices": [(each.code, each.name) for each in programmes().values()],
        "roles": [(each.value, t.word(word)) for each, word in words.ROLES.items()],
        "activities": [(each.value, t.word(word)) for each, word in words.ACTIVITIES.items()],
        "words": words,
    }


async def _form(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    participation_id: UUID | None = None,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "participations/new.html",
        status=422 if faults else 200,
        typed=typed,
        participation_id=participation_id,
        clusters=await own_clusters(session, actor),
        currencies=[(each.value, each.value) for each in Currency],
        faults=forms.said(faults or [], t, NEAR),
        **_words(t),
    )


NEAR: Final = {
    "/budget_share/cents": "/budget_share_amount",
    "/fstp_received/cents": "/fstp_received_amount",
}


async def _end_page(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    participation_id: UUID,
    day: str,
    faults: list[Fault] | None = None,
) -> Response:
    one, _, name = await finding.participation_of(session, actor, participation_id)
    actor.must_be(BACK_OFFICE, of=one.association)
    return render(
        request,
        "participations/end.html",
        status=422 if faults else 200,
        participation=one,
        holder=name,
        day=day,
        faults=forms.said(faults or [], request.state.t),
    )
