"""What pages of imports do: match, correct, confirm, discard, undo."""

from typing import Final

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from contracts.declared.values import Paragraph
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import faults_of, mark
from services.chassis.http import PageActor, Transaction
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.forms import Form, said
from services.registry.imports import commands, showing, views, words
from services.registry.imports.refusals import ImportChanged
from services.registry.imports.states import CAN_UNDO

router = APIRouter(prefix="/registry/imports", include_in_schema=False)

REASON: Final = TypeAdapter(Paragraph)
NO_REASON: Final = mark("Say why. The reason stays in the history.")


@router.post("/{key}/read")
async def read_again(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    form = await Form.of(request)
    found = await commands.read_again(
        session,
        actor,
        key=key,
        encoding=form.one("encoding"),
        separator={"tab": "\t"}.get(form.one("separator"), form.one("separator")),
        sheet=form.one("sheet"),
        at=clock.now(),
    )
    return see_other(f"/registry/imports/{found.number}")


@router.post("/{key}/columns")
async def match(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    form = await Form.of(request)
    found = await showing.mine(session, actor, key)
    chosen = {
        field: column
        for column in range(len(found.columns))
        if (field := form.one(f"column/{column}"))
    }
    known = {name for name, _ in views.choices_of_fields(found, request.state.t)}
    matched = {field: at for field, at in chosen.items() if field in known}
    consent = form.one("consent").strip()
    try:
        async with session.begin_nested():
            await commands.match_columns(
                session, actor, key=key, matched=matched, consent=consent or None, at=clock.now()
            )
    except Invalid as refusal:
        return await showing.columns_page(
            request, session, found, matched, refusal.faults, consent=consent
        )
    return see_other(f"/registry/imports/{found.number}")


@router.post("/{key}/back")
async def back(session: Transaction, actor: PageActor, key: str) -> Response:
    found = await commands.match_again(session, actor, key=key, at=clock.now())
    return see_other(f"/registry/imports/{found.number}")


@router.post("/{key}/confirm")
async def confirm(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    form = await Form.of(request)
    try:
        found = await commands.confirm_import(
            session,
            actor,
            key=key,
            only_good=form.one("rows") == "good",
            lock=form.lock() if form.one("lock") else None,
            at=clock.now(),
        )
    except ImportChanged as refusal:
        found = await showing.mine(session, actor, key)
        faults = said([Fault("", refusal.code, refusal.text)], request.state.t)
        return await showing.state_page(request, session, actor, found, faults=faults)
    return see_other(f"/registry/imports/{found.number}")


@router.post("/{key}/cancel")
async def cancel(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    found = await commands.cancel_import(session, actor, key=key, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("%(name)s is discarded. Nothing of it was saved.") % {"name": found.number}
    return see_other("/registry/imports", note=note)


@router.post("/{key}/again")
async def again(session: Transaction, actor: PageActor, key: str) -> Response:
    found = await commands.import_again(session, actor, key=key, at=clock.now())
    return see_other(f"/registry/imports/{found.number}")


@router.get("/{key}/undo")
async def ask_undo(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    found = await showing.mine(session, actor, key)
    found.must_be(*CAN_UNDO)
    return render(request, "imports/undo.html", found=found, words=words, reason="")


@router.post("/{key}/undo")
async def undo(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    reason = (await Form.of(request)).one("reason").strip()
    if faults := said(_faults_of(reason), request.state.t):
        found = await showing.mine(session, actor, key)
        return render(
            request,
            "imports/undo.html",
            status=422,
            found=found,
            words=words,
            reason=reason,
            faults=faults,
        )
    found = await commands.undo_import(session, actor, key=key, reason=reason, at=clock.now())
    return see_other(f"/registry/imports/{found.number}")


def _faults_of(reason: str) -> list[Fault]:
    """What withdrawals would be refused for if this were their reason."""
    if not reason:
        return [Fault("/reason", "TLK-D001", NO_REASON)]
    try:
        REASON.validate_python(reason)
    except ValidationError as fault:
        return faults_of(fault.errors(include_url=False, include_input=False), below="/reason")
    return []
