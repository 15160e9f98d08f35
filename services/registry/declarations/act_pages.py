"""Pages that post declarations: by a form, as JSON, as a correction, as a withdrawal.

They read and take through the same code as every other door, under the source of these pages.
"""

import json
from collections.abc import Collection
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from contracts.declarations import Declaration
from contracts.declared.withdrawals import WithdrawalDeclared
from contracts.event import uuid7
from services.chassis import clock
from services.chassis.errors import DomainError, Fault, NotFound
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.intake import Item, Way
from services.chassis.intake_reading import Reader
from services.chassis.intake_rehearsal import rehearse
from services.chassis.reading import read_json
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.clusters.intake import registry_intake
from services.registry.declarations import dependants, queries, shapes, words
from services.registry.declarations.model import InFull
from services.registry.declarations.pages import type_words
from services.registry.declarations.possible import HERE, document
from services.registry.forms import Form, said

NO_JSON: Final = Fault("/json", "TLK-E423", mark("This is no JSON. Compare it with an example."))

STAYS: Final = mark("It cannot be withdrawn now.")

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("/new")
async def ask(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    kind: Annotated[str, Query(alias="type")] = "",
    how: Annotated[str, Query(alias="as")] = "",
    corrects: UUID | None = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    data: dict[str, Any] = {}
    if corrects is not None:
        wrong = await queries.declaration_named(session, actor, corrects)
        kind = wrong.posted.type
        data = (wrong.data or {}) | {"corrects": str(corrects)}
    if not kind:
        return render(request, "declarations/choose.html", types=type_words(request.state.t))
    fields = shapes.fields_of(_class_of(kind))
    form = shapes.filled_with(fields, data)
    if how == "json" or not shapes.can_say(fields, data):
        pretty = json.dumps(data, ensure_ascii=False, indent=2)
        form = Form({"json": [pretty]})
    return _page(request, kind, form, name=str(uuid7()))


@router.post("/new")
async def post(request: Request, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    form = await Form.of(request)
    kind, name = form.one("type"), form.one("id")
    t: Translator = request.state.t
    try:
        data = _data(kind, form)
    except ValueError:
        return _page(request, kind, form, name=name, status=422, faults=[NO_JSON])
    found = Reader(registry_intake, actor, clock.now(), Way.PAGE).try_document(
        document(name, kind, data)
    )
    if isinstance(found, Item):
        checks = form.one("act") == "check"
        sessions = request.app.state.sessions
        [outcome] = (
            await rehearse(registry_intake, sessions, [found])
            if checks
            else await request.app.state.desk.take([found])
        )
        if not isinstance(outcome, DomainError):
            if checks:
                return _page(request, kind, form, name=name, checked=True)
            note = t.gettext("The declaration is taken.")
            return see_other(_address(found.declared.envelope.source, name), note=note)
        found = outcome
    faults = found.faults or [Fault("", found.code, found.text or found.title, None, found.values)]
    return _page(request, kind, form, name=name, status=found.status, faults=faults)


@router.get("/{declaration}/withdraw")
async def ask_to_withdraw(
    request: Request, session: Transaction, actor: PageActor, declaration: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    found = await queries.declaration_named(session, actor, declaration)
    return _withdraw_page(request, declaration, found)


@router.post("/{declaration}/withdraw")
async def withdraw(
    request: Request, session: Transaction, actor: PageActor, declaration: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    found = await queries.declaration_named(session, actor, declaration)
    form = await Form.of(request)
    data = {"declaration": str(declaration), "reason": form.one("reason").strip()}
    posted = document(f"withdrawal-{declaration}", WithdrawalDeclared.type, data)
    item = Reader(registry_intake, actor, clock.now(), Way.PAGE).try_document(posted)
    if isinstance(item, Item):
        [outcome] = await request.app.state.desk.take([item])
        if not isinstance(outcome, DomainError):
            t: Translator = request.state.t
            note = t.gettext("The declaration is withdrawn.")
            return see_other(_address(found.posted.source, found.posted.id), note=note)
        item = outcome
    return _withdraw_page(request, declaration, found, item, typed=form.one("reason"))


def _withdraw_page(
    request: Request,
    declaration: UUID,
    found: InFull,
    refusal: DomainError | None = None,
    *,
    typed: str = "",
) -> Response:
    faults: Collection[Fault] = ()
    if refusal is not None:
        faults = refusal.faults or [Fault("", refusal.code, refusal.text, None, refusal.values)]
    if found.dependants and any(each.code == dependants.CODE for each in faults):
        faults = [Fault("", dependants.CODE, STAYS)]  # the list on the page says more
    names = [shapes.Field("reason", shapes.Kind.AREA, required=True)]
    return render(
        request,
        "declarations/withdraw.html",
        status=refusal.status if refusal is not None else 200,
        declaration=declaration,
        found=found,
        posted=found.posted,
        typed=typed,
        faults=said(shapes.shown_at(faults, names), request.state.t),
    )


def _page(
    request: Request,
    kind: str,
    form: Form,
    *,
    name: str,
    status: int = 200,
    faults: Collection[Fault] = (),
    checked: bool = False,
) -> Response:
    fields = shapes.fields_of(_class_of(kind))
    as_json = bool(form.one("json"))
    shown = [shapes.Field("json", shapes.Kind.JSON, required=True)] if as_json else fields
    t: Translator = request.state.t
    told = faults if as_json else shapes.shown_at(faults, shown)
    return render(
        request,
        "declarations/new.html",
        status=status,
        kind=kind,
        word=t.word(words.TYPES[kind]),
        fields=shown,
        typed=form,
        name=name,
        as_json=as_json,
        corrects=form.one("corrects"),
        checked=checked,
        faults=_in_json(said(told, t)) if as_json else said(told, t),
    )


def _in_json(faults: Collection[Fault]) -> list[Fault]:
    """The faults at the one field there is, each with its place in front."""
    return [
        Fault("/json", each.code, f"{each.pointer}: {each.text}" if each.pointer else each.text)
        for each in faults
    ]


def _class_of(kind: str) -> type[Declaration]:
    found = registry_intake.classes.get(kind)
    if found is None:
        raise NotFound(mark("there is no declaration of this type; choose one from the list"))
    return found


def _data(kind: str, form: Form) -> Any:
    """The data that were typed, in fields or as JSON.

    Raises:
        ValueError: what was typed as JSON is none.
    """
    if form.one("json"):
        try:
            return read_json(form.one("json").encode())
        except DomainError as fault:
            raise ValueError from fault
    return shapes.data_of(shapes.fields_of(_class_of(kind)), form)


def _address(source: str, name: str) -> str:
    return f"{HERE}/one?{urlencode({'source': source, 'id': name})}"
