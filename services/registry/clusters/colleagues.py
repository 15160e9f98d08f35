"""Whether somebody is left to decide on a cluster, beside who submitted and who last edited it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.associations.queries import today_for
from services.registry.clusters.acts import needs_colleague
from services.registry.clusters.model import Cluster
from services.registry.staff.queries import is_somebody_else_in_back_office


async def nobody_decides(
    session: AsyncSession, actor: Actor, cluster: Cluster, *, at: datetime
) -> bool:
    """Whether a colleague has to decide, and the back office has none who may."""
    if not needs_colleague(actor, cluster):
        return False
    return not await is_somebody_else_in_back_office(
        session,
        cluster.association,
        besides={each for each in (cluster.submitted_by, cluster.edited_by) if each},
        vetted=cluster.dual_use,
        on=await today_for(session, actor, at=at),
    )
