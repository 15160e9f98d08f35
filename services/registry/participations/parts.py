"""The participations of a cluster, for its page."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.reference.programmes import programmes
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.parts import Part
from services.registry.participations import queries, words


async def participations_of_cluster(session: AsyncSession, actor: Actor, cluster: Cluster) -> Part:
    """In which programmes it takes or took part, the newest first."""
    shown = {
        "participations": await queries.participations_of(session, actor, cluster.id),
        "programmes": programmes(),
        "words": words,
        "may_declare": actor.is_(BACK_OFFICE, of=cluster.association),
    }
    return Part("participations/of_cluster.html", shown)
