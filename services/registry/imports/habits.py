"""What is usual where a list comes from: its language, how days and numbers are written."""

from functools import cache

from babel import Locale


@cache
def usual_in(country: str) -> Locale:
    """The likely language of a country (its two letters) with the country's habits, by the CLDR."""
    return Locale.parse(f"und_{country}")
