"""Which declarations stand behind what depends on another one: they are withdrawn before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.withdrawals import WithdrawalDeclared
from services.chassis.history import history as facts
from services.registry.declarations.standing import taken_back
from services.registry.taken import INTAKE


@dataclass(frozen=True, slots=True)
class Found:
    """A later fact, or a thing that a cluster holds; `declaration` is its source and id."""

    topic: str
    subject: str
    type: str = ""
    event_id: UUID | None = None
    declaration: tuple[str, str] | None = None


async def with_declarations(
    session: AsyncSession, association: str, found: Sequence[Found]
) -> list[Found]:
    """The same, each with its declaration if the association posted one that still stands.

    Of a thing that is held it is the last one, with the event by which a program names it.
    """
    known = or_(
        facts.c.event_id.in_([each.event_id for each in found if each.event_id]),
        facts.c.subject.in_([each.subject for each in found if not each.event_id]),
    )
    columns = (facts.c.event_id, facts.c.subject, facts.c.type)
    rows = await session.execute(select(*columns).where(known).order_by(facts.c.position))
    events = {row.event_id: row for row in rows}
    posted = await _posted(session, association, list(events))
    last = {row.subject: row for event, row in events.items() if event in posted}
    return [
        replace(each, declaration=posted.get(each.event_id))
        if each.event_id
        else _declared(each, last[each.subject], posted)
        if each.subject in last
        else each
        for each in found
    ]


def _declared(held: Found, fact: Any, posted: Mapping[UUID, tuple[str, str]]) -> Found:
    declaration = posted[fact.event_id]
    return replace(held, type=fact.type, event_id=fact.event_id, declaration=declaration)


async def _posted(
    session: AsyncSession, association: str, events: Sequence[UUID]
) -> dict[UUID, tuple[str, str]]:
    """Source and id of the declarations that brought these events and were not taken back."""
    rows = select(INTAKE.c.source, INTAKE.c.id, INTAKE.c.events).where(
        INTAKE.c.association == association,
        INTAKE.c.type != WithdrawalDeclared.type,
        INTAKE.c.events.overlap(cast(events, ARRAY(Uuid))),
        ~taken_back(INTAKE),
    )
    found = await session.execute(rows)
    return {event: (row.source, row.id) for row in found for event in row.events}
