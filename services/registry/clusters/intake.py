"""The door of declared clusters: HTTP, spreadsheets and Kafka all come through here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis.errors import Invalid
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.registry.clusters.declaring import declare_cluster

registry_intake: Final = Intake("registry")


@registry_intake.on(ClusterDeclared)
async def on_cluster_declared(
    session: AsyncSession, actor: Actor, declared: Received[ClusterDeclared]
) -> Sequence[UUID]:
    """Draft and submit a new cluster, or revise a known one."""
    cluster = declared.event
    try:
        return await declare_cluster(
            session, actor, profile=cluster.profile(), ref=cluster.ref, at=declared.written_at
        )
    except Invalid as refusal:  # pointers into the profile become pointers into the declaration
        faults = [replace(fault, pointer=f"/data{fault.pointer}") for fault in refusal.faults]
        raise Invalid(refusal.text, faults) from None
