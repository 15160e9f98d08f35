"""What analytics promises: definitions of figures, the figures, and how complete they are."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from .event import Classification, Event
from .vocabulary import Country, Ecosystem, Region, Texts, Value, VisitClass

KpiCode = Annotated[str, Field(pattern=r"^K-\d{2}$")]
Period = Annotated[
    str, Field(pattern=r"^(\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?|season-\d{4}|programme)$")
]


class KpiEvent(Event):
    """What happens to the definition of one figure."""

    topic: ClassVar[str] = "analytics.kpis"
    classification: ClassVar[Classification] = Classification.PUBLIC


class KpiDefined(KpiEvent):
    """The figure is counted like this from `from_day` on.

    `attribution` says whose figure a fact becomes, `exclusions` what is left out.
    """

    type: ClassVar[str] = "talka.analytics.kpi.defined.v1"

    code: KpiCode
    version: int
    titles: Texts
    definition: Texts
    source_types: tuple[str, ...]
    attribution: str
    exclusions: tuple[str, ...] = ()
    from_day: date


class FigureEvent(Event):
    """What happens to one value of a figure: one period, one cell of its dimensions."""

    topic: ClassVar[str] = "analytics.figures"
    classification: ClassVar[Classification] = Classification.INTERNAL


class Figure(FigureEvent):
    """A value with its parts. `value` is absent for a share of nothing.

    `period` is a month, quarter, year, season (1 October to 30 September) or the whole programme:
    2027-03, 2027-Q1, 2027, season-2026, programme. `watermark_at` is the instant up to which
    everything is counted.
    """

    kpi_code: KpiCode
    kpi_version: int
    period: Period
    cell: dict[str, str]
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    watermark_at: AwareDatetime


class FigureComputed(Figure):
    """The figure has this value, as far as the watermark."""

    type: ClassVar[str] = "talka.analytics.figure.computed.v1"


class FigureRestated(Figure):
    """A figure that was complete turned out otherwise: `former` was reported before."""

    type: ClassVar[str] = "talka.analytics.figure.restated.v1"

    former: float | None
    reasons: tuple[str, ...]


class SourceEvent(Event):
    """What happens to one source of facts."""

    topic: ClassVar[str] = "analytics.watermarks"
    classification: ClassVar[Classification] = Classification.INTERNAL


class WatermarkAdvanced(SourceEvent):
    """Everything that `source_topic` said until `complete_to_at` is in the figures."""

    type: ClassVar[str] = "talka.analytics.source.watermark_advanced.v1"

    source_topic: str
    complete_to_at: AwareDatetime
    lag_seconds: float


class VisitCountries(Value):
    """Countries of the visiting and of the host organisation."""

    vo: Country
    ho: Country


class StreamedVisitEvent(Event):
    """What the public may know of one visit. The subject is an id of the stream's own."""

    topic: ClassVar[str] = "streams.visits"
    classification: ClassVar[Classification] = Classification.PUBLIC


class VisitCounted(StreamedVisitEvent):
    """An exchange visit was completed in `month`; told seven days after its end at the earliest.

    `host_region` is a region of NUTS level 2, or an oblast. Dual-use visits never appear.
    """

    type: ClassVar[str] = "talka.streams.visit.counted.v1"

    visit_id: UUID
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    countries: VisitCountries
    host_region: Region | None = None
    visit_class: VisitClass
    ecosystem: Ecosystem | None = None
