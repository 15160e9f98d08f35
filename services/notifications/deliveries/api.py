"""The ledger for systems: JSON under `/notifications/v1/deliveries`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import DeliveryState
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.notifications.deliveries import commands, queries
from services.notifications.deliveries.queries import LedgerRow

router = Router(prefix="/notifications/v1/deliveries", tags=["deliveries"])


class AttemptOut(BaseModel):
    """One try; without `ended_at` it is under way or was interrupted."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    began_at: datetime
    ended_at: datetime | None
    code: str | None
    reason: str | None


class DeliveryInFull(BaseModel):
    """One message with its attempts, oldest first."""

    delivery: LedgerRow
    cause_id: UUID
    expires_at: datetime
    attempts: Sequence[AttemptOut]


class Redrive(BaseModel):
    """Why a message that failed is tried again."""

    reason: str


Search = Annotated[
    str, Query(max_length=200, description="a person, a visit's number or a cluster")
]


@router.get("")
async def list_deliveries(
    session: Transaction,
    actor: Acting,
    *,
    search: Search = "",
    state: DeliveryState | None = None,
    template: Annotated[str, Query(max_length=60)] = "",
    cursor: Cursor = None,
    size: Size = 50,
) -> Page[LedgerRow]:
    """The messages of the association's own people and visits, newest first."""
    actor.must_be(*commands.MAY_READ)
    wanted = queries.Filter(search, state, template)
    rows, following = await queries.ledger(session, actor, wanted, cursor=cursor, size=size)
    return Page(items=list(rows), next=following)


@router.get("/{delivery_id}")
async def show_delivery(session: Transaction, actor: Acting, delivery_id: UUID) -> DeliveryInFull:
    """One message with every attempt at it."""
    actor.must_be(*commands.MAY_READ)
    entry = await queries.ledger_entry(session, actor, delivery_id)
    return DeliveryInFull(
        delivery=entry.row,
        cause_id=entry.cause_id,
        expires_at=entry.expires_at,
        attempts=[AttemptOut.model_validate(attempt) for attempt in entry.attempts],
    )


@router.put("/{delivery_id}/redrive", status_code=202)
async def redrive(
    delivery_id: UUID, body: Redrive, session: Transaction, actor: Acting
) -> DeliveryInFull:
    """Have a message that failed tried again, within three days."""
    await commands.redrive(
        session, actor, delivery_id=delivery_id, reason=body.reason, at=clock.now()
    )
    await session.flush()
    return await show_delivery(session, actor, delivery_id)
