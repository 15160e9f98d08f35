"""The sites of a cluster, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part
from services.registry.sites import queries


async def sites_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """Where it can host, by name."""
    shown = {
        "sites": await queries.sites_of(session, actor, cluster.id),
        "may_declare": finding.may_keep(actor, cluster),
    }
    return Part("sites/of_cluster.html", shown)
