"""What can be seen of figures: their present values, counted at the moment of asking."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.kpis.counts import who_visits_whom
from services.analytics.kpis.definitions import Kpi
from services.analytics.kpis.figures import WHOLE, Cell, Figure
from services.analytics.kpis.periods import Period


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


async def whole_of(session: AsyncSession, kpi: Kpi, period: Period) -> Figure:
    """The figure over all associations."""
    found = await figures_of(session, kpi, period)
    return next(figure for figure in found if figure.cell == WHOLE)


async def pairs_of(session: AsyncSession, period: Period) -> dict[tuple[str, str], int]:
    """Completed visits by (visiting, host) association."""
    rows = await session.execute(who_visits_whom(period))
    return {(visitor, host): visits for visitor, host, visits in rows}
