"""What was said of figures before: corrections of values that were complete."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.kpis.definitions import Kpi
from services.analytics.kpis.model import Restatement

MOST_CORRECTIONS: Final = 100


async def corrections_of(session: AsyncSession, kpi: Kpi) -> Sequence[Restatement]:
    """Values that were complete when they were reported and changed later, the newest first."""
    found = await session.scalars(
        select(Restatement)
        .where(Restatement.kpi_code == kpi.code)
        .order_by(Restatement.restated_at.desc(), Restatement.id.desc())
        .limit(MOST_CORRECTIONS)
    )
    return found.all()
