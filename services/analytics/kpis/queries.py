"""What can be seen of figures: their present values, counted at the moment of asking."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.kpis.counts import who_visits_whom
from services.analytics.kpis.definitions import Kpi
from services.analytics.kpis.figures import Cell, Figure
from services.analytics.kpis.model import Restatement
from services.analytics.kpis.periods import Period

MOST_CORRECTIONS: Final = 100


async def figures_of(session: AsyncSession, kpi: Kpi, period: Period) -> list[Figure]:
    """The whole first, then associations and parts, in the order of their codes."""
    rows = await session.execute(kpi.counts(period))
    return [
        Figure(
            kpi=kpi.code,
            version=kpi.version,
            period=period.code,
            cell=Cell(association, part),
            numerator=numerator,
            denominator=denominator,
        )
        for association, part, numerator, denominator in rows
    ]


async def pairs_of(session: AsyncSession, kpi: Kpi, period: Period) -> list[Figure]:
    """The visits of K-01 by pair: the cell's association visited the one that is its part."""
    rows = await session.execute(who_visits_whom(period))
    return [
        Figure(kpi.code, kpi.version, period.code, Cell(visitor, host), Decimal(visits))
        for visitor, host, visits in rows
    ]


async def corrections_of(session: AsyncSession, kpi: Kpi) -> Sequence[Restatement]:
    """Values that were complete when they were reported and changed later, the newest first."""
    found = await session.scalars(
        select(Restatement)
        .where(Restatement.kpi_code == kpi.code)
        .order_by(Restatement.restated_at.desc(), Restatement.id.desc())
        .limit(MOST_CORRECTIONS)
    )
    return found.all()
