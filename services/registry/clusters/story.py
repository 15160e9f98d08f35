"""What happened to a cluster, told from its history to whoever may see it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.story import Told, story_of


async def of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Sequence[Told]:
    """The facts of one cluster that the actor may read, the newest first."""
    return await story_of(session, cluster.id, inside=finding.sees_inside(actor, cluster))
