"""Working days of a country: weekdays outside its public holidays, by the package `holidays`.

Ukraine has none under martial law; the package knows that. Its observances are no holidays here.
"""

from datetime import date
from functools import lru_cache
from typing import Final

from holidays import HolidayBase, country_holidays

SATURDAY: Final = 5


@lru_cache
def _public_holidays(country: str) -> HolidayBase:
    return country_holidays(country)  # fills itself in, year by year


def is_working_day(day: date, country: str) -> bool:
    """Whether people in `country` (ISO 3166-1, two letters) work on `day`."""
    return day.weekday() < SATURDAY and day not in _public_holidays(country)
