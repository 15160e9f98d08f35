"""Counts figures at the moment of asking: a rule's select, read as figures."""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import PlaceKind
from services.analytics.kpis.counts import who_visits_whom
from services.analytics.kpis.definitions import Kpi
from services.analytics.kpis.figures import Cell, Figure
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


async def pairs_of(session: AsyncSession, kpi: Kpi, period: Period) -> list[Figure]:
    """The visits of K-01 by pair: the cell's association visited the one that is its part."""
    rows = await session.execute(who_visits_whom(period))
    return [
        Figure(kpi.code, kpi.version, period.code, Cell(visitor, host), Decimal(visits))
        for visitor, host, visits in rows
    ]


async def regions_of(
    session: AsyncSession, kpi: Kpi, period: Period, basis: PlaceKind
) -> list[Figure]:
    """The figure by region of that basis, each as a part of its association; "" if unknown."""
    if kpi.by_region is None:
        return []
    rows = await session.execute(kpi.by_region(period, basis))
    return [
        Figure(kpi.code, kpi.version, period.code, Cell(association, region or ""), Decimal(number))
        for association, region, number in rows
    ]
