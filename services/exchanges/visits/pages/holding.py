"""Hold a visit: everybody is ready, delegates arrive, attendance is kept, it ends."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from contracts.vocabulary import VisitState, text_in
from services.chassis import clock
from services.chassis.errors import Conflict, DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.exchanges.visits.access import must_coordinate
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.commands.holding import (
    check_in,
    end_visit,
    mark_ready,
    record_attendance,
)
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, Desk
from services.exchanges.visits.pages.forms import CORRECT, form_of
from services.exchanges.visits.pages.programme import days_of
from services.exchanges.visits.queries import VisitView
from services.exchanges.visits.sessions import VisitSession, there
from services.exchanges.visits.shapes.asked import AttendanceIn
from services.exchanges.visits.states import COMING

router = APIRouter(prefix="/exchanges/visits/{key}", include_in_schema=False)

READY: Final = mark("Everybody is ready. The host side checks the delegates in.")
ENDED: Final = mark("The visit has ended. Attendance can still be put right.")
HERE: Final = mark("The delegates are checked in.")
RECORDED: Final = mark("The list is recorded. Put it right whenever you need to.")
NOBODY: Final = mark("Tick who is here.")


@router.post("/ready")
async def say_ready(desk: Asked) -> Response:
    await desk.attempt(mark_ready)
    return desk.done(READY)


@router.post("/end")
async def end(desk: Asked) -> Response:
    await desk.attempt(end_visit)
    return desk.done(ENDED)


@router.get("/checkin")
async def ask_who_is_here(desk: Asked) -> Response:
    return await _arrivals(desk)


@router.post("/checkin")
async def note_who_is_here(desk: Asked) -> Response:
    view = await _to_host(desk)
    ticked = (await desk.request.form()).getlist("present")
    try:
        await desk.attempt(check_in, participant_ids=_ticked(view, ticked))
    except (Invalid, Conflict) as refusal:
        return await _arrivals(desk, ticked, refusal)
    return desk.done(HERE)


@router.get("/attendance")
async def ask_who_is_present(desk: Asked, session: UUID | None = None) -> Response:
    view = await _to_host(desk)
    if session is not None:
        return _list_of(desk, view, view.visit.session(session), {})
    if view.visit.state is VisitState.READY:
        return RedirectResponse(f"{desk.address}/checkin", 303)
    at = clock.now()
    return desk.page(
        "attendance",
        view,
        days=days_of(view.visit.programme, desk.t),
        present={session.id: _present(view, session) for session in view.visit.programme},
        begun={session.id for session in view.visit.programme if session.starts_at <= at},
    )


@router.post("/attendance")
async def record(desk: Asked, session: UUID) -> Response:
    view = await _to_host(desk)
    planned = view.visit.session(session)
    form = await form_of(desk.request)
    raw = {
        name.removeprefix("minutes/"): text.strip()
        for name, text in form.typed.items()
        if name.startswith("minutes/") and text.strip()
    }
    try:
        asked = form.read(AttendanceIn, {"minutes": raw, "method": "list"})
        kept = AttendanceList(planned.id, asked.minutes, asked.method)
        await desk.attempt(record_attendance, kept=kept)
    except (Invalid, Conflict) as refusal:
        view = await _to_host(desk)
        return _list_of(desk, view, view.visit.session(session), form.typed, refusal)
    return desk.done(RECORDED, onward="/attendance")


def _ticked(view: VisitView, values: Sequence[object]) -> list[UUID]:
    """The delegates behind the ticks; at least one."""
    known = {str(each.participant_id): each.participant_id for each in view.visit.delegates}
    ticked = [known[value] for value in values if isinstance(value, str) and value in known]
    if not ticked:
        raise Invalid(CORRECT, [Fault("/present", "TLK-X033", NOBODY)])
    return ticked


async def _to_host(desk: Desk) -> VisitView:
    """The visit, for a coordinator of the host side."""
    view = await desk.view()
    must_coordinate(desk.actor, {view.visit.host_association})
    return view


async def _arrivals(
    desk: Desk, ticked: Sequence[object] | None = None, refusal: DomainError | None = None
) -> Response:
    view = await _to_host(desk)
    coming = [d for d in view.visit.delegates if d.state in COMING and d.checked_in_at is None]
    opens = view.visit.programme[0]
    return desk.page(
        "checkin",
        view,
        refusal=refusal,
        choices=[(str(d.participant_id), _name(desk, view, d.participant_id)) for d in coming],
        ticked=[str(d.participant_id) for d in coming] if ticked is None else ticked,
        arrived=[d for d in view.visit.delegates if d.checked_in_at is not None],
        opens=opens,
        is_open=there(clock.now(), opens.zone).date() >= opens.day,
    )


def _list_of(
    desk: Desk,
    view: VisitView,
    session: VisitSession,
    typed: Mapping[str, str],
    refusal: DomainError | None = None,
) -> Response:
    kept = {
        each.participant_id: each.minutes
        for each in view.visit.attended
        if each.session_id == session.id
    }
    coming = [d for d in view.visit.delegates if d.state in COMING]
    rows = [
        {
            "field": f"minutes/{delegate.participant_id}",
            "name": _name(desk, view, delegate.participant_id),
            "minutes": kept.get(delegate.participant_id, _expected(delegate, session)),
        }
        for delegate in coming
    ]
    return desk.page(
        "attendance_list",
        view,
        refusal=refusal,
        planned=session,
        title=text_in(session.title, desk.t.language),
        rows=rows,
        typed=typed,
    )


def _name(desk: Desk, view: VisitView, participant_id: UUID) -> str:
    return words.name_of(view.people[participant_id], desk.t)


def _expected(delegate: Delegate, session: VisitSession) -> int | str:
    """What a first list begins with: all of it for who was checked in by then."""
    here = delegate.checked_in_at is not None and delegate.checked_in_at < session.ends_at
    return session.minutes if here and session.list_id is None else ""


def _present(view: VisitView, session: VisitSession) -> int | None:
    """How many were in the session; None while there is no list of it."""
    if session.list_id is None:
        return None
    return sum(each.session_id == session.id and each.minutes > 0 for each in view.visit.attended)
