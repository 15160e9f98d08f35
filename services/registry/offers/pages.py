"""Pages of offers and requests: the list, one, the form, and the acts on one."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.declared.holdings import OfferDeclared
from contracts.vocabulary import OfferKind, text_in
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.filters import chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.registry import forms, holders
from services.registry.associations.queries import today_for
from services.registry.clusters.choosing import own_clusters
from services.registry.offers import commands, finding, queries, words
from services.registry.offers.model import OfferState, latest_end
from services.registry.offers.queries import Wanted

HERE: Final = "/registry/offers"
SIZE: Final = 50

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def all_offers(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    q: str = "",
    tag: str = "",
    kind: str = "",
    mine: str = "",
    after: Cursor = None,
) -> Response:
    wanted = Wanted(
        q.strip(),
        tag.strip(),
        chosen(OfferKind, kind, "kind"),
        None if mine else OfferState.OPEN,
        bool(mine),
    )
    page, following = await queries.offers_page(session, actor, wanted, cursor=after, size=SIZE)
    t: Translator = request.state.t
    return render(
        request,
        "offers/list.html",
        fragment="rows",
        offers=page,
        following=following,
        total=await queries.offers_count(session, actor, wanted),
        wanted=wanted,
        filtered=wanted != Wanted(state=OfferState.OPEN),
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        words=words,
        text_in=text_in,
        may_declare=actor.is_(BACK_OFFICE, CLUSTER_ADMIN),
    )


@router.get("/new")
async def ask_for_offer(
    request: Request, session: Transaction, actor: PageActor, cluster: str = ""
) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    typed = forms.Form.filled(holder=cluster, kind=OfferKind.OFFER.value)
    return await _form(request, session, actor, typed)


@router.post("/new")
async def declare(request: Request, session: Transaction, actor: PageActor) -> Response:
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    typed = await forms.Form.of(request)
    t: Translator = request.state.t
    try:
        declared = typed.declared(
            OfferDeclared, lists=("tags",), flags=("anonymous",), more=typed.holder()
        )
        async with session.begin_nested():
            offer, _ = await commands.declare_offer(session, actor, declared, at=clock.now())
    except Invalid as refusal:
        return await _form(request, session, actor, typed, refusal.faults)
    return see_other(f"{HERE}/{offer.id}", note=t.gettext("Everybody finds it now."))


@router.get("/{offer_id}")
async def one_offer(
    request: Request, session: Transaction, actor: PageActor, offer_id: UUID
) -> Response:
    seen = await finding.offer_of(session, actor, offer_id)
    is_open = seen.offer.state is OfferState.OPEN
    return render(
        request,
        "offers/offer.html",
        seen=seen,
        offer=seen.offer,
        interests=await queries.interests_in(session, seen.offer) if seen.own else [],
        words=words,
        text_in=text_in,
        may_withdraw=is_open
        and await holders.may_keep(
            session, actor, seen.offer.holder_kind, seen.offer.holder_id, of=seen.offer.association
        ),
        may_answer=is_open and actor.is_(*commands.DESKS, of=seen.offer.association),
        may_show=is_open and not seen.own and not seen.interest and actor.is_(*commands.DESKS),
    )


@router.post("/{offer_id}/interest")
async def show_interest(
    request: Request, session: Transaction, actor: PageActor, offer_id: UUID
) -> Response:
    await commands.show_interest(session, actor, offer_id=offer_id, at=clock.now())
    t: Translator = request.state.t
    note = t.gettext("The other side reads of your interest. When it answers, you see who it is.")
    return see_other(f"{HERE}/{offer_id}", note=note)


@router.post("/{offer_id}/interests/{association}")
async def return_interest(
    request: Request, session: Transaction, actor: PageActor, offer_id: UUID, association: str
) -> Response:
    await commands.return_interest(
        session, actor, offer_id=offer_id, association=association, at=clock.now()
    )
    t: Translator = request.state.t
    return see_other(f"{HERE}/{offer_id}", note=t.gettext("Both sides know each other now."))


@router.get("/{offer_id}/withdraw")
async def ask_to_withdraw(
    request: Request, session: Transaction, actor: PageActor, offer_id: UUID
) -> Response:
    seen = await finding.offer_of(session, actor, offer_id)
    await holders.must_keep(
        session, actor, seen.offer.holder_kind, seen.offer.holder_id, of=seen.offer.association
    )
    return render(
        request,
        "offers/withdraw.html",
        offer=seen.offer,
        interests=await queries.interests_in(session, seen.offer),
        text_in=text_in,
    )


@router.post("/{offer_id}/withdraw")
async def withdraw(
    request: Request, session: Transaction, actor: PageActor, offer_id: UUID
) -> Response:
    await commands.withdraw_offer(session, actor, offer_id=offer_id, at=clock.now())
    t: Translator = request.state.t
    return see_other(HERE, note=t.gettext("It is withdrawn; nobody else finds it any more."))


async def _form(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    typed: forms.Form,
    faults: list[Fault] | None = None,
) -> Response:
    t: Translator = request.state.t
    return render(
        request,
        "offers/new.html",
        status=422 if faults else 200,
        typed=typed,
        clusters=await own_clusters(session, actor),
        kinds=[(each.value, t.word(word)) for each, word in words.KINDS.items()],
        own_language=t.language if t.language != "en" else "",
        latest=latest_end(await today_for(session, actor, at=clock.now())),
        faults=forms.said(faults or [], t, {"/text": "/text/en"}),
    )
