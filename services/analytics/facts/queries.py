"""What is read of facts: zones of visits, and up to which moment each source is complete."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.facts.model import VisitFact


async def zones_of(session: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, str]:
    """The host's zone of each visit."""
    found = await session.execute(
        select(VisitFact.visit_id, VisitFact.host_zone).where(
            VisitFact.visit_id.in_(sorted(visit_ids))
        )
    )
    return dict(found.all())
