"""Pages of a centre's services: offering one, giving of it to a cluster, ending it."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.holdings import CentreServiceDeclared
from contracts.vocabulary import LANGUAGES, text_in
from services.chassis import clock
from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms
from services.registry.associations.queries import day_at
from services.registry.centres import commands, finding, queries, words
from services.registry.centres.model import Centre

HERE: Final = "/registry/centres"
NEAR: Final = {"/texts": "/texts/en"}
HOW_MUCH: Final = mark("Give a whole number, 1 or more.")

router = APIRouter(prefix=HERE, include_in_schema=False)


class TypedGift(BaseModel):
    """What somebody typed into the form that gives of a service."""

    cluster: str = ""
    amount: str = ""

    @property
    def number(self) -> int:
        """How much was typed.

        Raises:
            ValueError: no whole number from 1 on.
        """
        if not (self.amount.isascii() and self.amount.isdigit() and int(self.amount[:9])):
            raise ValueError(self.amount)
        return int(self.amount[:9])


@router.get("/{code}/offer")
async def ask_to_offer(
    request: Request, session: Transaction, actor: PageActor, code: str
) -> Response:
    centre = await finding.centre_of(session, actor, code)
    actor.must_be(BACK_OFFICE)
    return await _offer_page(request, session, centre, forms.Form.filled())


@router.post("/{code}/offer")
async def offer(request: Request, session: Transaction, actor: PageActor, code: str) -> Response:
    centre = await finding.centre_of(session, actor, code)
    actor.must_be(BACK_OFFICE)
    typed = await forms.Form.of(request)
    try:
        declared = typed.declared(
            CentreServiceDeclared, lists=("languages",), more={"centre": centre.code}
        )
        async with session.begin_nested():
            await commands.declare_service(session, actor, declared, at=clock.now())
    except Invalid as refusal:
        return await _offer_page(request, session, centre, typed, refusal.faults)
    t: Translator = request.state.t
    return see_other(f"{HERE}/{centre.code}", note=t.gettext("The service is offered."))


@router.get("/{code}/services/{service_id}")
async def ask_to_give(
    request: Request, session: Transaction, actor: PageActor, code: str, service_id: UUID
) -> Response:
    return await _service_page(
        request=request,
        session=session,
        actor=actor,
        code=code,
        service_id=service_id,
        typed=TypedGift(),
    )


@router.post("/{code}/services/{service_id}")
async def give(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    code: str,
    service_id: UUID,
    typed: Annotated[TypedGift, Form()],
) -> Response:
    faults: list[Fault] = []
    asked: dict[str, Any] = {
        "code": code,
        "service_id": service_id,
        "key": typed.cluster,
        "at": clock.now(),
    }
    try:
        await commands.give_service(session, actor, amount=typed.number, **asked)
    except ValueError:
        faults = [Fault("/amount", "TLK-D003", HOW_MUCH)]
    except Conflict as refusal:
        faults = [Fault("/amount", refusal.code, refusal.text, values=refusal.values)]
    except NotFound as refusal:
        faults = [Fault("/cluster", refusal.code, refusal.text, values=refusal.values)]
    if faults:
        return await _service_page(
            request=request,
            session=session,
            actor=actor,
            code=code,
            service_id=service_id,
            typed=typed,
            faults=faults,
        )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{code}", note=t.gettext("It is given and counted."))


@router.post("/{code}/services/{service_id}/withdraw")
async def withdraw(
    request: Request, session: Transaction, actor: PageActor, code: str, service_id: UUID
) -> Response:
    await commands.withdraw_service(
        session, actor, code=code, service_id=service_id, at=clock.now()
    )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{code}", note=t.gettext("The service is offered no more."))


async def _offer_page(
    request: Request,
    session: AsyncSession,
    centre: Centre,
    typed: forms.Form,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    quarters = words.next_quarters(await day_at(session, centre.association, at=clock.now()))
    return render(
        request,
        "centres/offer.html",
        status=422 if faults else 200,
        centre=centre,
        typed=typed,
        quarters=[(quarter, quarter) for quarter in quarters],
        language_choices=[(code, t.language_name(code)) for code in LANGUAGES],
        words=words,
        faults=forms.said(faults or [], t, NEAR),
    )


async def _service_page(
    *,
    request: Request,
    session: AsyncSession,
    actor: Actor,
    code: str,
    service_id: UUID,
    typed: TypedGift,
    faults: list[Fault] | None = None,
) -> Response:
    centre = await finding.centre_of(session, actor, code)
    service = await finding.service_of(session, centre, service_id)
    actor.must_be(BACK_OFFICE, of=service.association)
    known: dict[str, Any] = {"centre": centre, "offered": service, "typed": typed}
    return render(
        request,
        "centres/service.html",
        status=422 if faults else 200,
        clusters=[
            (number, f"{name} · {number}")
            for link, number, name in await queries.links_of(session, actor, centre)
        ],
        text_in=text_in,
        words=words,
        faults=forms.said(faults or [], request.state.t),
        **known,
    )
