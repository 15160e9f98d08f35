"""Finding one cluster as far as somebody may see it; what they may not see is not there.

Others' profiles are there only while they are public, dual-use ones, also of the own association,
only for vetted people (R-14).
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import ClusterNotFound, NotItsAdministrator
from services.registry.clusters.states import PUBLIC


async def cluster_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Cluster:
    """The cluster of that number (`CL-1091`) or id, as far as the actor may see it.

    `for_update` locks its row, and reads it again if it was read before.

    Raises:
        ClusterNotFound: there is none, or none for this actor.
    """
    query = select(Cluster).where(_named(key), visible_to(actor))
    if for_update:
        # not the key: whoever only points at the row, as the look at web pages does, may go on
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    cluster = (await session.scalars(query)).one_or_none()
    if cluster is None:
        raise ClusterNotFound(
            mark("no cluster {key} is here for you: search for it by its name"), key=key
        )
    return cluster


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The clusters that are there for this actor."""
    public: ColumnElement[bool] = Cluster.state.in_(PUBLIC)
    own = Cluster.association == actor.association
    seen = or_(own, true() if actor.reads_across else public)
    return seen if actor.is_vetted else and_(seen, ~Cluster.dual_use)


def is_hidden(actor: Actor, cluster: Cluster) -> bool:
    """Whether it is dual use and the actor is not vetted: they are told nothing of it (R-14)."""
    return cluster.dual_use and not actor.is_vetted


def sees_inside(actor: Actor, cluster: Cluster) -> bool:
    """Whether the actor may see what is not public of it: revisions, reasons, notes, names."""
    return actor.association == cluster.association or actor.reads_across


def may_keep(actor: Actor, cluster: Cluster) -> bool:
    """Whether the actor may edit, submit and confirm it: its back office, its administrators."""
    if actor.is_(BACK_OFFICE, of=cluster.association):
        return True
    own = actor.id in {f"staff:{each}" for each in cluster.administrators}
    return own and actor.is_(CLUSTER_ADMIN, of=cluster.association)


def must_keep(actor: Actor, cluster: Cluster) -> None:
    """Let the actor pass who may edit, submit and confirm the cluster.

    Raises:
        NotAllowed: naming the role that may, and who can give it.
    """
    if may_keep(actor, cluster):
        return
    if actor.is_(CLUSTER_ADMIN, of=cluster.association):
        raise NotItsAdministrator
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN, of=cluster.association)


def _named(key: str) -> ColumnElement[bool]:
    try:
        return Cluster.id == UUID(key)
    except ValueError:
        return Cluster.number == key.strip().upper()
