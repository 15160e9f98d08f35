"""What the pages and the interface show: figures of a period beside those of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import PlaceKind
from services.analytics.facts.model import Fate, SessionFact, VisitFact
from services.analytics.facts.watermarks import Freshness, complete_to, freshness
from services.analytics.kpis.counting import figures_of, regions_of
from services.analytics.kpis.counts import clusters, invitations, stays, visits
from services.analytics.kpis.definitions import KPIS, SOURCES, Kpi
from services.analytics.kpis.figures import WHOLE, Cell, Figure, for_outsiders
from services.analytics.kpis.periods import Period
from services.chassis.identity import ACROSS, Actor


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure in one period, all its cells, with what it was in the period before."""

    kpi: Kpi
    figures: Sequence[Figure]
    before: Figure | None
    sources: Sequence[Freshness]

    @property
    def whole(self) -> Figure:
        """The figure over all associations."""
        return next(figure for figure in self.figures if figure.cell == WHOLE)

    @property
    def watermark_at(self) -> datetime | None:
        """Up to which moment everything is counted; none before the sources were first read."""
        return complete_to(self.sources)

    @property
    def late(self) -> bool:
        """Whether a source is behind."""
        return any(source.late for source in self.sources)

    @property
    def associations(self) -> list[str | None]:
        """All together first, then each association behind which anything stands."""
        known = {figure.cell.association for figure in self.figures}
        return [None, *sorted(one for one in known if one is not None)]

    def at(self, association: str | None = None, part: str | None = None) -> Figure | None:
        """The figure of one cell, if anything stands behind it."""
        cell = Cell(association, part)
        return next((figure for figure in self.figures if figure.cell == cell), None)


def is_outsider(actor: Actor) -> bool:
    """Whether small cells are hidden: of no association, and not the support office."""
    return actor.association == ACROSS and not actor.reads_across


async def count(session: AsyncSession, actor: Actor, kpi: Kpi, period: Period) -> Counted:
    """Count one figure now, as this reader may see it."""
    return await _count(session, actor, kpi, period, await freshness(session, kpi.source_topics))


async def count_all(session: AsyncSession, actor: Actor, period: Period) -> list[Counted]:
    """All figures, in the order of their codes."""
    sources = await freshness(session, SOURCES)
    return [await _count(session, actor, kpi, period, sources) for kpi in KPIS.values()]


async def _count(
    session: AsyncSession,
    actor: Actor,
    kpi: Kpi,
    period: Period,
    sources: Sequence[Freshness],
) -> Counted:
    figures = await figures_of(session, kpi, period)
    before = await figures_of(session, kpi, period.previous) if period.previous else []
    return Counted(
        kpi=kpi,
        figures=for_outsiders(figures) if is_outsider(actor) else figures,
        before=next((figure for figure in before if figure.cell == WHOLE), None),
        sources=[source for source in sources if source.topic in kpi.source_topics],
    )


async def count_by_region(
    session: AsyncSession, actor: Actor, kpi: Kpi, period: Period
) -> dict[PlaceKind, Sequence[Figure]]:
    """The figure by region on either basis, as this reader may see it; empty if it has no regions.

    Those whose region is not known come last.
    """
    if kpi.by_region is None:
        return {}
    found: dict[PlaceKind, Sequence[Figure]] = {}
    for basis in PlaceKind:
        figures = await regions_of(session, kpi, period, basis)
        found[basis] = for_outsiders(figures) if is_outsider(actor) else figures
    return found


async def first_day(session: AsyncSession) -> date | None:
    """The date of the first fact that any figure counts."""
    days = (
        select(func.min(visits.c.ended_on).label("day"))
        .union_all(
            select(func.min(stays.c.day)),
            select(func.min(invitations.c.invited_on)),
            select(func.min(clusters.c.from_on)),
        )
        .subquery()
    )
    first: date | None = await session.scalar(select(func.min(days.c.day)))
    return first


async def next_visit_on(session: AsyncSession, today: date) -> date | None:
    """When the next visit begins of those that the reader may see."""
    return await session.scalar(
        select(func.min(SessionFact.held_on))
        .join(VisitFact, VisitFact.visit_id == SessionFact.visit_id)
        .where(SessionFact.held_on >= today, ~SessionFact.dropped, VisitFact.fate == Fate.OPEN)
    )
