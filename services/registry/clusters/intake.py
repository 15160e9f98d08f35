"""The door of declared clusters: HTTP, spreadsheets and Kafka all come through here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from contracts.declared.clusters import (
    ClusterEndDeclared,
    ConfirmationDeclared,
    RelocationDeclared,
)
from services.chassis.errors import DomainError, Invalid
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.registry.clusters.declaring import Declared, declare_clusters
from services.registry.clusters.ending import Ending, end, successors_named
from services.registry.clusters.moving import Move, confirm_on, relocate
from services.registry.clusters.pointing import own_cluster
from services.registry.pointing import in_data
from services.registry.taken import refuse_correction

registry_intake: Final = Intake("registry")


@registry_intake.on(ConfirmationDeclared)
async def on_confirmation_declared(
    session: AsyncSession, actor: Actor, declared: Received[ConfirmationDeclared]
) -> Sequence[UUID]:
    """Let the profile hold for another twelve months; a dormant one is public again by that."""
    stated = declared.event
    at = declared.written_at
    with in_data():
        refuse_correction(stated)
        cluster = await own_cluster(session, actor, stated.cluster)
        return await confirm_on(session, actor, cluster, on=stated.confirmed_day, at=at)


@registry_intake.on(RelocationDeclared)
async def on_relocation_declared(
    session: AsyncSession, actor: Actor, declared: Received[RelocationDeclared]
) -> Sequence[UUID]:
    """Let seat or operating place be elsewhere from a day on."""
    stated = declared.event
    with in_data():
        refuse_correction(stated)
        cluster = await own_cluster(session, actor, stated.cluster)
        move = Move(stated.kind, stated.place, stated.from_day)
        return await relocate(session, actor, cluster, move, at=declared.written_at)


@registry_intake.on(ClusterEndDeclared)
async def on_cluster_end_declared(
    session: AsyncSession, actor: Actor, declared: Received[ClusterEndDeclared]
) -> Sequence[UUID]:
    """Archive the cluster, and link those that carry on."""
    stated = declared.event
    with in_data():
        refuse_correction(stated)
        cluster = await own_cluster(session, actor, stated.cluster)
        successors = await successors_named(session, actor, stated.successors)
        ending = Ending(
            stated.reason, stated.ended_day, successors, stated.kind, stated.figures_rule
        )
        return await end(session, actor, cluster, ending, at=declared.written_at)


@registry_intake.on_many(ClusterDeclared)
async def on_clusters_declared(
    session: AsyncSession, declared: Sequence[tuple[Actor, Received[ClusterDeclared]]]
) -> Sequence[Sequence[UUID] | DomainError]:
    """Draft and submit new clusters, revise known ones."""
    profiles = [
        Declared(
            actor,
            each.event.profile(),
            each.event.ref,
            each.written_at,
            cause=each,
            corrects=each.event.corrects,
        )
        for actor, each in declared
    ]
    outcomes = await declare_clusters(session, profiles)
    for refusal in outcomes:
        if isinstance(refusal, Invalid):  # pointers into the profile become those into the data
            refusal.faults = [replace(f, pointer=f"/data{f.pointer}") for f in refusal.faults]
    return outcomes
