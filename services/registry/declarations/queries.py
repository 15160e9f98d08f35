"""The declarations that the intake took, and what came of them.

A refused declaration leaves nothing behind: whoever posted it got every fault with the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, Text, Uuid, column, select, table, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.errors import NotFound
from services.chassis.faults import mark
from services.chassis.history import history
from services.chassis.identity import Actor
from services.chassis.paging import cursor_of, values_of
from services.registry.clusters.model import Cluster
from services.registry.staff.queries import names_of

INTAKE: Final = table(
    "intake",
    column("association", Text),
    column("source", Text),
    column("id", Text),
    column("type", Text),
    column("actor", Text),
    column("events", ARRAY(Uuid)),
    column("taken_at", DateTime(timezone=True)),
)


class DeclarationNotFound(NotFound):
    """Nothing was taken under this source and id."""

    code = "TLK-R060"
    title = "No such declaration"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One event that came of a declaration, and the cluster it is about."""

    event_id: UUID
    type: str
    time: datetime
    number: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One declaration that was taken; without consequences it changed nothing."""

    source: str
    id: str
    type: str
    poster: str
    taken_at: datetime
    consequences: Sequence[Consequence]


async def declarations_page(
    session: AsyncSession, actor: Actor, *, cursor: str | None, size: int
) -> tuple[Sequence[Taken], str | None]:
    """The newest declarations of the actor's association, and the cursor of those before."""
    keys = (INTAKE.c.taken_at, INTAKE.c.source, INTAKE.c.id)
    rows = (
        select(INTAKE)
        .where(taken_by(actor))
        .order_by(*(key.desc() for key in keys))
        .limit(size + 1)
    )
    if cursor is not None:
        rows = rows.where(tuple_(*keys) < tuple_(*values_of(cursor, datetime, str, str)))
    found = (await session.execute(rows)).all()
    more = len(found) > size
    shown = found[:size]
    last = shown[-1] if more else None
    following = cursor_of(last.taken_at, last.source, last.id) if last else None
    return await _told(session, shown), following


async def declaration_of(session: AsyncSession, actor: Actor, source: str, name: str) -> Taken:
    """The declaration that came from `source` under the id `name`.

    Raises:
        DeclarationNotFound: none was taken, or it is another association's.
    """
    row = select(INTAKE).where(taken_by(actor), INTAKE.c.source == source, INTAKE.c.id == name)
    found = (await session.execute(row)).all()
    if not found:
        raise DeclarationNotFound(
            mark("no declaration {id} of {source} was taken: look at the list"),
            id=name,
            source=source,
        )
    [taken] = await _told(session, found)
    return taken


def taken_by(actor: Actor) -> ColumnElement[bool]:
    """The declarations that are there for this actor: those of the own association."""
    return INTAKE.c.association == actor.association


async def _told(session: AsyncSession, rows: Sequence[Any]) -> Sequence[Taken]:
    names = await names_of(session, {row.actor for row in rows})
    events = {event for row in rows for event in row.events}
    consequences = await _consequences(session, events)
    return [
        Taken(
            source=row.source,
            id=row.id,
            type=row.type,
            poster=names.get(row.actor, row.actor),
            taken_at=row.taken_at,
            consequences=[consequences[event] for event in row.events if event in consequences],
        )
        for row in rows
    ]


async def _consequences(session: AsyncSession, events: set[UUID]) -> dict[UUID, Consequence]:
    facts = select(history).where(history.c.event_id.in_(events))
    found = (await session.execute(facts)).all()
    about = {UUID(row.subject) for row in found}
    named = select(Cluster.id, Cluster.number, Cluster.name).where(Cluster.id.in_(about))
    clusters = {str(row.id): row for row in await session.execute(named)}
    return {
        row.event_id: Consequence(
            event_id=row.event_id,
            type=row.type,
            time=row.time,
            number=clusters[row.subject].number if row.subject in clusters else None,
            name=clusters[row.subject].name if row.subject in clusters else None,
        )
        for row in found
    }
