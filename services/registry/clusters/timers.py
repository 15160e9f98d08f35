"""What time brings about for profiles that nobody confirms: dormancy, and at last the archive."""

from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Final

from pydantic import SecretStr
from sqlalchemy import and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ClusterState
from services.chassis import history, staff
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import day_at, days_at
from services.registry.clusters.model import Cluster
from services.registry.clusters.reviving import LINKS_LAST, ask
from services.registry.clusters.waivers import Waiver

AT_ONCE: Final = 500
NOBODY_CARES: Final = "not confirmed for 24 months"


async def go_dormant(session: AsyncSession, now: datetime, *, link_key: SecretStr) -> int:
    """Take profiles out of the catalogue that nobody confirmed for twelve months.

    Those who answer for them are asked whether they are still right.
    """
    due = await _unconfirmed(session, ClusterState.PUBLISHED, years=1, now=now)
    people = await staff.in_office(session) if due else ()
    for cluster in due:
        actor = replace(SYSTEM, association=cluster.association)
        asked = await ask(session, link_key, cluster, people, at=now)
        event = cluster.go_dormant(asked, answer_by=now + LINKS_LAST, at=now)
        await history.record(session, event, actor=actor)
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


def timers(link_key: SecretStr) -> tuple[Timer, ...]:
    """The timers of clusters; `link_key` is what links in mails are made with."""
    return (
        Timer("waivers lapse", 600, lapse_waivers),
        Timer("profiles go dormant", 600, partial(go_dormant, link_key=link_key)),
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
