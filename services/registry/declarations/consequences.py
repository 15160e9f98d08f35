"""The events that came of declarations, and what they are about, as far as the reader may know."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.history import history
from services.chassis.identity import Actor
from services.registry.clusters.finding import visible_to
from services.registry.clusters.model import Cluster
from services.registry.declarations.model import About, Consequence

CLUSTERS: Final = "registry.clusters"
PAGES: Final = {  # topics whose subjects have a page of their own
    "registry.labels": "/registry/labels/{}",
    "registry.offers": "/registry/offers/{}",
    "registry.participations": "/registry/participations/{}",
    "registry.people": "/registry/people/{}",
    "registry.sites": "/registry/sites/{}",
}
MOST_LATER: Final = 20


async def consequences_of(
    session: AsyncSession, actor: Actor, events: Collection[UUID]
) -> dict[UUID, Consequence]:
    """The events by their ids."""
    facts = select(history).where(history.c.event_id.in_(sorted(events)))
    return await _told(session, actor, (await session.execute(facts)).all())


async def built_upon(
    session: AsyncSession, actor: Actor, events: Collection[UUID]
) -> list[Consequence]:
    """What came after these events about the same things, oldest first; the first so many."""
    if not events:
        return []
    own = select(history.c.subject, history.c.sequence).where(history.c.event_id.in_(events))
    last: dict[str, int] = {}
    for subject, sequence in await session.execute(own):
        last[subject] = max(sequence, last.get(subject, 0))
    later = (
        select(history)
        .where(history.c.subject.in_(last), history.c.sequence > min(last.values(), default=0))
        .order_by(history.c.position)
        .limit(MOST_LATER * max(1, len(last)))
    )
    rows = (await session.execute(later)).all()
    after = [row for row in rows if row.sequence > last[row.subject]][:MOST_LATER]
    return list((await _told(session, actor, after)).values())


async def _told(
    session: AsyncSession, actor: Actor, rows: Sequence[Any]
) -> dict[UUID, Consequence]:
    about = {row.event_id: _cluster_of(row) for row in rows}
    named = select(Cluster.id, Cluster.number, Cluster.name).where(
        Cluster.id.in_({key for key in about.values() if key}), visible_to(actor)
    )
    clusters = {row.id: row for row in await session.execute(named)}
    return {
        row.event_id: Consequence(
            event_id=row.event_id,
            type=row.type,
            time=row.time,
            about=_about(row, clusters.get(about[row.event_id])),
        )
        for row in rows
    }


def _about(row: Any, cluster: Any) -> About | None:
    if cluster is not None:
        own = PAGES.get(row.topic, "").format(row.subject)
        return About(cluster.name, own or f"/registry/clusters/{cluster.number}")
    if row.topic in PAGES and row.topic != CLUSTERS:
        return About("", PAGES[row.topic].format(row.subject))
    return None


def _cluster_of(row: Any) -> UUID | None:
    """The cluster that an event is about, or that holds what it is about."""
    if row.topic == CLUSTERS:
        return UUID(row.subject)
    data = json.loads(row.data) if row.data else {}
    holder = data.get("holder") or {}
    key = data.get("cluster_id") or (holder.get("id") if holder.get("kind") == "cluster" else None)
    return UUID(key) if key else None
