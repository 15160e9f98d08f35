"""Keeps where each cluster sat and where it worked on which day (R-13).

Of statements about one day the later one is right; the first one holds for all days before, too.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, case, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clusters import ClusterRelocated
from contracts.registry import PublishedProfile
from contracts.vocabulary import Place, PlaceKind
from services.analytics.facts.model import ClusterPlaceFact
from services.analytics.facts.regions import coarse
from services.analytics.facts.rows import association_of, local_day
from services.analytics.facts.seats import NOT_YET_KNOWN, zones_of_seats
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.received import Received

SINCE_EVER: Final = date.min


def follow(consumer: Consumer) -> None:
    """Let the consumer keep moves; profiles it keeps with the states that they lead to."""
    consumer.on(ClusterRelocated)(keep_moves)


async def keep_moves(session: AsyncSession, events: Sequence[Received[ClusterRelocated]]) -> None:
    """Keep from which day on a cluster sits, or works, elsewhere."""
    await _keep(
        session,
        [
            _row(received, received.event.kind, received.event.place, received.event.from_day)
            for received in events
        ],
    )


async def keep_profiles(
    session: AsyncSession, events: Sequence[Received[PublishedProfile]]
) -> None:
    """Keep where a cluster is by the profile that became public."""
    zones = await zones_of_seats(session)
    rows = []
    for received in events:
        event = received.event
        day = local_day(event.time, zones.get(association_of(received), NOT_YET_KNOWN))
        places = {
            PlaceKind.SEAT: event.profile.seat,
            PlaceKind.OPERATING: event.profile.operating_place,
        }
        rows += [
            _row(received, kind, place, day) | {"from_at": event.time}
            for kind, place in places.items()
        ]
    await _keep(session, rows)


async def count_days_again(session: AsyncSession, associations: Sequence[str]) -> None:
    """Put the profiles of these associations' clusters on the dates at their seats."""
    zones = await zones_of_seats(session)
    for association in associations:
        there = cast(func.timezone(zones[association], ClusterPlaceFact.from_at), Date)
        moved = await session.scalars(
            update(ClusterPlaceFact)
            .where(
                ClusterPlaceFact.association == association,
                ClusterPlaceFact.from_at.is_not(None),
                ClusterPlaceFact.from_on != there,
            )
            .values(from_on=there)
            .returning(ClusterPlaceFact.cluster_id)
            .execution_options(synchronize_session=False)
        )
        await _settle(session, moved.all())


def _row(
    received: Received[Any], kind: PlaceKind, place: Place | None, day: date
) -> dict[str, Any]:
    region = coarse(place.region) if place is not None else None
    return {
        "cluster_id": UUID(received.subject),
        "kind": kind,
        "sequence": received.sequence,
        "association": association_of(received),
        "region": region.code if region is not None else None,
        "from_at": None,
        "from_on": day,
        "holds_from": day,
        "until_on": None,
    }


async def _keep(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await upsert(session, ClusterPlaceFact, rows)
    await _settle(session, [row["cluster_id"] for row in rows])


async def _settle(session: AsyncSession, cluster_ids: Iterable[UUID]) -> None:
    """Work out on which days each statement holds."""
    fact = ClusterPlaceFact
    which = (fact.cluster_id, fact.kind)
    number = func.row_number().over(partition_by=which, order_by=fact.sequence)
    later = func.min(fact.from_on).over(partition_by=which, order_by=fact.sequence, rows=(1, None))
    settled = (
        select(
            fact.cluster_id,
            fact.kind,
            fact.sequence,
            case((number == 1, SINCE_EVER), else_=fact.from_on).label("holds_from"),
            later.label("until_on"),
        )
        .where(fact.cluster_id.in_(sorted(set(cluster_ids))))
        .subquery()
    )
    await session.execute(
        update(fact)
        .where(
            fact.cluster_id == settled.c.cluster_id,
            fact.kind == settled.c.kind,
            fact.sequence == settled.c.sequence,
        )
        .values(holds_from=settled.c.holds_from, until_on=settled.c.until_on)
        .execution_options(synchronize_session=False)
    )
