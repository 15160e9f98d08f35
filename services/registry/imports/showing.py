"""How the pages of an import are put together, whichever route asks for them."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Conflict, Fault, sentence
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render
from services.registry.imports import files, finding, known_rows, queries, views, words
from services.registry.imports.fields import Kind, lacking
from services.registry.imports.headers import title
from services.registry.imports.matching import nearest
from services.registry.imports.model import UNDO_WITHIN, Import
from services.registry.imports.states import AT_WORK, CAN_UNDO, NOTHING_SAVED, OVER, State

ROWS: Final = 50
PROBLEMS: Final = 25
CORRECTING: Final = frozenset({"imports/problems.html", "imports/conflict.html"})


async def mine(session: AsyncSession, actor: Actor, key: str) -> Import:
    """The import, for somebody of its back office."""
    actor.must_be(BACK_OFFICE)
    return await finding.import_of(session, actor, key)


async def columns_page(
    request: Request,
    session: AsyncSession,
    found: Import,
    matched: Mapping[str, int] | None = None,
    faults: list[Fault] | None = None,
    *,
    consent: str | None = None,
) -> Response:
    t: Translator = request.state.t
    columns = finding.matched_of(found) if matched is None else matched
    told = [
        Fault("/columns", each.code, f"{_label(each, found, t)}: {each.said(t.gettext)}")
        for each in faults or []
    ]
    near = nearest(found.columns, finding.listing_of(found), columns)
    known = ["cluster"] if found.cluster_number else []
    needed = lacking(found.kind, found.association, known)
    return step(
        request,
        "imports/columns.html",
        found,
        status=422 if faults else 200,
        fields=views.choices_of_fields(found, t),
        needed=[title(name, t.language, found.kind) for name in needed],
        by_column={at: name for name, at in columns.items()},
        not_read=views.not_read(found.columns, columns, t),
        assumed=views.assumed(found.kind, columns, t),
        proposed={at: title(name, t.language, found.kind) for name, at in near.items()},
        asks_consent=found.kind is Kind.PEOPLE,
        consent=(found.consent or "") if consent is None else consent,
        samples=await queries.samples_of(session, found),
        encodings=list(words.ENCODINGS.items()),
        separators=[
            ("tab" if sign == "\t" else sign, t.word(word))
            for sign, word in words.SEPARATORS.items()
        ],
        faults=told,
    )


def _label(fault: Fault, found: Import, t: Translator) -> str:
    """What the field is called that a fault of the columns is about."""
    return title(fault.pointer.rpartition("/")[2], t.language, found.kind)


async def problems_page(
    request: Request, session: AsyncSession, actor: Actor, found: Import, after: str | None
) -> Response:
    t: Translator = request.state.t
    rows, following = await queries.rows_page(
        session, found, effects=["bad"], cursor=after, size=PROBLEMS
    )
    shown = await views.problems(session, actor, found, rows, t)
    return step(
        request,
        "imports/problems.html",
        found,
        not_read=views.not_read(found.columns, finding.matched_of(found), t),
        assumed=views.assumed(found.kind, finding.matched_of(found), t),
        problems=shown,
        following=following,
        choices=[(value, t.word(word)) for value, word in words.CHOICES.items()],
        faults=views.summary(shown, t),
        faults_in_all=found.bad,
    )


async def skipped_page(
    request: Request, session: AsyncSession, found: Import, after: str | None
) -> Response:
    t: Translator = request.state.t
    rows, following = await queries.rows_page(
        session, found, effects=["skipped"], cursor=after, size=ROWS
    )
    shown = [
        {"row": row.row, "name": views.name_of(found, row), "why": files.why_skipped(row, t)}
        for row in rows
    ]
    return step(request, "imports/skipped.html", found, rows=shown, following=following)


async def state_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    found: Import,
    after: str | None = None,
    *,
    fragment: str | None = None,
    faults: list[Fault] | None = None,
) -> Response:
    """What stands for whatever else there is to an import; of one that waits, its confirmation."""
    t: Translator = request.state.t
    repaired = await queries.repaired_rows(session, found, most=ROWS)
    partly = found.state is State.PARTLY_UNDONE
    kept, following = await queries.rows_page(
        session, found, effects=queries.SAVED if partly else (), cursor=after, size=ROWS
    )
    return step(
        request,
        "imports/import.html",
        found,
        status=Conflict.status if faults else 200,
        faults=faults or [],
        fragment=fragment,
        progress=views.progress(found, at=clock.now()),
        repairs=views.repairs(found, repaired, t),
        not_read=views.not_read(found.columns, finding.matched_of(found), t),
        assumed=views.assumed(found.kind, finding.matched_of(found), t),
        differing=await known_rows.differing_count(session, found),
        kept=[(row.row, views.name_of(found, row), files.reasons(row, t)) for row in kept],
        later=await queries.later_imports(session, actor, found, kept),
        following=following,
        at_work=found.state in AT_WORK,
        may_repeat=found.state in OVER and clock.now() <= found.changed_at + UNDO_WITHIN,
        may_cancel=found.state in NOTHING_SAVED,
        may_undo=found.state in CAN_UNDO and (found.undo_until or clock.now()) > clock.now(),
        let_go=found.state in OVER and clock.now() > found.changed_at + UNDO_WITHIN,
        problem=why(found, t),
    )


def why(found: Import, t: Translator) -> str:
    """Why it failed, in the reader's language, or why somebody undid it, in theirs."""
    if not found.problem or found.state is not State.FAILED:
        return found.problem or ""
    text = t.gettext(found.problem)
    return sentence(text.format_map(found.problem_values), of=text)


def step(
    request: Request,
    name: str,
    found: Import,
    *,
    status: int = 200,
    fragment: str | None = None,
    **context: Any,
) -> Response:
    """A page of an import at its step."""
    t: Translator = request.state.t
    return render(
        request,
        name,
        status=status,
        fragment=fragment,
        found=found,
        left_out=views.left_out(found, t),
        words=words,
        steps=views.steps(found, t),
        step=views.step(found, on_confirmation=name not in CORRECTING),
        **context,
    )
