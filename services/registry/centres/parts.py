"""The centres of a cluster, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.centres import queries, words
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part


async def centres_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """Which centres serve it, or have it as a twin."""
    shown = {"centres": await queries.centres_of(session, actor, cluster.id), "words": words}
    return Part("centres/of_cluster.html", shown)
