"""What became of declarations that were taken: the subjects of their events, to correct them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, cast, column, or_, select, table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import Declaration
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.history import history

COMMON: Final = ("association", "source", "id", "type", "way", "actor")
INTAKE: Final = table(
    "intake",
    *(column(name, Text) for name in COMMON),
    column("data", LargeBinary),
    column("puts_right", Uuid),
    column("events", ARRAY(Uuid)),
    column("taken_at", DateTime(timezone=True)),
)
NOT_OF_THIS_KIND: Final = mark("Your association posted nothing of this kind under this event id.")
NO_CORRECTION: Final = mark("This kind is not corrected. Leave this out, and post what is right.")


@dataclass(frozen=True, slots=True)
class Produced:
    """One event that came of a declaration; `named` is what the declaration is called by."""

    named: UUID
    declaration: str  # the type of the declaration
    event_id: UUID
    type: str
    subject: UUID
    sequence: int


async def produced_by(
    session: AsyncSession, association: str, declarations: Collection[UUID]
) -> list[Produced]:
    """The events of an association's declarations, named by their own id or by one of their events.

    Of those that changed nothing, or are not the association's, there is none.
    """
    if not declarations:
        return []
    ids = sorted(declarations)
    named = or_(
        INTAKE.c.id.in_([str(each) for each in ids]),
        INTAKE.c.events.overlap(cast(ids, ARRAY(Uuid))),
    )
    rows = select(INTAKE).where(INTAKE.c.association == association, named)
    taken = (await session.execute(rows)).all()
    events = [event for row in taken for event in row.events]
    facts = select(history).where(history.c.event_id.in_(events)).order_by(history.c.position)
    found = {row.event_id: row for row in await session.execute(facts)}
    return [
        Produced(
            named=name,
            declaration=row.type,
            event_id=event,
            type=found[event].type,
            subject=UUID(found[event].subject),
            sequence=found[event].sequence,
        )
        for row in taken
        for name in ids
        if row.id == str(name) or name in row.events
        for event in row.events
        if event in found
    ]


async def corrected(
    session: AsyncSession, association: str, declared: Declaration, aggregate: str
) -> UUID | None:
    """The id of the thing that the corrected declaration was about; None when none is corrected.

    Raises:
        Invalid: the association declared no such thing by that.
    """
    if declared.corrects is None:
        return None
    for each in await produced_by(session, association, {declared.corrects}):
        if each.type.startswith(f"talka.registry.{aggregate}."):
            return each.subject
    raise Invalid(NOT_OF_THIS_KIND, [Fault("/corrects", "TLK-D183", NOT_OF_THIS_KIND)])


def refuse_correction(declared: Declaration) -> None:
    """Let a declaration pass that is right from its day on, whatever was said before.

    Raises:
        Invalid: it names one that it corrects.
    """
    if declared.corrects is not None:
        raise Invalid(NO_CORRECTION, [Fault("/corrects", "TLK-D184", NO_CORRECTION)])
