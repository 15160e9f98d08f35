"""The sites of a cluster, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part
from services.registry.sites import queries


async def sites_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """Where it can host, by name."""
    shown = {
        "sites": await queries.sites_of(session, actor, cluster.id),
        "may_declare": actor.is_(BACK_OFFICE, of=cluster.association),
    }
    return Part("sites/of_cluster.html", shown)
