"""Move a visit: choose, then see old and new side by side and who is concerned, then do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from contracts.vocabulary import text_in
from services.chassis import clock
from services.chassis.errors import Conflict, DomainError, Fault, Invalid
from services.chassis.faults import mark
from services.exchanges.visits.commands.moving import (
    Move,
    MovePreview,
    move_sessions,
    moves_of_day,
    preview_move,
)
from services.exchanges.visits.model import Visit
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, Desk, faults_of
from services.exchanges.visits.pages.forms import CORRECT, NO_DAY, Form, form_of
from services.exchanges.visits.pages.programme import times_in
from services.exchanges.visits.refusals import ReasonMissing
from services.exchanges.visits.sessions import Times, VisitSession
from services.exchanges.visits.shapes.asked import MovesIn

router = APIRouter(prefix="/exchanges/visits/{key}/move", include_in_schema=False)

MOVED: Final = mark("The new times stand. Everybody concerned gets them by mail.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The moves that were typed, each with the field where its faults are shown."""

    moves: Sequence[Move] = ()
    fields: Sequence[str] = ()

    def place(self, pointer: str) -> str:
        """The field of the form for a pointer into the moves, none for one into all of them."""
        if not pointer.startswith("/moves"):
            return pointer
        row, _, part = pointer.removeprefix("/moves/").partition("/")
        if not row.isdecimal() or int(row) >= len(self.fields):
            return ""
        field = self.fields[int(row)]
        return f"/{field}/{part}" if "/" in field else f"/{field}"


@router.get("")
async def ask(desk: Asked) -> Response:
    return await _form(desk, {})


@router.post("")
async def preview(desk: Asked) -> Response:
    """What the move would mean; nothing is changed."""
    view = await desk.view_to_change()
    form = await form_of(desk.request)
    chosen = Chosen()
    try:
        chosen = _of_day(form, view.visit) if "day" in form.typed else _one_by_one(form, view.visit)
        return await _preview(desk, chosen.moves)
    except (Invalid, Conflict) as refusal:
        return await _form(desk, form.typed, refusal, chosen)


@router.post("/confirm")
async def move(desk: Asked) -> Response:
    await desk.view_to_change()
    form = await form_of(desk.request)
    rows = form.filled_rows("moves", ("session_id",))
    raw = [
        {name: form.text(f"{row}/{name}") for name in ("session_id", "starts", "ends")}
        for row in rows
    ]
    try:
        asked = form.read(MovesIn, {"moves": raw, "reason": form.text("reason") or None})
        moves = [each.move() for each in asked.moves]
        await desk.attempt(move_sessions, moves=moves, reason=asked.reason)
    except ReasonMissing as refusal:
        return await _preview(desk, moves, refusal)
    except (Invalid, Conflict) as refusal:
        return await _form(desk, {}, refusal)
    return desk.done(MOVED)


async def _preview(
    desk: Desk, moves: Sequence[Move], refusal: DomainError | None = None
) -> Response:
    view = await desk.view_to_change()
    found = await preview_move(desk.session, desk.actor, key=desk.key, moves=moves, at=clock.now())
    return desk.page(
        "move_preview",
        view,
        refusal=refusal,
        preview=found,
        rows=_old_and_new(found, desk),
        people=[words.name_of(view.people[d.participant_id], desk.t) for d in found.concerned],
        reasons=words.choices(desk.t, words.REASONS),
    )


def _of_day(form: Form, visit: Visit) -> Chosen:
    """All sessions of one day, at the same times of another."""
    try:
        day, to = (date.fromisoformat(form.text(name)) for name in ("day", "to"))
    except ValueError:
        raise Invalid(CORRECT, [Fault("/to", *NO_DAY)]) from None
    moves = moves_of_day(visit, day=day, to=to)
    return Chosen(moves, ["to"] * len(moves))


def _one_by_one(form: Form, visit: Visit) -> Chosen:
    """The sessions whose times were changed."""
    moves, fields = [], []
    for session, row in _rows(form, visit):
        starts = form.wall(f"{row}/on", f"{row}/starts")
        nights = session.ends_wall.date() - session.starts_wall.date()
        ends = form.wall(f"{row}/on", f"{row}/ends") + nights
        if (starts, ends) != (session.starts_wall, session.ends_wall):
            moves.append(Move(session.id, starts, ends))
            fields.append(row)
    if form.faults:
        raise Invalid(CORRECT, form.faults)
    return Chosen(moves, fields)


def _rows(form: Form, visit: Visit) -> list[tuple[VisitSession, str]]:
    by_id = {str(session.id): session for session in visit.programme}
    rows = form.filled_rows("sessions", ("session_id",))
    named = [(by_id.get(form.text(f"{row}/session_id")), row) for row in rows]
    return [(session, row) for session, row in named if session is not None]


def _old_and_new(found: MovePreview, desk: Desk) -> list[tuple[str, str, str]]:
    def when(times: Times) -> str:
        zone = times.starts.zone
        day = desk.t.date(times.starts.instant, "weekday", zone=zone)
        return f"{day}, {times_in(times, zone, desk.t)}"

    return [
        (text_in(moved.session.title, desk.t.language), when(moved.former), when(moved.times))
        for moved in found.sessions
    ]


async def _form(
    desk: Desk,
    typed: Mapping[str, str],
    refusal: DomainError | None = None,
    chosen: Chosen = Chosen(),
) -> Response:
    view = await desk.view_to_change()
    days = list(dict.fromkeys(session.day for session in view.visit.programme))
    told = faults_of(refusal, desk.t) if refusal else []
    return desk.page(
        "move",
        view,
        refusal=refusal,
        typed=typed,
        days=[(day.isoformat(), desk.t.date(day, "weekday")) for day in days],
        next_day=(max(days) + timedelta(days=1)).isoformat(),
        title_of=lambda session: text_in(session.title, desk.t.language),
        faults=[Fault(chosen.place(each.pointer), each.code, each.text) for each in told],
    )
