"""The cluster or organisation that holds something: found by its name, and who may change that."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import HolderKind, HolderPointer
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.pointing import cluster_pointed_at
from services.registry.clusters.refusals import NotItsAdministrator
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


async def may_keep(
    session: AsyncSession, actor: Actor, kind: HolderKind, holder_id: UUID, *, of: str
) -> bool:
    """Whether the actor may say what this holder has: the back office, a cluster's administrators.

    `of` is the association that keeps it.
    """
    if kind is not HolderKind.CLUSTER or not actor.is_(CLUSTER_ADMIN, of=of):
        return actor.is_(BACK_OFFICE, of=of)
    return finding.may_keep(actor, await session.get_one(Cluster, holder_id))


async def must_keep(
    session: AsyncSession, actor: Actor, kind: HolderKind, holder_id: UUID, *, of: str
) -> None:
    """Let pass who may say what this holder has.

    Raises:
        NotAllowed: naming the role that may, and who can give it.
    """
    if await may_keep(session, actor, kind, holder_id, of=of):
        return
    if kind is not HolderKind.CLUSTER:
        actor.must_be(BACK_OFFICE, of=of)
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN, of=of)
    raise NotItsAdministrator
