"""What time brings about for profiles that nobody confirms: dormancy, and at last the archive."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import day_at, days_at
from services.registry.clusters.model import Cluster
from services.registry.clusters.waivers import Waiver

AT_ONCE: Final = 500
NOBODY_CARES: Final = "not confirmed for 24 months"


async def go_dormant(session: AsyncSession, now: datetime) -> int:
    """Take profiles out of the catalogue that nobody confirmed for twelve months."""
    due = await _unconfirmed(session, ClusterState.PUBLISHED, years=1, now=now)
    for cluster in due:
        actor = replace(SYSTEM, association=cluster.association)
        await history.record(session, cluster.go_dormant(at=now), actor=actor)
    return len(due)


async def archive_dormant(session: AsyncSession, now: datetime) -> int:
    """Archive dormant profiles that nobody confirmed for twenty-four months."""
    due = await _unconfirmed(session, ClusterState.DORMANT, years=2, now=now)
    for cluster in due:
        actor = replace(SYSTEM, association=cluster.association)
        on = await day_at(session, cluster.association, at=now)
        archived = cluster.archive(reason=NOBODY_CARES, on=on, at=now)
        await history.record(session, archived, actor=actor)
    return len(due)


async def lapse_waivers(session: AsyncSession, now: datetime) -> int:
    """End waivers whose day has passed at the seat of their association (R-04)."""
    days = await days_at(session, at=now)
    passed = [
        and_(Waiver.association == country, Waiver.until_day < day) for country, day in days.items()
    ]
    over = (
        select(Waiver)
        .where(Waiver.lapsed_at.is_(None), or_(false(), *passed))
        .order_by(Waiver.cluster_id, Waiver.criterion)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = list(await session.scalars(over))
    for waiver in due:
        actor = replace(SYSTEM, association=waiver.association)
        await history.record(session, waiver.lapse(at=now), actor=actor)
    return len(due)


TIMERS: Final = (
    Timer("waivers lapse", 600, lapse_waivers),
    Timer("profiles go dormant", 600, go_dormant),
    Timer("dormant profiles are archived", 600, archive_dormant),
)


async def _unconfirmed(
    session: AsyncSession, state: ClusterState, *, years: int, now: datetime
) -> list[Cluster]:
    """Some whose confirmation is older than that, by the date at their association's seat."""
    days = await days_at(session, at=now)
    too_old = [
        and_(Cluster.association == country, Cluster.confirmed_on < _years_before(day, years))
        for country, day in days.items()
    ]
    due = (
        select(Cluster)
        .where(Cluster.state == state, or_(false(), *too_old))
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
