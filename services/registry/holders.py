"""The cluster or organisation that a declaration names as the holder of something."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import HolderKind, HolderPointer
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.clusters.pointing import cluster_pointed_at
from services.registry.organisations.queries import organisation_pointed_at

NO_ORGANISATION = mark("Your association has no such organisation. Look its number up.")


async def pointed_at(
    session: AsyncSession, actor: Actor, pointer: HolderPointer
) -> tuple[HolderKind, UUID]:
    """The kind and id of the holder, one of the actor's association.

    Raises:
        Invalid: the association has no such cluster or organisation.
    """
    if pointer.cluster is not None:
        cluster = await cluster_pointed_at(session, actor, pointer.cluster, at="/holder/cluster")
        return HolderKind.CLUSTER, cluster.id
    if pointer.organisation is not None:
        found = await organisation_pointed_at(session, actor.association, pointer.organisation)
        if found is not None:
            return HolderKind.ORGANISATION, found.id
    raise Invalid(NO_ORGANISATION, [Fault("/holder/organisation", "TLK-D045", NO_ORGANISATION)])
