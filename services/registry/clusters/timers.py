"""What time brings about for profiles that nobody confirms: dormancy, and at last the archive."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import day_at
from services.registry.clusters.model import Cluster

AT_ONCE: Final = 500
NOBODY_CARES: Final = "not confirmed for 24 months"


async def go_dormant(session: AsyncSession, now: datetime) -> int:
    """Take profiles out of the catalogue that nobody confirmed for twelve months."""
    due = await _unconfirmed(session, ClusterState.PUBLISHED, since=_years_before(now.date(), 1))
    for cluster in due:
        actor = replace(SYSTEM, association=cluster.association)
        await history.record(session, cluster.go_dormant(at=now), actor=actor)
    return len(due)


async def archive_dormant(session: AsyncSession, now: datetime) -> int:
    """Archive dormant profiles that nobody confirmed for twenty-four months."""
    due = await _unconfirmed(session, ClusterState.DORMANT, since=_years_before(now.date(), 2))
    for cluster in due:
        actor = replace(SYSTEM, association=cluster.association)
        on = await day_at(session, cluster.association, at=now)
        archived = cluster.archive(reason=NOBODY_CARES, on=on, at=now)
        await history.record(session, archived, actor=actor)
    return len(due)


TIMERS: Final = (
    Timer("profiles go dormant", 600, go_dormant),
    Timer("dormant profiles are archived", 600, archive_dormant),
)


async def _unconfirmed(session: AsyncSession, state: ClusterState, *, since: date) -> list[Cluster]:
    due = (
        select(Cluster)
        .where(Cluster.state == state, Cluster.confirmed_on < since)
        .order_by(Cluster.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list(await session.scalars(due))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)
