"""Call a visit off: the consequence in numbers, why, and moving it as the other way out."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from contracts.vocabulary import ReasonClass
from services.chassis.errors import Conflict, DomainError, Invalid
from services.chassis.faults import mark
from services.exchanges.visits.commands.holding import cancel_visit
from services.exchanges.visits.pages import words
from services.exchanges.visits.pages.desk import Asked, Desk, faults_of
from services.exchanges.visits.pages.forms import Form, form_of
from services.exchanges.visits.shapes.asked import CancellationIn
from services.exchanges.visits.states import EXPECTED, MOVABLE

router = APIRouter(prefix="/exchanges/visits/{key}/cancel", include_in_schema=False)

CANCELLED: Final = mark("{number} is called off. Everybody concerned gets a message.")


@router.get("")
async def ask(desk: Asked) -> Response:
    return await _form(desk, Form({}))


@router.post("")
async def cancel(desk: Asked) -> Response:
    view = await desk.view_to_change()
    form = await form_of(desk.request)
    try:
        raw = {"reason": form.text("reason") or None, "note": form.text("note") or None}
        asked = form.read(CancellationIn, raw)
        await desk.attempt(cancel_visit, reason=asked.reason, note=asked.note)
    except (Invalid, Conflict) as refusal:
        return await _form(desk, form, refusal)
    return desk.done(CANCELLED, number=view.visit.number)


async def _form(desk: Desk, form: Form, refusal: DomainError | None = None) -> Response:
    view = await desk.view_to_change()
    return desk.page(
        "cancel",
        view,
        refusal=refusal,
        typed=form.typed,
        expected=sum(delegate.state in EXPECTED for delegate in view.visit.delegates),
        may_move=view.visit.state in MOVABLE,
        reasons=[(each, desk.t.word(word)) for each, word in words.REASONS.items()],
        justified=[each for each in ReasonClass if each.justified],
        faults=faults_of(refusal, desk.t, fields=["reason", "note"]) if refusal else (),
    )
