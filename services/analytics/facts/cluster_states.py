"""Keeps in which state each cluster was on which day, and what visits need to know of clusters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clusters import ClusterRevisionDropped
from contracts.registry import (
    ClusterArchived,
    ClusterDrafted,
    ClusterEvent,
    ClusterPublished,
    ClusterReinstated,
    ClusterRejected,
    ClusterReopened,
    ClusterReturned,
    ClusterReviewStarted,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSubmitted,
    ClusterSuspended,
    ClusterWentDormant,
    ClusterWithdrawn,
    PublishedProfile,
)
from contracts.vocabulary import ClusterState
from services.analytics.facts import cluster_places
from services.analytics.facts.commands import touch
from services.analytics.facts.model import ClusterFact, ClusterStateFact
from services.analytics.facts.rows import association_of, local_day, newest
from services.analytics.facts.seats import NOT_YET_KNOWN, zones_of_seats
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.received import Received

LEADS_TO: Final[dict[type[ClusterEvent], ClusterState]] = {
    ClusterDrafted: ClusterState.DRAFT,
    ClusterReopened: ClusterState.DRAFT,
    ClusterReturned: ClusterState.DRAFT,
    ClusterSubmitted: ClusterState.SUBMITTED,
    ClusterReviewStarted: ClusterState.IN_REVIEW,
    ClusterRejected: ClusterState.REJECTED,
    ClusterPublished: ClusterState.PUBLISHED,
    ClusterRevised: ClusterState.PUBLISHED,
    ClusterReinstated: ClusterState.PUBLISHED,
    ClusterRevisionStarted: ClusterState.UNDER_REVISION,
    ClusterRevisionDropped: ClusterState.PUBLISHED,
    ClusterWentDormant: ClusterState.DORMANT,
    ClusterSuspended: ClusterState.SUSPENDED,
    ClusterArchived: ClusterState.ARCHIVED,
    ClusterWithdrawn: ClusterState.WITHDRAWN,
}

NOON_UTC: Final = time(12, tzinfo=UTC)  # lies on the same date in every zone of Europe


def follow(consumer: Consumer) -> None:
    """Let the consumer keep every state that a cluster can be in."""
    for event_class in LEADS_TO:
        if issubclass(event_class, PublishedProfile):
            consumer.on(event_class)(keep_profiles)
        else:
            consumer.on(event_class)(keep_states)


async def keep_states(session: AsyncSession, events: Sequence[Received[ClusterEvent]]) -> None:
    """Keep from which day on the cluster was in the state that the event leads to."""
    zones = await zones_of_seats(session)
    rows = [_state_row(received, zones) for received in events]
    await upsert(session, ClusterStateFact, rows)
    await _close_intervals(session, sorted({row["cluster_id"] for row in rows}))
    await touch(session, {row["from_on"] for row in rows})


async def keep_profiles(
    session: AsyncSession, events: Sequence[Received[PublishedProfile]]
) -> None:
    """Keep state and places, and of the newest profile what the public streams must know."""
    await keep_states(session, events)
    await cluster_places.keep_profiles(session, events)
    owners = {received.subject: association_of(received) for received in events}
    await upsert(
        session,
        ClusterFact,
        [
            {
                "cluster_id": UUID(subject),
                "association": owners[subject],
                "ecosystem": event.profile.ecosystem,
                "dual_use": event.dual_use,
            }
            for subject, event in newest(events, key=lambda event: event.subject).items()
        ],
    )


async def count_days_again(session: AsyncSession, associations: Sequence[str]) -> None:
    """Put the states of these associations' clusters on the dates at their seats."""
    zones = await zones_of_seats(session)
    touched: set[date] = set()
    moved: set[UUID] = set()
    for association in associations:
        there = cast(func.timezone(zones[association], ClusterStateFact.from_at), Date)
        misplaced = select(
            ClusterStateFact.cluster_id, ClusterStateFact.from_on, there.label("there")
        ).where(ClusterStateFact.association == association, ClusterStateFact.from_on != there)
        for row in await session.execute(misplaced):
            moved.add(row.cluster_id)
            touched |= {row.from_on, row.there}
        await session.execute(
            update(ClusterStateFact)
            .where(ClusterStateFact.association == association, ClusterStateFact.from_on != there)
            .values(from_on=there)
            .execution_options(synchronize_session=False)
        )
    await _close_intervals(session, sorted(moved))
    await touch(session, touched)


def _state_row(received: Received[ClusterEvent], zones: Mapping[str, str]) -> dict[str, Any]:
    event, association = received.event, association_of(received)
    at, day = event.time, local_day(event.time, zones.get(association, NOT_YET_KNOWN))
    if isinstance(event, ClusterArchived):  # it ended on that day, whenever it was told
        day = event.archived_day
        at = datetime.combine(day, NOON_UTC)
    return {
        "cluster_id": UUID(received.subject),
        "sequence": received.sequence,
        "association": association,
        "state": LEADS_TO[type(event)],
        "from_at": at,
        "from_on": day,
        "until_on": None,
    }


async def _close_intervals(session: AsyncSession, cluster_ids: Sequence[UUID]) -> None:
    """A state ends on the first day from which any later one holds."""
    following = (
        select(
            ClusterStateFact.cluster_id,
            ClusterStateFact.sequence,
            func.min(ClusterStateFact.from_on)
            .over(
                partition_by=ClusterStateFact.cluster_id,
                order_by=ClusterStateFact.sequence,
                rows=(1, None),
            )
            .label("until_on"),
        )
        .where(ClusterStateFact.cluster_id.in_(cluster_ids))
        .subquery()
    )
    await session.execute(
        update(ClusterStateFact)
        .where(
            ClusterStateFact.cluster_id == following.c.cluster_id,
            ClusterStateFact.sequence == following.c.sequence,
            ClusterStateFact.until_on.is_distinct_from(following.c.until_on),
        )
        .values(until_on=following.c.until_on)
        .execution_options(synchronize_session=False)
    )
