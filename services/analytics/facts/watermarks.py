"""Up to which moment each source is counted: noted by whoever reads Kafka, shown beside figures."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.analytics import WatermarkAdvanced
from services.analytics.facts.model import Watermark
from services.chassis import clock, history
from services.chassis.guard import Position
from services.chassis.identity import SYSTEM
from services.chassis.subscription import Reach, Subscription

LOOK_EVERY: Final = 2.0  # seconds
LATE_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How complete one source is: everything it said until `complete_to` is counted."""

    topic: str
    complete_to: datetime | None
    lag: int
    late: bool


async def watch(app: FastAPI) -> None:
    """Note every two seconds how far this process has read its partitions, until cancelled."""
    subscription: Subscription = app.state.subscription
    while True:
        await asyncio.sleep(LOOK_EVERY)
        reach = subscription.reach()
        if reach:
            async with app.state.worker_sessions.begin() as session:
                await note(session, reach, ahead=clock.ahead())


async def note(session: AsyncSession, reach: Mapping[Position, Reach], *, ahead: timedelta) -> None:
    """Keep the lag of each partition, and when it was none; `ahead` leads to the domain's clock."""
    upsert = insert(Watermark)
    new = upsert.excluded
    await session.execute(
        upsert.on_conflict_do_update(
            index_elements=["topic", "partition"],
            set_={
                "lag": new.lag,
                "caught_up_at": func.greatest(Watermark.caught_up_at, new.caught_up_at),
                "complete_to": func.greatest(Watermark.complete_to, new.complete_to),
            },
        ),
        [_row(topic, number, reach[topic, number], ahead) for topic, number in sorted(reach)],
    )


def _row(topic: str, partition: int, reach: Reach, ahead: timedelta) -> dict[str, Any]:
    caught_up_at = reach.heard_at if reach.lag == 0 else None
    return {
        "topic": topic,
        "partition": partition,
        "caught_up_at": caught_up_at,
        "complete_to": caught_up_at and caught_up_at + ahead,
        "lag": reach.lag,
    }


async def freshness(session: AsyncSession, topics: Collection[str]) -> list[Freshness]:
    """Each source with its slowest partition; one that was never read is late."""
    unread = func.bool_or(Watermark.caught_up_at.is_(None))
    behind = func.clock_timestamp() - func.min(Watermark.caught_up_at) > LATE_AFTER
    found = await session.execute(
        select(
            Watermark.topic,
            func.min(Watermark.complete_to).filter(Watermark.complete_to.is_not(None)),
            func.sum(Watermark.lag),
            unread | behind,
        )
        .where(Watermark.topic.in_(sorted(topics)))
        .group_by(Watermark.topic)
    )
    known = {topic: Freshness(topic, at, int(lag), late) for topic, at, lag, late in found}
    return [known.get(topic, Freshness(topic, None, 0, late=True)) for topic in sorted(topics)]


async def announce(session: AsyncSession, topics: Collection[str], *, at: datetime) -> int:
    """State how far each source is counted; gives how many were ever read. Run by one timer."""
    found = {source.topic: source.complete_to for source in await freshness(session, topics)}
    read = {topic: moment for topic, moment in found.items() if moment is not None}
    for topic, moment in read.items():
        event = WatermarkAdvanced(
            subject=str(uuid5(NAMESPACE_URL, f"talka:source:{topic}")),
            time=at,
            source_topic=topic,
            complete_to_at=moment,
            lag_seconds=max(0.0, (at - moment).total_seconds()),
        )
        await history.record(session, event, actor=SYSTEM)
    return len(read)


def complete_to(sources: Collection[Freshness]) -> datetime | None:
    """The moment up to which all sources are complete; none as long as one was never read."""
    moments = [source.complete_to for source in sources]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None
