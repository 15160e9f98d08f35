"""The events that came of declarations, and what they are about, as far as the reader may know."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.history import history
from services.chassis.identity import Actor
from services.registry.declarations.model import Consequence, First
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
) -> First[Consequence]:
    """What came after these events about the same things, oldest first."""
    own = select(history.c.subject, history.c.sequence).where(history.c.event_id.in_(events))
    last: dict[str, int] = {}
    for subject, sequence in await session.execute(own):
        last[subject] = max(sequence, last.get(subject, 0))
    after = (
        and_(history.c.subject == subject, history.c.sequence > sequence)
        for subject, sequence in last.items()
    )
    later = (
        select(history, func.count().over().label("among"))
        .where(or_(false(), *after))
        .order_by(history.c.position)
        .limit(MOST_LATER)
    )
    rows = (await session.execute(later)).all()
    found = list((await _told(session, actor, rows)).values())
    return First(found, rows[0].among - len(found) if rows else 0)


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
