"""Finding one membership as far as somebody may see into its cluster."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.memberships.model import Membership
from services.registry.memberships.refusals import MembershipNotFound
from services.registry.organisations.model import Organisation


@dataclass(frozen=True, slots=True)
class Found:
    """One membership with both of its sides."""

    membership: Membership
    cluster: Cluster
    organisation: Organisation


async def membership_of(session: AsyncSession, actor: Actor, membership_id: UUID) -> Found:
    """A membership in a cluster that the actor may see into.

    Raises:
        MembershipNotFound: there is none for this actor.
    """
    rows = (
        select(Membership, Cluster, Organisation)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.id == membership_id, finding.visible_to(actor))
    )
    found = (await session.execute(rows)).one_or_none()
    if found is None or not finding.sees_inside(actor, found[1]):
        raise MembershipNotFound(mark("there is no such membership: look at the members again"))
    return Found(*found)


def must_see_members(actor: Actor, cluster: Cluster) -> None:
    """Let the actor pass who may know who the members are.

    Raises:
        NotAllowed: they are known to the cluster's own association only.
    """
    if not finding.sees_inside(actor, cluster):
        raise NotAllowed(
            mark("who its members are is known to {association} only; how many there are is open"),
            association=cluster.association,
        )
