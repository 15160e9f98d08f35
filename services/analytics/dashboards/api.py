"""Figures for systems: the same values, cells and watermarks as on the pages."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from services.analytics.dashboards.queries import Counted, count_all
from services.analytics.facts.rows import local_day
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


class FigureOut(BaseModel):
    """One figure by the rule of this version, complete up to `watermark_at`."""

    code: str
    version: int
    title: str
    watermark_at: datetime | None
    late: bool
    cells: list[CellOut]


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
    """All figures of a period, counted now, by association and part."""
    today = local_day(clock.now(), request.state.t.zone)
    asked = period(code) if code else period_of(PeriodKind.SEASON, today)
    return _out(asked, await count_all(session, actor, asked))


def _out(asked: Period, counted: list[Counted]) -> FiguresOut:
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
                cells=_cells(one),
            )
            for one in counted
        ],
    )


def _cells(counted: Counted) -> list[CellOut]:
    return [
        CellOut(cell=figure.cell.dimensions(counted.kpi.part_name), value=None, hidden=True)
        if figure.hidden
        else CellOut(
            cell=figure.cell.dimensions(counted.kpi.part_name),
            value=None if figure.value is None else float(figure.value),
            numerator=float(figure.numerator) if counted.kpi.is_share else None,
            denominator=None if figure.denominator is None else float(figure.denominator),
        )
        for figure in counted.figures
    ]
