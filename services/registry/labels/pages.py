"""Pages of labels: the list, one, and the forms to write one down and to take it away."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.holdings import LabelDeclared
from contracts.vocabulary import LabelLevel
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
from services.registry.labels import commands, finding, queries, words
from services.registry.labels.model import REMIND_DAYS_BEFORE, LabelState
from services.registry.labels.queries import Wanted

HERE: Final = "/registry/labels"
SIZE: Final = 50
SOON: Final = timedelta(days=max(REMIND_DAYS_BEFORE))
WHY: Final = mark("Say why; the reason is kept in the history.")

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def all_labels(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    level: str = "",
    state: str = LabelState.GRANTED,
    soon: str = "",
    after: Cursor = None,
) -> Response:
    today = await today_for(session, actor, at=clock.now())
    wanted = Wanted(
        q.strip(),
        chosen(LabelLevel, level, "level"),
        chosen(LabelState, state, "state"),
        today + SOON if soon else None,
    )
    t: Translator = request.state.t
    page, following = await queries.labels_page(session, actor, wanted, cursor=after, size=SIZE)
    return render(
        request,
        "labels/list.html",
        fragment="rows",
        labels=page,
        following=following,
        total=await queries.labels_count(session, actor, wanted),
        wanted=wanted,
        soon=bool(soon),
        filtered=wanted != Wanted(state=LabelState.GRANTED),
        levels=[(each.value, t.word(word)) for each, word in words.LEVELS.items()],
        states=[("all", t.gettext("All states")), *words.states(t)],
        words=words,
        today=today,
        ends_within=queries.ends_within,
        reminded=await queries.reminded_of(session, actor) if actor.is_(BACK_OFFICE) else 0,
        may_declare=actor.is_(BACK_OFFICE),
    )


@router.get("/new")
async def ask_for_label(
    request: Request, session: Transaction, actor: PageActor, cluster: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE)
    typed = forms.Form.filled(cluster__number=cluster)
    return await _form(request, session, actor, typed)


@router.post("/new")
async def declare(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    typed = await forms.Form.of(request)
    try:
        declared = typed.declared(LabelDeclared)
        async with session.begin_nested():
            label, _ = await commands.declare_label(session, actor, declared, at=clock.now())
    except Invalid as refusal:
        return await _form(request, session, actor, typed, refusal.faults)
    t: Translator = request.state.t
    return see_other(f"{HERE}/{label.id}", note=t.gettext("The label is written down."))


@router.get("/{label_id}")
async def one_label(
    request: Request, session: Transaction, actor: PageActor, label_id: UUID
) -> Response:
    label, number, name = await finding.label_of(session, actor, label_id)
    return render(
        request,
        "labels/label.html",
        label=label,
        number=number,
        name=name,
        words=words,
        today=await today_for(session, actor, at=clock.now()),
        ends_within=queries.ends_within,
        reminders=await queries.reminders_of(session, label),
        may_end=label.state is LabelState.GRANTED and actor.is_(BACK_OFFICE, of=label.association),
    )


@router.get("/{label_id}/withdraw")
async def ask_to_withdraw(
    request: Request, session: Transaction, actor: PageActor, label_id: UUID
) -> Response:
    return await _withdraw_page(request, session, actor, label_id)


@router.post("/{label_id}/withdraw")
async def withdraw(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    label_id: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    if not reason.strip():
        fault = Fault("/reason", "TLK-R041", WHY)
        return await _withdraw_page(request, session, actor, label_id, [fault])
    await commands.withdraw_label(
        session, actor, label_id=label_id, reason=reason.strip(), at=clock.now()
    )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{label_id}", note=t.gettext("The label is withdrawn."))


async def _form(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "labels/new.html",
        status=422 if faults else 200,
        typed=typed,
        clusters=await own_clusters(session, actor),
        levels=[(each.value, t.word(word)) for each, word in words.LEVELS.items()],
        faults=forms.said(faults or [], t, {"/cluster": "/cluster/number"}),
    )


async def _withdraw_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    label_id: UUID,
    faults: list[Fault] | None = None,
) -> Response:
    label, number, name = await finding.label_of(session, actor, label_id)
    actor.must_be(BACK_OFFICE, of=label.association)
    return render(
        request,
        "labels/withdraw.html",
        status=422 if faults else 200,
        label=label,
        number=number,
        name=name,
        words=words,
        faults=forms.said(faults or [], request.state.t),
    )
