"""What the registry knows of visits: those of one cluster, given and received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, bindparam, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import VisitState
from services.chassis.identity import Actor
from services.registry.copies.model import SessionCopy, VisitCopy

OVER: Final = frozenset(
    {
        VisitState.SETTLED,
        VisitState.FOLLOWED_UP,
        VisitState.CANCELLED,
        VisitState.DISSOLVED,
        VisitState.WRITTEN_OFF,
    }
)


TOOK_PLACE: Final = frozenset(
    {
        VisitState.ENDED,
        VisitState.REPORT_OVERDUE,
        VisitState.REPORTED,
        VisitState.VALIDATED,
        VisitState.SETTLED,
        VisitState.FOLLOWED_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many visits clusters gave, travelling, and how many they received."""

    given: int
    received: int


@dataclass(frozen=True, slots=True)
class VisitOfCluster:
    """A visit as a cluster's page shows it; the days are None while nothing is planned."""

    number: str
    title: dict[str, Any]
    state: VisitState
    hosts: bool  # else it travels
    first_on: date | None
    last_on: date | None
    as_of: datetime


async def visits_of_cluster(
    session: AsyncSession, actor: Actor, cluster_id: UUID, *, most: int = 20
) -> Sequence[VisitOfCluster]:
    """The latest visits in which the cluster travels or hosts, as far as the actor may see them."""
    days = (
        select(
            SessionCopy.visit_id,
            func.min(SessionCopy.held_on).label("first_on"),
            func.max(SessionCopy.held_on).label("last_on"),
        )
        .group_by(SessionCopy.visit_id)
        .subquery()
    )
    query = (
        select(VisitCopy, days.c.first_on, days.c.last_on)
        .outerjoin(days, days.c.visit_id == VisitCopy.visit_id)
        .where(_with(cluster_id))
        .order_by(days.c.first_on.desc().nulls_last(), VisitCopy.number.desc())
        .limit(most)
    )
    query = query.where(_seen_by(actor))
    return [
        VisitOfCluster(
            visit.number,
            visit.title,
            visit.state,
            hosts=visit.host_organisation_id == cluster_id,
            first_on=first_on,
            last_on=last_on,
            as_of=visit.as_of,
        )
        for visit, first_on, last_on in await session.execute(query)
    ]


async def visits_counted(
    session: AsyncSession, actor: Actor, cluster_ids: Sequence[UUID]
) -> Counted:
    """The visits of these clusters that took place, each once, as far as the actor may see them."""
    gives = VisitCopy.visiting_organisation_id.in_(cluster_ids)
    receives = VisitCopy.host_organisation_id.in_(cluster_ids)
    counted = select(func.count().filter(gives), func.count().filter(receives)).where(
        or_(gives, receives), VisitCopy.state.in_(TOOK_PLACE), _seen_by(actor)
    )
    given, received = (await session.execute(counted)).one()
    return Counted(given, received)


async def open_visits(session: AsyncSession, cluster_id: UUID) -> Sequence[str]:
    """The numbers of visits in which the cluster still takes part; it cannot end before them."""
    numbers = func.open_visits_of(cluster_id, bindparam("over", sorted(OVER), ARRAY(Text)))
    return (await session.scalars(select(numbers))).all()


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    mine = (VisitCopy.visitor_association, VisitCopy.host_association)
    own = or_(*(side == actor.association for side in mine))
    return and_(
        true() if actor.reads_across else own, true() if actor.is_vetted else ~VisitCopy.dual_use
    )


def _with(cluster_id: UUID) -> ColumnElement[bool]:
    return or_(
        VisitCopy.visiting_organisation_id == cluster_id,
        VisitCopy.host_organisation_id == cluster_id,
    )
