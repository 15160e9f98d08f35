"""Pages of what is done with a request about data: pass it on, extend, answer, refuse."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.data_requests import ExtensionReason, RefusalReason
from contracts.vocabulary import COUNTRIES
from services.chassis import clock
from services.chassis.errors import Conflict, DomainError, Fault, Invalid
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator, Word
from services.chassis.ui.render import render, see_other
from services.registry.clusters.words import country
from services.registry.data_requests import commands, finding, words
from services.registry.data_requests.forms import NOBODY, TypedAnswer, TypedReason
from services.registry.data_requests.model import DataRequest
from services.registry.forms import said

router = APIRouter(prefix="/registry/data-requests", include_in_schema=False)

Act = Literal["extend", "refuse"]

HERE: Final = "/registry/data-requests"
REASONS: Final[dict[Act, Mapping[Any, Word]]] = {
    "extend": words.EXTENSIONS,
    "refuse": words.REFUSALS,
}


@router.get("/{key}/pass")
async def ask_to_pass(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    return _pass_page(request, await _taken(session, actor, key), "")


@router.post("/{key}/pass")
async def pass_on(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    association: Annotated[str, Form()] = "",
) -> Response:
    found = await _taken(session, actor, key)
    try:
        if association not in COUNTRIES:
            association = found.association
        await commands.pass_request_on(
            session, actor, key=key, association=association, at=clock.now()
        )
    except (Invalid, Conflict) as refusal:
        return _pass_page(request, found, association, refusal)
    t: Translator = request.state.t
    note = t.gettext("%(country)s owes the answer now.")
    return see_other(f"{HERE}/{found.number}", note=note % {"country": country(association, t)})


@router.get("/{key}/extend")
async def ask_to_extend(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    found = await _owed(session, actor, key)
    return _reason_page(request, found, "extend", TypedReason())


@router.post("/{key}/extend")
async def extend(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedReason, Form()],
) -> Response:
    found = await _owed(session, actor, key)
    try:
        reason, told = typed.read(ExtensionReason)
        await commands.extend_request(
            session, actor, key=key, reason=reason, told=told, at=clock.now()
        )
    except (Invalid, Conflict) as refusal:
        return _reason_page(request, found, "extend", typed, refusal)
    t: Translator = request.state.t
    note = t.gettext("The answer is due on %(date)s now.") % {"date": t.date(found.due_day)}
    return see_other(f"{HERE}/{found.number}", note=note)


@router.get("/{key}/refuse")
async def ask_to_refuse(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    found = await _owed(session, actor, key)
    return _reason_page(request, found, "refuse", TypedReason())


@router.post("/{key}/refuse")
async def refuse(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedReason, Form()],
) -> Response:
    found = await _owed(session, actor, key)
    try:
        reason, told = typed.read(RefusalReason)
        await commands.refuse_request(
            session, actor, key=key, reason=reason, told=told, at=clock.now()
        )
    except (Invalid, Conflict) as refusal:
        return _reason_page(request, found, "refuse", typed, refusal)
    t: Translator = request.state.t
    note = t.gettext("%(number)s is refused.") % {"number": found.number}
    return see_other(f"{HERE}/{found.number}", note=note)


@router.get("/{key}/answer")
async def ask_to_answer(
    request: Request, session: Transaction, actor: PageActor, key: str
) -> Response:
    found = await _owed(session, actor, key)
    return await _answer_page(request=request, session=session, actor=actor, found=found)


@router.post("/{key}/answer")
async def answer(
    request: Request,
    session: Transaction,
    actor: PageActor,
    key: str,
    typed: Annotated[TypedAnswer, Form()],
) -> Response:
    found = await _owed(session, actor, key)
    try:
        person_id = typed.read()
        async with session.begin_nested():
            await commands.answer_request(
                session, actor, key=key, person_id=person_id, at=clock.now()
            )
    except (Invalid, Conflict) as refusal:
        await session.refresh(found)
        return await _answer_page(
            request=request,
            session=session,
            actor=actor,
            found=found,
            typed=typed,
            refusal=refusal,
        )
    t: Translator = request.state.t
    note = t.gettext("%(number)s is answered.") % {"number": found.number}
    return see_other(f"{HERE}/{found.number}", note=note)


async def _owed(session: AsyncSession, actor: Actor, key: str) -> DataRequest:
    found = await finding.request_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=found.association)
    return found


async def _taken(session: AsyncSession, actor: Actor, key: str) -> DataRequest:
    found = await finding.request_of(session, actor, key)
    actor.must_be(BACK_OFFICE, of=found.received_by)
    return found


def _faults(refusal: DomainError | None, t: Translator) -> list[Fault]:
    if refusal is None:
        return []
    return said(refusal.faults, t) or [Fault("", refusal.code, refusal.said(t.gettext))]


def _pass_page(
    request: Request,
    found: DataRequest,
    association: str,
    refusal: DomainError | None = None,
) -> Response:
    t: Translator = request.state.t
    others = [each for each in COUNTRIES if each != found.association]
    return render(
        request,
        "data_requests/pass.html",
        status=refusal.status if refusal else 200,
        found=found,
        association=association,
        others=[(each, country(each, t)) for each in others],
        faults=_faults(refusal, t),
    )


def _reason_page(
    request: Request,
    found: DataRequest,
    act: Act,
    typed: TypedReason,
    refusal: DomainError | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "data_requests/reason.html",
        status=refusal.status if refusal else 200,
        found=found,
        act=act,
        reasons=[(each.value, t.word(word)) for each, word in REASONS[act].items()],
        typed=typed,
        faults=_faults(refusal, t),
    )


async def _answer_page(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    found: DataRequest,
    typed: TypedAnswer | None = None,
    refusal: DomainError | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "data_requests/answer.html",
        status=refusal.status if refusal else 200,
        found=found,
        people=await finding.people_meant(session, actor, found),
        nobody=NOBODY,
        typed=typed or TypedAnswer(),
        faults=_faults(refusal, t),
    )
