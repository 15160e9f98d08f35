"""What the system does with figures: announce definitions, report values that changed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.analytics import FigureComputed, FigureRestated, KpiDefined
from services.analytics.facts.model import TouchedDay
from services.analytics.facts.seats import days_at
from services.analytics.facts.watermarks import complete_to, freshness
from services.analytics.kpis.counting import figures_of
from services.analytics.kpis.definitions import KPIS, Kpi
from services.analytics.kpis.figures import Cell, Figure
from services.analytics.kpis.model import Definition, ReportedFigure, Restatement
from services.analytics.kpis.periods import Period, PeriodKind, period_of, periods_between
from services.chassis import history
from services.chassis.database import upsert
from services.chassis.identity import SYSTEM
from services.chassis.ui.i18n import Catalogues, Word

LATE_FACT: Final = "late_fact"  # the source said it after the figure was complete


async def define_kpis(session: AsyncSession, *, catalogues: Catalogues, at: datetime) -> int:
    """Announce every version of a definition that nobody has announced yet."""
    rows = await session.execute(select(Definition.code, Definition.version))
    known = {(code, version) for code, version in rows}
    new = [kpi for kpi in KPIS.values() if (kpi.code, kpi.version) not in known]
    for kpi in new:
        session.add(Definition(code=kpi.code, version=kpi.version, defined_at=at))
        await history.record(session, _defined(kpi, catalogues, at), actor=SYSTEM)
    return len(new)


def _defined(kpi: Kpi, catalogues: Catalogues, at: datetime) -> KpiDefined:
    def texts(word: Word) -> dict[str, str]:
        return {
            language: catalogues.translator(language).word(word)
            for language in catalogues.languages
        }

    return KpiDefined(
        subject=str(uuid5(NAMESPACE_URL, f"talka:kpi:{kpi.code}")),
        time=at,
        code=kpi.code,
        version=kpi.version,
        titles=texts(kpi.title),
        definition=texts(kpi.definition),
        source_types=tuple(sorted(source.type for source in kpi.sources)),
        attribution=kpi.attribution,
        exclusions=tuple(word.text for word in kpi.exclusions),
        from_day=kpi.from_day,
    )


async def report_figures(session: AsyncSession, *, at: datetime) -> int:
    """Report every value that changed since the last run; gives how many.

    Counted again is every period from the earliest day that a fact touched, or the month that has
    just begun. Nothing is reported before all sources of all figures have been read once.
    """
    watermarks = {kpi.code: await _watermark(session, kpi) for kpi in KPIS.values()}
    read = {code: moment for code, moment in watermarks.items() if moment is not None}
    if len(read) < len(KPIS):
        return 0
    touched = (await session.scalars(delete(TouchedDay).returning(TouchedDay.day))).all()
    changed = 0
    _, today = await days_at(session, at)  # a month begins where it begins first
    for period in await _to_count(session, touched, today=today):
        for kpi in KPIS.values():
            changed += await _report(session, kpi, period, watermark=read[kpi.code], at=at)
    earliest, _ = await days_at(session, min(read.values()))  # and ends where it ends last
    await session.execute(
        update(ReportedFigure)
        .where(~ReportedFigure.complete, ReportedFigure.period_last < earliest)
        .values(complete=True)
    )
    return changed


async def _watermark(session: AsyncSession, kpi: Kpi) -> datetime | None:
    return complete_to(await freshness(session, kpi.source_topics))


async def _to_count(
    session: AsyncSession, touched: Sequence[date], *, today: date
) -> Iterable[Period]:
    month = period_of(PeriodKind.MONTH, today)
    begun = await session.scalar(select(func.count()).where(ReportedFigure.period == month.code))
    days = [*touched, *([] if begun else [today])]
    return periods_between(min(days), max(*days, today)) if days else ()


async def _report(
    session: AsyncSession, kpi: Kpi, period: Period, *, watermark: datetime, at: datetime
) -> int:
    reported = await session.scalars(
        select(ReportedFigure).where(
            ReportedFigure.kpi_code == kpi.code,
            ReportedFigure.kpi_version == kpi.version,
            ReportedFigure.period == period.code,
        )
    )
    former = {row.id: row for row in reported}
    figures = {figure.id: figure for figure in await figures_of(session, kpi, period)}
    for identifier in former.keys() - figures.keys():  # the last fact of the cell is gone
        figures[identifier] = _nothing(kpi, former[identifier])
    changed = [
        figures[identifier]
        for identifier in sorted(figures)
        if not _same(former.get(identifier), figures[identifier])
    ]
    for figure in changed:
        event = _event(kpi, figure, former.get(figure.id), watermark=watermark, at=at)
        await history.record(session, event, actor=SYSTEM)
        if isinstance(event, FigureRestated):
            session.add(_restatement(figure, former[figure.id], at))
    if changed:
        rows = [_row(figure, period, watermark, former.get(figure.id)) for figure in changed]
        await upsert(session, ReportedFigure, rows)
    return len(changed)


def _nothing(kpi: Kpi, row: ReportedFigure) -> Figure:
    return Figure(
        kpi=row.kpi_code,
        version=row.kpi_version,
        period=row.period,
        cell=Cell(row.association, row.part),
        numerator=Decimal(0),
        denominator=Decimal(0) if kpi.is_share else None,
    )


def _same(row: ReportedFigure | None, figure: Figure) -> bool:
    if row is None:
        return False
    return (row.numerator, row.denominator) == (figure.numerator, figure.denominator)


def _event(
    kpi: Kpi, figure: Figure, former: ReportedFigure | None, *, watermark: datetime, at: datetime
) -> FigureComputed | FigureRestated:
    computed = FigureComputed(
        subject=str(figure.id),
        time=at,
        kpi_code=figure.kpi,
        kpi_version=figure.version,
        period=figure.period,
        cell=figure.cell.dimensions(kpi.part_name),
        value=_float(figure.value),
        numerator=_float(figure.numerator) if kpi.is_share else None,
        denominator=_float(figure.denominator),
        watermark_at=watermark,
    )
    if former is None or not former.complete:
        return computed
    return FigureRestated(
        **dict(computed),
        former=_float(former.value),
        reasons=(LATE_FACT,),
    )


def _restatement(figure: Figure, former: ReportedFigure, at: datetime) -> Restatement:
    return Restatement(
        figure_id=figure.id,
        kpi_code=figure.kpi,
        period=figure.period,
        association=figure.cell.association,
        part=figure.cell.part,
        former=former.value,
        value=figure.value,
        restated_at=at,
    )


def _float(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)


def _row(
    figure: Figure, period: Period, watermark: datetime, former: ReportedFigure | None
) -> dict[str, Any]:
    identifier: UUID = figure.id
    return {
        "id": identifier,
        "kpi_code": figure.kpi,
        "kpi_version": figure.version,
        "period": figure.period,
        "period_first": period.first,
        "period_last": period.last,
        "association": figure.cell.association,
        "part": figure.cell.part,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "watermark_at": watermark,
        "complete": former is not None and former.complete,
    }
