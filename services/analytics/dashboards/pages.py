"""Pages of figures: at a glance, one figure, how all are counted, the streams."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.analytics import VisitCounted
from contracts.released import example_text
from contracts.vocabulary import COUNTRIES, PlaceKind
from services.analytics.dashboards import words
from services.analytics.dashboards.charts import Bars, bars, shades
from services.analytics.dashboards.queries import (
    Counted,
    count,
    count_all,
    count_by_region,
    first_day,
    is_outsider,
    next_visit_on,
)
from services.analytics.facts.rows import local_day
from services.analytics.facts.watermarks import freshness
from services.analytics.kpis.counting import pairs_of
from services.analytics.kpis.definitions import KPIS, OWNER, SOURCES, Kpi, kpi_of
from services.analytics.kpis.figures import Cell, Figure, for_outsiders
from services.analytics.kpis.periods import (
    Period,
    PeriodKind,
    period,
    period_of,
    periods_between,
)
from services.analytics.kpis.queries import corrections_of
from services.chassis import clock
from services.chassis.http import PageActor, Transaction
from services.chassis.ui.i18n import Translator
from services.chassis.ui.render import render

router = APIRouter(prefix="/analytics", include_in_schema=False)

FIRST_FIGURE: Final = "K-01"
Asked = Annotated[str | None, Query(alias="period", max_length=20)]
ZERO: Final = Decimal(0)


@router.get("/")
async def glance(
    request: Request,
    session: Transaction,
    actor: PageActor,
    asked: Asked = None,
    figure: str = FIRST_FIGURE,
) -> Response:
    t: Translator = request.state.t
    today = local_day(clock.now(), t.zone)
    chosen = _chosen(asked, today)
    counted = await count_all(session, actor, chosen)
    shown = next(one for one in counted if one.kpi is kpi_of(figure))
    pairs = await pairs_of(session, kpi_of(FIRST_FIGURE), chosen)
    return render(
        request,
        "dashboards/glance.html",
        chosen=chosen,
        period_options=await _period_options(session, t, chosen, today),
        counted=counted,
        shown=shown,
        chart=_chart(t, shown),
        matrix=_matrix(for_outsiders(pairs) if is_outsider(actor) else pairs),
        as_of=min((one.watermark_at for one in counted if one.watermark_at), default=None),
        next_visit_on=await next_visit_on(session, today),
        **_words(t),
    )


@router.get("/figures/{code}")
async def one_figure(
    *,
    request: Request,
    session: Transaction,
    actor: PageActor,
    code: str,
    asked: Asked = None,
    basis: str = "",
) -> Response:
    t: Translator = request.state.t
    today = local_day(clock.now(), t.zone)
    kpi, chosen = kpi_of(code), _chosen(asked, today)
    by = PlaceKind(basis) if basis in set(PlaceKind) else PlaceKind.SEAT
    regions = await count_by_region(session, actor, kpi, chosen)
    return render(
        request,
        "dashboards/figure.html",
        chosen=chosen,
        period_options=await _period_options(session, t, chosen, today),
        one=await count(session, actor, kpi, chosen),
        corrections=[] if is_outsider(actor) else await corrections_of(session, kpi),
        period=period,
        owner=OWNER,
        basis=by,
        bases=words.BASES,
        region_rules=words.REGION_RULES,
        regions=regions.get(by),
        region=lambda code: words.region_words(t, code),
        **_words(t),
    )


@router.get("/definitions")
async def definitions(request: Request, actor: PageActor) -> Response:  # noqa: ARG001 - signed in
    return render(
        request,
        "dashboards/definitions.html",
        kpis=list(KPIS.values()),
        owner=OWNER,
        region_rules=words.REGION_RULES,
    )


@router.get("/streams")
async def streams(request: Request, session: Transaction) -> Response:
    return render(
        request,
        "dashboards/streams.html",
        sample=example_text(VisitCounted.type),
        event=VisitCounted,
        origin=request.app.state.settings.origin,
        sources=await freshness(session, SOURCES),
    )


def _chosen(asked: str | None, today: date) -> Period:
    return period(asked) if asked else period_of(PeriodKind.SEASON, today)


async def _period_options(
    session: AsyncSession, t: Translator, chosen: Period, today: date
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Periods from the first fact to now by kind, the newest first; always with the chosen one."""
    first = min(await first_day(session) or today, today)
    found = periods_between(first, today)
    if chosen not in found:
        found.append(chosen)
    return [
        (
            t.word(word),
            [
                (one.code, words.period_words(t, one))
                for one in sorted(found, key=lambda one: one.first, reverse=True)
                if one.kind is kind
            ],
        )
        for kind, word in words.KINDS.items()
    ]


def _chart(t: Translator, counted: Counted) -> Bars:
    """A bar for each association, in the order of their codes, the empty ones too."""
    rows = []
    for association in COUNTRIES:
        figure = counted.at(association)
        hidden = figure is None or figure.hidden or figure.value is None
        size = ZERO if hidden or figure is None else figure.value or ZERO
        value = words.value_words(t, figure or _nothing(counted.kpi, association))
        rows.append((words.country_words(t, association), value, size))
    return bars(rows)


def _nothing(kpi: Kpi, association: str) -> Figure | None:
    """A count of nothing is 0; a share of nothing has no value."""
    return None if kpi.is_share else Figure(kpi.code, kpi.version, "", Cell(association), ZERO)


def _matrix(pairs: Sequence[Figure]) -> dict[str, Any]:
    """Who visits whom: each pair's figure by both codes, and how dark its cell is."""
    figures = {(one.cell.association or "", one.cell.part or ""): one for one in pairs}
    shown = {pair: int(one.numerator) for pair, one in figures.items() if not one.hidden}
    return {"figures": figures, "shades": shades(shown), "countries": COUNTRIES}


def _words(t: Translator) -> dict[str, Any]:
    """What templates say about figures, in the reader's language."""
    return {
        "period_words": lambda one: words.period_words(t, one),
        "country": lambda association: words.country_words(t, association),
        "part": lambda part: words.part_words(t, part),
        "value": lambda figure: words.value_words(t, figure),
        "detail": lambda figure: words.detail_words(t, figure),
        "change": lambda one, chosen: words.change_words(
            t, one.kpi, one.whole, one.before, chosen.previous
        ),
    }
