"""The ledger: every message with its attempts, newest first.

A reader of the other side of a visit, or of the support office, sees that somebody was told, not
who and where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Channel, DeliveryState
from services.chassis import paging
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.staff import StaffCopy
from services.notifications.copies.model import ClusterCopy, ContactCopy, PersonCopy, VisitCopy
from services.notifications.copies.queries import is_hidden_from
from services.notifications.deliveries.model import Attempt, Delivery, DeliveryNotFound


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages to show; an empty field filters nothing. `search` names people or things."""

    search: str = ""
    state: DeliveryState | None = None
    template: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One message; name and address only where the reader may see them."""

    id: UUID
    template: str
    state: DeliveryState
    channel: Channel
    language: str
    association: str
    visit_number: str | None
    cluster_id: UUID | None
    cluster_name: str | None
    name: str | None
    address: str | None
    attempts: int
    planned_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One message with its attempts, oldest first; `carrier_id` is that whose mail tells it too."""

    row: LedgerRow
    cause_id: UUID
    expires_at: datetime
    attempts: Sequence[Attempt]
    carrier_id: UUID | None = None


async def ledger(
    session: AsyncSession, actor: Actor, wanted: Filter, *, cursor: str | None, size: int
) -> tuple[Sequence[LedgerRow], str | None]:
    """The messages that the reader's association sent or takes part in, newest first.

    Raises:
        Invalid: the cursor is none of ours.
    """
    rows = _rows(actor)
    if wanted.state is not None:
        rows = rows.where(Delivery.state == wanted.state)
    if wanted.template:
        rows = rows.where(Delivery.template == wanted.template)
    if wanted.search.strip():
        rows = rows.where(_matches(wanted.search))
    newest_first = (-Delivery.position).label("newest_first")
    found, following = await paging.page(session, rows, newest_first, cursor=cursor, size=size)
    return [_row(row, actor) for row in found], following


async def ledger_entry(session: AsyncSession, actor: Actor, delivery_id: UUID) -> LedgerEntry:
    """One message with everything that may be shown of it.

    Raises:
        DeliveryNotFound: no such message of the reader's visits.
    """
    found = (await session.execute(_rows(actor).where(Delivery.id == delivery_id))).one_or_none()
    if found is None:
        raise DeliveryNotFound(mark("there is no such message; look it up in the list"))
    attempts = await session.scalars(
        select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.number)
    )
    delivery: Delivery = found[0]
    return LedgerEntry(
        _row(found, actor),
        delivery.cause_id,
        delivery.expires_at,
        attempts.all(),
        delivery.carrier_id,
    )


def _rows(actor: Actor) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Delivery,
        VisitCopy.number,
        ClusterCopy.name,
        func.coalesce(PersonCopy.name, ContactCopy.name, StaffCopy.names["original"].astext),
        func.coalesce(PersonCopy.mail, ContactCopy.mail, StaffCopy.mail),
    )
    return (
        select(*columns)
        .outerjoin(VisitCopy, VisitCopy.visit_id == Delivery.about_id)
        .outerjoin(ClusterCopy, ClusterCopy.cluster_id == Delivery.about_id)
        .outerjoin(PersonCopy, PersonCopy.participant_id == Delivery.recipient_id)
        .outerjoin(ContactCopy, ContactCopy.person_id == Delivery.recipient_id)
        .outerjoin(StaffCopy, StaffCopy.staff_id == Delivery.recipient_id)
        .where(~is_hidden_from(actor, Delivery.about_id))
    )


def _matches(search: str) -> Any:
    asked = search.strip()
    return or_(
        PersonCopy.folded.contains(fold(asked), autoescape=True) if fold(asked) else False,
        PersonCopy.mail.icontains(asked, autoescape=True),
        ContactCopy.mail.icontains(asked, autoescape=True),
        ContactCopy.name.icontains(asked, autoescape=True),
        StaffCopy.mail.icontains(asked, autoescape=True),
        StaffCopy.names["original"].astext.icontains(asked, autoescape=True),
        VisitCopy.number.icontains(asked, autoescape=True),
        ClusterCopy.name.icontains(asked, autoescape=True),
        ClusterCopy.name_en.icontains(asked, autoescape=True),
    )


def _row(found: Sequence[Any], actor: Actor) -> LedgerRow:
    delivery, number, cluster, name, address = found
    own = delivery.association == actor.association
    return LedgerRow(
        id=delivery.id,
        template=delivery.template,
        state=delivery.state,
        channel=delivery.channel,
        language=delivery.language,
        association=delivery.association,
        visit_number=number,
        cluster_id=delivery.about_id if cluster is not None else None,
        cluster_name=cluster,
        name=name if own else None,
        address=address if own else None,
        attempts=delivery.attempts,
        planned_at=delivery.planned_at,
        ended_at=delivery.ended_at,
    )
