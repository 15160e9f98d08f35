"""Figures in the reader's words: periods, countries, values, and how a value has changed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contracts.reference import nuts, oblasts
from contracts.vocabulary import Mode, PlaceKind, VisitClass
from services.analytics.kpis.definitions import Kpi
from services.analytics.kpis.figures import Figure
from services.analytics.kpis.periods import Period, PeriodKind
from services.chassis.ui.i18n import Translator, Word

KINDS: Final = {
    PeriodKind.MONTH: Word("periods", "Months"),
    PeriodKind.QUARTER: Word("periods", "Quarters"),
    PeriodKind.YEAR: Word("periods", "Calendar years"),
    PeriodKind.SEASON: Word("periods", "Seasons"),
    PeriodKind.PROGRAMME: Word("periods", "Programme"),
}
PARTS: Final = {
    VisitClass.PHYSICAL: Word("part of a figure", "On site only"),
    VisitClass.VIRTUAL: Word("part of a figure", "Online only"),
    VisitClass.HYBRID: Word("part of a figure", "Both"),
    Mode.ON_SITE: Word("part of a figure", "On site"),
    Mode.ONLINE: Word("part of a figure", "Online"),
}
BASES: Final = {
    PlaceKind.SEAT: Word("basis", "Seat"),
    PlaceKind.OPERATING: Word("basis", "Operating place"),
}
REGION_RULES: Final = (
    Word(
        "counting rule",
        "By region: a cluster counts where it has its seat on that day, also after it has moved.",
    ),
    Word(
        "counting rule",
        "By region: a cluster counts where it works on that day; if it works nowhere else, that is"
        " its seat.",
    ),
    Word(
        "counting rule",
        "Regions are those of NUTS level 2 and the oblasts of Ukraine. A cluster of which only a"
        " larger region is known counts as “Not known”.",
    ),
)
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference to the period before, as a sentence; `direction` is up, down or empty."""

    text: str
    direction: str


def period_words(t: Translator, period: Period) -> str:
    """The name of a period: March 2027, Season 2026/27."""
    year = period.first.year
    match period.kind:
        case PeriodKind.MONTH:
            month = t.date(period.first, "month")
            return month[:1].upper() + month[1:]
        case PeriodKind.QUARTER:
            return t.gettext("Q%(quarter)s %(year)s") % {"quarter": period.quarter, "year": year}
        case PeriodKind.YEAR:
            return t.gettext("Year %(year)s") % {"year": year}
        case PeriodKind.SEASON:
            return t.gettext("Season %(years)s") % {"years": f"{year}/{(year + 1) % 100:02}"}
        case PeriodKind.PROGRAMME:
            return t.gettext("Whole programme")


def country_words(t: Translator, association: str) -> str:
    """The country of an association, in the reader's language."""
    return str(t.locale.territories.get(association, association))


def part_words(t: Translator, part: str) -> str:
    """A part of a figure, such as a class of visits."""
    return next((t.word(word) for key, word in PARTS.items() if key.value == part), part)


def region_words(t: Translator, code: str) -> str:
    """A region by its name: of Ukraine in Ukrainian or else in English, others as NUTS has them."""
    if code in oblasts():
        oblast = oblasts()[code]
        return oblast.name_uk if t.language == "uk" else oblast.name_en
    return nuts()[code].name if code in nuts() else t.pgettext("region", "Not known")


def value_words(t: Translator, figure: Figure | None) -> str:
    """The value as people read it; a share of nothing and a missing cell are a dash."""
    if figure is None or figure.value is None:
        return NOTHING
    if figure.hidden:
        return t.gettext("under 5")
    if figure.denominator is not None:
        return t.percent(float(figure.value))
    return t.number(float(figure.value))


def detail_words(t: Translator, figure: Figure | None) -> str:
    """Of a share, what is divided by what."""
    if figure is None or not figure.denominator or figure.hidden:
        return ""
    parts = {
        "numerator": t.number(float(figure.numerator)),
        "denominator": t.number(float(figure.denominator)),
    }
    return t.gettext("%(numerator)s of %(denominator)s") % parts


def change_words(
    t: Translator, kpi: Kpi, figure: Figure, before: Figure | None, previous: Period | None
) -> Change:
    """How the value differs from the period before; nothing when one of both has no value."""
    if before is None or previous is None or before.value is None or figure.value is None:
        return Change("", "")
    difference = figure.value - before.value
    if kpi.is_share:
        difference = Decimal(round(difference * 100))
    words = {
        "number": t.number(float(abs(difference))),
        "period": period_words(t, previous),
    }
    if not difference:
        return Change(t.gettext("as in %(period)s") % words, "")
    up = difference > 0
    if kpi.is_share:
        more = t.gettext("%(number)s points more than in %(period)s")
        less = t.gettext("%(number)s points less than in %(period)s")
    else:
        more = t.gettext("%(number)s more than in %(period)s")
        less = t.gettext("%(number)s less than in %(period)s")
    return Change((more if up else less) % words, "up" if up else "down")
