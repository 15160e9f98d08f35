"""What a cluster offers and looks for, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part
from services.registry.offers import queries, words


async def offers_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """What is open and not anonymous to the reader."""
    shown = {
        "offers": await queries.offers_of(session, actor, cluster.id),
        "words": words,
        "may_declare": finding.may_keep(actor, cluster),
    }
    return Part("offers/of_cluster.html", shown)
