"""Public holidays by name, for the days of a calendar; from the package `holidays`."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from services.chassis.ui.i18n import Translator


def holidays_of(
    countries: Collection[str], *, first: date, last: date, t: Translator
) -> dict[date, str]:
    """What is celebrated where from `first` to `last`: "SK: Easter Monday"."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = {
        day: [f"{c}: {name}" for c in sorted(countries) if (name := _name(c, day, t))]
        for day in days
    }
    return {day: " · ".join(names) for day, names in found.items() if names}


def _name(country: str, day: date, t: Translator) -> str:
    return str(_holidays(country, t.language).get(day, ""))


@lru_cache
def _holidays(country: str, language: str) -> HolidayBase:
    known = country_holidays(country).supported_languages
    return country_holidays(country, language=language if language in known else "en_US")
