"""Pages of requests about data: the list, a new one, one with its deadline, the file for access."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from contracts.data_requests import DataRequestKind
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry.associations.queries import day_at
from services.registry.data_requests import commands, finding, queries, words
from services.registry.data_requests.files import file_of
from services.registry.data_requests.forms import TypedRequest
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.queries import Wanted
from services.registry.forms import said

router = APIRouter(prefix="/registry/data-requests", include_in_schema=False)

HERE: Final = "/registry/data-requests"
SIZE: Final = 50


@router.get("")
async def requests(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    kind: Annotated[DataRequestKind | str, Query()] = "",
    show: Annotated[str, Query(pattern="^(owed|late|all)$")] = "owed",
    after: Cursor = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    today = await day_at(session, actor.association, at=clock.now())
    wanted = Wanted(
        q.strip(),
        kind if isinstance(kind, DataRequestKind) else None,
        owed=show != "all",
        late_on=today if show == "late" else None,
    )
    found, following = await queries.requests_page(session, actor, wanted, cursor=after, size=SIZE)
    t: Translator = request.state.t
    return render(
        request,
        "data_requests/list.html",
        fragment="rows",
        requests=found,
        following=following,
        wanted=wanted,
        show=show,
        filtered=bool(wanted.text or wanted.kind or show != "owed"),
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        words=words,
        left=lambda each: days_left(each, today),
    )


@router.get("/new")
async def ask_who(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE)
    today = await day_at(session, actor.association, at=clock.now())
    return _form(request, TypedRequest(received_day=today.isoformat()))


@router.post("/new")
async def receive(
    request: Request,
    session: Transaction,
    actor: PageActor,
    typed: Annotated[TypedRequest, Form()],
) -> Response:
    actor.must_be(BACK_OFFICE)
    try:
        read = typed.read()
        made = await commands.receive_request(
            session,
            actor,
            kind=read.kind,
            name=read.name,
            mail=read.mail,
            words=read.words,
            received_day=read.received_day,
            at=clock.now(),
        )
    except Invalid as refusal:
        return _form(request, typed, refusal.faults)
    t: Translator = request.state.t
    note = t.gettext("%(number)s is written down. Answer by %(date)s.")
    values = {"number": made.number, "date": t.date(made.due_day)}
    return see_other(f"{HERE}/{made.number}", note=note % values)


@router.get("/{key}")
async def one(request: Request, session: Transaction, actor: PageActor, key: str) -> Response:
    found = await finding.request_of(session, actor, key)
    today = await day_at(session, actor.association, at=clock.now())
    return render(
        request,
        "data_requests/request.html",
        found=found,
        person=await finding.name_of(session, actor, found.person_id),
        left=days_left(found, today),
        owes=found.is_open and actor.is_(BACK_OFFICE, of=found.association),
        took=found.is_open and actor.is_(BACK_OFFICE, of=found.received_by),
        words=words,
    )


@router.get("/{key}/data")
async def data(session: Transaction, actor: PageActor, key: str, person_id: UUID) -> Response:
    kept = await queries.all_kept_of(session, actor, key=key, person_id=person_id, at=clock.now())
    return file_of(kept)


def days_left(request: DataRequest, today: date) -> int | None:
    """How many days are left for the answer, below zero when it is late; None when it is given."""
    return (request.due_day - today).days if request.is_open else None


def _form(request: Request, typed: TypedRequest, faults: list[Fault] | None = None) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "data_requests/new.html",
        status=422 if faults else 200,
        typed=typed,
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        faults=said(faults or [], t),
    )
