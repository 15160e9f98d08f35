"""Participations as far as somebody may see their holders; organisations' are for their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.reference.programmes import programmes
from contracts.vocabulary import ParticipationRole
from services.chassis import paging
from services.chassis.filters import listed
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry import holding
from services.registry.clusters.model import Cluster
from services.registry.holding import Found
from services.registry.participations import finding
from services.registry.participations.model import Participation

Programme = Annotated[str, listed(programmes)]  # a filter by one


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    programme: str = ""
    role: ParticipationRole | None = None


async def participations_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Found[Participation]], str | None]:
    """A page of participations with their holders, by their first day."""
    rows = _rows(actor, wanted)
    keys = (Participation.from_day, Participation.id)
    return await paging.page(session, rows, *keys, cursor=cursor, size=size)


async def participations_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many the actor may see of what is wanted."""
    rows = _rows(actor, wanted)
    counted = select(func.count()).select_from(rows.with_only_columns(Participation.id).subquery())
    return (await session.execute(counted)).scalar_one()


async def participations_of(
    session: AsyncSession, actor: Actor, holder_id: UUID
) -> Sequence[Participation]:
    """The participations of one holder that count for any day, the newest first."""
    counts = or_(Participation.ended_on.is_(None), Participation.ended_on >= Participation.from_day)
    rows = select(Participation).where(
        finding.visible_to(actor), Participation.holder_id == holder_id, counts
    )
    return (
        await session.scalars(rows.order_by(Participation.from_day.desc(), Participation.id))
    ).all()


def _rows(actor: Actor, wanted: Wanted) -> Select[Participation, str | None, str | None]:
    seen = finding.visible_to(actor)
    return holding.with_holders(actor, Participation).where(seen, _matching(wanted))


def _matching(wanted: Wanted) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [
        Cluster.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.programme:
        conditions.append(Participation.programme == wanted.programme)
    if wanted.role is not None:
        conditions.append(Participation.role == wanted.role)
    return and_(true(), *conditions)
