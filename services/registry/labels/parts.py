"""The labels of a cluster, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part
from services.registry.labels import queries, words


async def labels_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """What it holds and held, the newest first."""
    shown = {
        "labels": await queries.labels_of(session, actor, cluster.id),
        "words": words,
        "may_declare": actor.is_(BACK_OFFICE, of=cluster.association),
    }
    return Part("labels/of_cluster.html", shown)
