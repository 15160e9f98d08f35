"""The words for centres, as pages say them."""

from datetime import date
from typing import Final

from contracts.reference import ecosystems
from contracts.vocabulary import CentreRole, Names
from services.chassis.ui.i18n import Translator, Word

ROLES: Final = {
    CentreRole.SERVED: Word("centre", "Served"),
    CentreRole.TWIN: Word("centre", "Twin"),
}
MONTHS_OF_A_QUARTER: Final = 3


def quarter_of(on: date) -> str:
    """The quarter of a day, such as 2027-Q2."""
    return f"{on.year}-Q{(on.month - 1) // MONTHS_OF_A_QUARTER + 1}"


def next_quarters(on: date, count: int = 6) -> list[str]:
    """The quarter of a day and those after it."""
    first = on.year * 4 + (on.month - 1) // MONTHS_OF_A_QUARTER
    return [f"{number // 4}-Q{number % 4 + 1}" for number in range(first, first + count)]


def name(names: Names, t: Translator) -> str:
    """The name of a centre: in its own language to those who read it, else in English."""
    return names.original if t.language == "uk" else names.en


def ecosystem(slug: str, t: Translator) -> str:
    known = ecosystems().get(slug)
    return known.names[t.language] if known else slug
