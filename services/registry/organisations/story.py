"""What happened to an organisation, told from its history: who, when, what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import Actor
from services.registry.organisations.model import Organisation
from services.registry.staff.queries import names_of


class Told(BaseModel):
    """One fact of the history; `actor` and `name` are for the association that keeps it."""

    id: UUID
    sequence: int
    type: str
    time: datetime
    association: str
    actor: str | None = None
    name: str | None = None
    data: dict[str, Any]


async def of_organisation(
    session: AsyncSession, actor: Actor, organisation: Organisation
) -> Sequence[Told]:
    """The facts of one organisation that the actor may read, the newest first."""
    rows = await history.rows_of(session, str(organisation.id))
    inside = actor.association == organisation.association or actor.reads_across
    names = await names_of(session, {row["actor"] for row in rows}) if inside else {}
    return [
        Told(
            id=row["event_id"],
            sequence=row["sequence"],
            type=row["type"],
            time=row["time"],
            association=row["association"],
            actor=row["actor"] if inside else None,
            name=names.get(row["actor"]),
            data=history.event_of(row).model_dump(mode="json"),
        )
        for row in reversed(rows)
    ]
