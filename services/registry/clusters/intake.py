"""The door of declared clusters: HTTP, spreadsheets and Kafka all come through here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis.errors import DomainError, Invalid
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.registry.clusters.declaring import Declared, declare_clusters

registry_intake: Final = Intake("registry")


@registry_intake.on_many(ClusterDeclared)
async def on_clusters_declared(
    session: AsyncSession, declared: Sequence[tuple[Actor, Received[ClusterDeclared]]]
) -> Sequence[Sequence[UUID] | DomainError]:
    """Draft and submit new clusters, revise known ones."""
    profiles = [
        Declared(actor, each.event.profile(), each.event.ref, each.written_at, cause=each)
        for actor, each in declared
    ]
    outcomes = await declare_clusters(session, profiles)
    for refusal in outcomes:
        if isinstance(refusal, Invalid):  # pointers into the profile become those into the data
            refusal.faults = [replace(f, pointer=f"/data{f.pointer}") for f in refusal.faults]
    return outcomes
