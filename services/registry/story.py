"""What happened to one thing, told from its history: who, when, what changed.

Names of people are told to those who may know them; everybody else reads the association's code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.registry.staff.queries import names_of


class Told(BaseModel):
    """One fact of the history; `actor` and `name` are for the association that keeps the thing."""

    id: UUID
    sequence: int
    type: str
    time: datetime
    association: str
    actor: str | None = None
    name: str | None = None
    data: dict[str, Any]


async def story_of(session: AsyncSession, subject: UUID, *, inside: bool) -> Sequence[Told]:
    """The facts of one thing that the actor may read, the newest first.

    Only whoever is `inside` reads who did it.
    """
    rows = await history.rows_of(session, str(subject))
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
