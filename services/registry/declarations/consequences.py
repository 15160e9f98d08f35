"""The events that came of declarations, and what they are about, as far as the reader may know."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.history import history
from services.chassis.identity import Actor
from services.registry.declarations.model import Consequence
from services.registry.declarations.things import things_of

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
    things = await things_of(session, actor, {(row.topic, row.subject) for row in rows})
    return {
        row.event_id: Consequence(
            event_id=row.event_id, type=row.type, time=row.time, about=things.get(row.subject)
        )
        for row in rows
    }
