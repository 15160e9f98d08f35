"""The ledger as pages: who was told what, every attempt, and sending again what failed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.vocabulary import DeliveryState
from services.chassis import clock
from services.chassis.errors import Invalid
from services.chassis.filters import chosen
from services.chassis.http import PageActor, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render, see_other
from services.notifications.deliveries import commands, queries
from services.notifications.deliveries.words import STATES, TEMPLATES

PAGE_SIZE = 50

router = APIRouter(prefix="/notifications/deliveries", include_in_schema=False)


@router.get("")
async def deliveries(
    request: Request,
    session: Transaction,
    actor: PageActor,
    *,
    search: Annotated[str, Query(max_length=200)] = "",
    state: str = "",
    template: str = "",
    after: Cursor = None,
) -> Response:
    actor.must_be(*commands.MAY_READ)
    known = chosen(DeliveryState, state, "state")
    wanted = queries.Filter(search, known, template)
    rows, following = await queries.ledger(session, actor, wanted, cursor=after, size=PAGE_SIZE)
    return render(
        request,
        "deliveries/list.html",
        fragment="rows",
        rows=rows,
        following=following,
        states=STATES,
        templates=TEMPLATES,
        search=search,
        state=state,
        kind=template,
        filtered=bool(search or known or template),
    )


@router.get("/{delivery_id}")
async def delivery(
    request: Request, session: Transaction, actor: PageActor, delivery_id: UUID
) -> Response:
    actor.must_be(*commands.MAY_READ)
    return await _show(request, session, actor, delivery_id)


@router.post("/{delivery_id}/resend")
async def resend(
    request: Request,
    session: Transaction,
    actor: PageActor,
    delivery_id: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        await commands.redrive(
            session, actor, delivery_id=delivery_id, reason=reason, at=clock.now()
        )
    except Invalid as refused:
        return await _show(request, session, actor, delivery_id, refused=refused)
    t: Translator = request.state.t
    return see_other(
        f"/notifications/deliveries/{delivery_id}",
        note=t.gettext("The message will be sent again."),
    )


async def _show(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    delivery_id: UUID,
    *,
    refused: Invalid | None = None,
) -> Response:
    entry = await queries.ledger_entry(session, actor, delivery_id)
    return render(
        request,
        "deliveries/one.html",
        status=422 if refused else 200,
        entry=entry,
        row=entry.row,
        states=STATES,
        templates=TEMPLATES,
        may_resend=entry.row.state is DeliveryState.DEAD and actor.is_(*commands.MAY_RESEND),
        faults=refused.faults if refused else (),
    )
