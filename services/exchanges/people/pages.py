"""Pages of people in visits: whom they know, and the act that has somebody erased."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import clock
from services.chassis.errors import Conflict, Invalid
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.exchanges.people import queries, words
from services.exchanges.people.commands import forget_person
from services.exchanges.people.finding import person_known
from services.exchanges.people.shapes import ErasureIn
from services.exchanges.visits.pages import words as visit_words
from services.exchanges.visits.pages.desk import faults_of
from services.exchanges.visits.pages.forms import form_of

router = APIRouter(prefix="/exchanges/people", include_in_schema=False)

PEOPLE: Final = "/exchanges/people"
SIZE: Final = 50
FORGOTTEN: Final = mark("The person is forgotten, in visits and in every service.")


@router.get("")
async def people(
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Cursor = None,
) -> Response:
    actor.must_be(BACK_OFFICE)
    found, following = await queries.places_page(session, actor, text=q, cursor=after, size=SIZE)
    return render(
        request,
        "people/list.html",
        places=found,
        following=following,
        q=q,
        words=words,
        visit_words=visit_words,
    )


@router.get("/{person_id}/forget")
async def ask(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    return await _form(request, session, actor, person_id)


@router.post("/{person_id}/forget")
async def forget(
    request: Request, session: Transaction, actor: PageActor, person_id: UUID
) -> Response:
    actor.must_be(BACK_OFFICE)
    form = await form_of(request)
    try:
        asked = form.read(ErasureIn, {"reason": form.text("reason") or None})
        async with session.begin_nested():
            await forget_person(
                session, actor, person_id=person_id, reason=asked.reason, at=clock.now()
            )
    except (Invalid, Conflict) as refusal:
        return await _form(
            request, session, actor, person_id, reason=form.text("reason"), refusal=refusal
        )
    t: Translator = request.state.t
    return see_other(PEOPLE, note=t.gettext(FORGOTTEN))


async def _form(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    *,
    reason: str = "",
    refusal: Invalid | Conflict | None = None,
) -> Response:
    t: Translator = request.state.t
    known = await person_known(session, actor, person_id)
    return render(
        request,
        "people/forget.html",
        status=refusal.status if refusal else 200,
        known=known,
        awaited=[place for place in known.places if place.awaited],
        reasons=visit_words.choices(t, visit_words.ERASURES),
        chosen=reason,
        words=words,
        faults=faults_of(refusal, t, fields=["reason"]) if refusal else (),
    )
