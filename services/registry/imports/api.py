"""Imports for programs: the same five steps as on the pages, also with a key for declarations."""

import asyncio
from collections.abc import Collection
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query, Request, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.chassis import clock, sheets
from services.chassis.errors import Fault, Invalid
from services.chassis.http import Declaring, DeclaringTransaction, Router
from services.chassis.identity import BACK_OFFICE
from services.chassis.paging import Cursor, Page, Size
from services.chassis.ui.i18n import Translator
from services.registry.imports import commands, files, known_rows, queries, showing
from services.registry.imports.answers import DifferingOut, ImportOut, RowOut
from services.registry.imports.deciding import Decision
from services.registry.imports.fields import Kind
from services.registry.imports.finding import matched_of
from services.registry.imports.states import State

router = Router(prefix="/registry/v1/imports", tags=["imports"])

WRITERS: Final = {
    "xlsx": (files.bad_rows_xlsx, sheets.XLSX),
    "csv": (files.bad_rows_csv, sheets.CSV),
}


class Reading(BaseModel):
    """How to read the file again; what is empty is found out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


class Matching(BaseModel):
    """The number of the column of each field; as it was guessed when left out.

    `consent` is the version of the text that all people of a list agreed to.
    """

    matched: dict[str, int] | None = None
    consent: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class Confirmation(BaseModel):
    """Whether to save the good rows although others are bad; `lock` as it was looked at."""

    only_good: bool = False
    lock: int | None = None


class Decisions(BaseModel):
    """What becomes of rows by their numbers, or of `all` that differ from what is known."""

    rows: dict[int, Decision] = {}
    all: Decision | None = None


class Undoing(BaseModel):
    """Why everything that was saved is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


def _rows_with(effects: Collection[str], state: State | None = None) -> Any:
    """The page of the rows with one of some effects, as far as the import is in that state."""

    async def rows(
        *,
        key: str,
        request: Request,
        session: DeclaringTransaction,
        actor: Declaring,
        cursor: Cursor = None,
        limit: Size = 50,
    ) -> Page[RowOut]:
        found = await showing.mine(session, actor, key)
        wanted = effects if state in {None, found.state} else ()
        page, following = await queries.rows_page(
            session, found, effects=wanted, cursor=cursor, size=limit
        )
        t: Translator = request.state.t
        return Page(items=[RowOut.of(row, found.kind, t) for row in page], next=following)

    return Depends(rows)


BadRows = Annotated[Page[RowOut], _rows_with(["bad"])]
SkippedRows = Annotated[Page[RowOut], _rows_with(["skipped"])]
KeptRows = Annotated[Page[RowOut], _rows_with(queries.SAVED, State.PARTLY_UNDONE)]


@router.get("")
async def list_imports(
    *,
    request: Request,
    session: DeclaringTransaction,
    actor: Declaring,
    state: State | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[ImportOut]:
    """The imports of your association, the newest first."""
    actor.must_be(BACK_OFFICE)
    found, following = await queries.imports_page(
        session, actor, cursor=cursor, size=limit, state=state
    )
    t: Translator = request.state.t
    return Page(items=[ImportOut.of(each, t) for each in found], next=following)


@router.post("", status_code=201)
async def upload(
    *,
    request: Request,
    response: Response,
    session: DeclaringTransaction,
    actor: Declaring,
    file: UploadFile | None = None,
    kind: Annotated[Kind, Query()] = Kind.MEMBERS,
    cluster: Annotated[str | None, Query(description="The one cluster of all rows")] = None,
) -> ImportOut:
    """Take a spreadsheet; nothing of it is saved before it is confirmed.

    The same file gives the import that is under way, or was done with it within a day, with the
    status 200; what it was called then is in `file_name`.
    """
    actor.must_be(BACK_OFFICE)
    at = clock.now()
    if file is None or not file.filename:
        raise Invalid(commands.CORRECT, [Fault("/file", "TLK-D001", commands.NO_FILE)])
    started = await commands.start_import(
        session,
        actor,
        kind=kind,
        cluster=cluster,
        file_name=file.filename,
        file=await file.read(),
        at=at,
    )
    await session.flush()
    if started.started_at != at:
        response.status_code = 200
    return ImportOut.of(started, request.state.t)


@router.post("/{key}/again", status_code=201)
async def again(
    key: str, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Import the file of an import that is over once more, as long as its list is kept."""
    started = await commands.import_again(session, actor, key=key, at=clock.now())
    await session.flush()
    return ImportOut.of(started, request.state.t)


@router.get("/{key}")
async def one_import(
    key: str, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """One import; while it is worked on, ask again after a second."""
    return ImportOut.of(await showing.mine(session, actor, key), request.state.t)


@router.post("/{key}/reading")
async def read_again(
    key: str, given: Reading, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Read the file another way, before its columns are matched."""
    found = await commands.read_again(session, actor, key=key, at=clock.now(), **given.model_dump())
    return ImportOut.of(found, request.state.t)


@router.post("/{key}/columns")
async def match_columns(
    key: str, given: Matching, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Say which column holds what; then the rows are judged."""
    found = await showing.mine(session, actor, key)
    matched = matched_of(found) if given.matched is None else given.matched
    found = await commands.match_columns(
        session, actor, key=key, matched=matched, consent=given.consent, at=clock.now()
    )
    return ImportOut.of(found, request.state.t)


@router.get("/{key}/bad-rows")
async def bad_rows(rows: BadRows) -> Page[RowOut]:
    """The rows that cannot be saved as they are, and why, in your language."""
    return rows


@router.get("/{key}/skipped-rows")
async def skipped_rows(rows: SkippedRows) -> Page[RowOut]:
    """The rows that change nothing or were left out, and why, in your language."""
    return rows


@router.get("/{key}/kept-rows")
async def kept_rows(rows: KeptRows) -> Page[RowOut]:
    """The rows of an import undone in part that stay in the register, and why."""
    return rows


@router.get("/{key}/bad-rows.{form}")
async def bad_rows_file(
    key: str,
    form: Literal["xlsx", "csv"],
    request: Request,
    session: DeclaringTransaction,
    actor: Declaring,
) -> Response:
    """The same rows as a spreadsheet, to correct there and send again."""
    found = await showing.mine(session, actor, key)
    rows = await queries.bad_rows(session, found)
    write, media_type = WRITERS[form]
    return Response(
        await asyncio.to_thread(write, found, rows, request.state.t), media_type=media_type
    )


@router.get("/{key}/differences")
async def differences(
    *,
    key: str,
    request: Request,
    session: DeclaringTransaction,
    actor: Declaring,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[DifferingOut]:
    """The rows that would change something known: what is known now, and what each row says."""
    found = await showing.mine(session, actor, key)
    rows, following = await known_rows.differing_page(session, found, cursor=cursor, size=limit)
    t: Translator = request.state.t
    return Page(items=[DifferingOut.of(found, row, t) for row in rows], next=following)


@router.post("/{key}/decisions")
async def decide(
    key: str, given: Decisions, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Say what becomes of rows about something known; then all rows are judged again.

    `both` is for people alone: a legal number stands in the register once (V-8).
    """
    found = await known_rows.decide(
        session,
        actor,
        key=key,
        decisions=given.rows,
        for_all=given.all,
        at=clock.now(),
    )
    return ImportOut.of(found, request.state.t)


@router.post("/{key}/confirmation")
async def confirm(
    key: str,
    given: Confirmation,
    request: Request,
    session: DeclaringTransaction,
    actor: Declaring,
) -> ImportOut:
    """Let the good rows be saved."""
    found = await commands.confirm_import(
        session, actor, key=key, only_good=given.only_good, lock=given.lock, at=clock.now()
    )
    return ImportOut.of(found, request.state.t)


@router.post("/{key}/cancellation")
async def cancel(
    key: str, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Discard an import before anything of it is saved."""
    found = await commands.cancel_import(session, actor, key=key, at=clock.now())
    return ImportOut.of(found, request.state.t)


@router.post("/{key}/undoing")
async def undo(
    key: str, given: Undoing, request: Request, session: DeclaringTransaction, actor: Declaring
) -> ImportOut:
    """Take back what was saved, within a day of it."""
    found = await commands.undo_import(session, actor, key=key, reason=given.reason, at=clock.now())
    return ImportOut.of(found, request.state.t)
