"""The door of declared clusters: HTTP, spreadsheets and Kafka all come through here."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis import clock
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.registry.clusters.declaring import TAKEN, declare_cluster

registry_intake: Final = Intake("registry")


@registry_intake.on(ClusterDeclared)
async def on_cluster_declared(
    session: AsyncSession, actor: Actor, declared: Received[ClusterDeclared]
) -> Sequence[UUID]:
    """Draft and submit a new cluster, or revise a known one."""
    cluster = declared.event
    try:
        events = await declare_cluster(
            session, actor, profile=cluster.profile(), ref=cluster.ref, at=clock.now()
        )
        await session.flush()
    except IntegrityError as fault:
        if "clusters_legal_id" not in str(fault.orig):
            raise
        # another association declared it at the same moment
        text = mark("please correct the fields named below")
        raise Invalid(text, [Fault("/legal_id", "TLK-D021", TAKEN, rule="V-8")]) from None
    return events
