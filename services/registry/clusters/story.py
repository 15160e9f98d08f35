"""What happened to a cluster, told from its history: who, when, what changed.

Names of people are told to those who may know them; everybody else reads the association's code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.staff.queries import names_of


class Told(BaseModel):
    """One fact of the history; `actor` and `name` are for the cluster's own association."""

    id: UUID
    sequence: int
    type: str
    time: datetime
    association: str
    actor: str | None = None
    name: str | None = None
    data: dict[str, Any]


async def of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Sequence[Told]:
    """The facts of one cluster that the actor may read, the newest first."""
    rows = await history.rows_of(session, str(cluster.id))
    inside = finding.sees_inside(actor, cluster)
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
