"""Figures for systems: the same values, cells and watermarks as on the pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from contracts.vocabulary import PlaceKind
from services.analytics.dashboards.queries import Counted, count_all, count_by_region
from services.analytics.facts.rows import local_day
from services.analytics.kpis.definitions import KPIS, Kpi
from services.analytics.kpis.figures import Figure
from services.analytics.kpis.periods import Period, PeriodKind, period, period_of
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction

router = Router(prefix="/analytics/v1", tags=["figures"])


class CellOut(BaseModel):
    """One cell. A share has numerator and denominator; `hidden` cells hold fewer than five."""

    cell: dict[str, str]
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    hidden: bool = False


class RegionsOut(BaseModel):
    """A figure by region: each cluster at its `seat`, or where it works, `operating`.

    Cells name `association` and `region`: NUTS level 2 or an oblast, empty if it is not known.
    """

    basis: PlaceKind
    cells: list[CellOut]


class FigureOut(BaseModel):
    """One figure by the rule of this version, complete up to `watermark_at`.

    Where it is told by region, it is on both bases.
    """

    code: str
    version: int
    title: str
    watermark_at: datetime | None
    late: bool
    cells: list[CellOut]
    by_region: list[RegionsOut]


class FiguresOut(BaseModel):
    """All figures of one period; dates are local dates at the host, both ends included."""

    period: str
    first: date
    last: date
    figures: list[FigureOut]


@router.get("/figures")
async def figures(
    request: Request,
    session: Transaction,
    actor: Acting,
    code: Annotated[
        str | None,
        Query(
            alias="period",
            description="2027-03, 2027-Q1, 2027, season-2026 or programme; else this season",
        ),
    ] = None,
) -> FiguresOut:
    """All figures of a period, counted now, by association, part and region."""
    today = local_day(clock.now(), request.state.t.zone)
    asked = period(code) if code else period_of(PeriodKind.SEASON, today)
    regions = {kpi.code: await count_by_region(session, actor, kpi, asked) for kpi in KPIS.values()}
    return _out(asked, await count_all(session, actor, asked), regions)


def _out(
    asked: Period,
    counted: list[Counted],
    regions: Mapping[str, Mapping[PlaceKind, Sequence[Figure]]],
) -> FiguresOut:
    return FiguresOut(
        period=asked.code,
        first=asked.first,
        last=asked.last,
        figures=[
            FigureOut(
                code=one.kpi.code,
                version=one.kpi.version,
                title=one.kpi.title.text,
                watermark_at=one.watermark_at,
                late=one.late,
                cells=_cells(one.kpi, one.figures, one.kpi.part_name),
                by_region=[
                    RegionsOut(basis=basis, cells=_cells(one.kpi, figures, "region"))
                    for basis, figures in regions[one.kpi.code].items()
                ],
            )
            for one in counted
        ],
    )


def _cells(kpi: Kpi, figures: Sequence[Figure], part_name: str) -> list[CellOut]:
    return [
        CellOut(cell=figure.cell.dimensions(part_name), value=None, hidden=True)
        if figure.hidden
        else CellOut(
            cell=figure.cell.dimensions(part_name),
            value=None if figure.value is None else float(figure.value),
            numerator=float(figure.numerator) if kpi.is_share else None,
            denominator=None if figure.denominator is None else float(figure.denominator),
        )
        for figure in figures
    ]
