"""Pages of imports: five steps from a file to records; each can be left and found again."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from services.chassis import clock, sheets
from services.chassis.errors import Fault, Invalid, NotFound
from services.chassis.faults import mark
from services.chassis.filters import chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.forms import Form, said
from services.registry.imports import commands, files, queries, showing, words
from services.registry.imports.fields import Kind
from services.registry.imports.looking import MAX_FILE_BYTES
from services.registry.imports.model import Import
from services.registry.imports.states import AT_WORK, State

router = APIRouter(prefix="/registry/imports", include_in_schema=False)

WITH_FORM: Final = MAX_FILE_BYTES + 65_536
UPLOADS: Final = dict.fromkeys(("/registry/imports/new", "/registry/v1/imports"), WITH_FORM)
SIZE: Final = 50
NO_PAGE: Final = mark("there is nothing at this address; check it, or begin at the start")


@router.get("")
async def all_imports(
    request: Request, session: Transaction, actor: PageActor, after: Cursor = None, state: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE)
    wanted = chosen(State, state, "state")
    found, following = await queries.imports_page(
        session, actor, cursor=after, size=SIZE, state=wanted
    )
    t: Translator = request.state.t
    return render(
        request,
        "imports/list.html",
        imports=found,
        following=following,
        state=wanted or "",
        states=[(each.value, t.word(words.STATES[each][0])) for each in _OFFERED],
        words=words,
    )


_OFFERED: Final = (
    *(State.WAITING, State.DONE, State.FAILED, State.CANCELLED),
    *(State.UNDONE, State.PARTLY_UNDONE),
)


@router.get("/new")
async def new(
    request: Request, actor: PageActor, kind: str = "members", cluster: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE)
    return _upload_page(request, actor, Form({"kind": [kind], "cluster": [cluster]}))


@router.post("/new")
async def upload(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    form = await Form.of(request)
    async with request.form() as given:  # closes the file in the end
        file = given.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return _upload_page(
                request, actor, form, [Fault("/file", "TLK-D001", commands.NO_FILE)]
            )
        name, body = file.filename, await file.read()
    kind, at = form.one("kind"), clock.now()
    try:
        started = await commands.start_import(
            session,
            actor,
            kind=Kind(kind) if kind in set(Kind) else Kind.MEMBERS,
            cluster=form.one("cluster").strip() or None,
            file_name=name,
            file=body,
            at=at,
        )
    except (Invalid, NotFound) as refusal:
        place = "/file" if isinstance(refusal, Invalid) else "/cluster"
        text = refusal.said(request.state.t.gettext)
        return _upload_page(request, actor, form, [Fault(place, refusal.code, text)])
    note = None if started.started_at == at else _came_already(started, request.state.t)
    return see_other(f"/registry/imports/{started.number}", note=note)


def _came_already(found: Import, t: Translator) -> str:
    """That this very file was uploaded before, and what can be done with it."""
    values = {"time": t.datetime(found.started_at), "name": found.file_name}
    came = t.gettext("This file came already on %(time)s, under the name “%(name)s”.") % values
    if found.state is State.DONE:
        return f"{came} {t.gettext('This is its import. It can be imported again from here.')}"
    return f"{came} {t.gettext('This is its import. It goes on here; nothing is read twice.')}"


@router.get("/template")
async def template(
    request: Request, actor: PageActor, kind: Annotated[Kind, Query()] = Kind.MEMBERS
) -> Response:
    actor.must_be(BACK_OFFICE)
    t: Translator = request.state.t
    book = await asyncio.to_thread(files.template, kind, actor.association, t.language)
    return _file(book, sheets.XLSX, f"{kind}-{t.language}.xlsx")


@router.get("/{key}")
async def one(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    after: Cursor = None,
    step: str = "",
) -> Response:
    found = await showing.mine(session, actor, key)
    if found.state is State.MATCHING:
        return await showing.columns_page(request, session, found)
    if found.state is State.WAITING and found.bad and step != "confirm":
        return await showing.problems_page(request, session, actor, found, after)
    return await showing.state_page(request, session, actor, found, after)


@router.get("/{key}/progress")
async def progress(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    found = await showing.mine(session, actor, key)
    if found.state not in AT_WORK:
        return Response(headers={"HX-Refresh": "true"})
    return await showing.state_page(request, session, actor, found, fragment="progress")


@router.get("/{key}/skipped")
async def skipped(
    request: Request, session: Transaction, actor: PageActor, key: str, after: Cursor = None
) -> Response:
    found = await showing.mine(session, actor, key)
    return await showing.skipped_page(request, session, found, after)


@router.get("/{key}/bad-rows.{form}")
async def bad_rows(
    request: Request, session: Transaction, actor: PageActor, key: str, form: str
) -> Response:
    found = await showing.mine(session, actor, key)
    write = {"xlsx": files.bad_rows_xlsx, "csv": files.bad_rows_csv}.get(form)
    if write is None:
        raise NotFound(NO_PAGE)
    rows = await queries.bad_rows(session, found)
    body = await asyncio.to_thread(write, found, rows, request.state.t)
    kind = sheets.XLSX if form == "xlsx" else sheets.CSV
    return _file(body, kind, f"{found.number}-bad-rows.{form}")


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def _upload_page(
    request: Request, actor: Actor, form: Form, faults: list[Fault] | None = None
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "imports/new.html",
        status=422 if faults else 200,
        form=form,
        kinds=[(kind.value, t.word(word)) for kind, word in words.KINDS.items()],
        association=actor.association,
        faults=said(faults or [], t),
    )
