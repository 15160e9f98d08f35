"""Time zones that exist: a zone of nowhere would break every reckoning of days."""

from typing import Final
from zoneinfo import available_timezones

from services.chassis.errors import Fault
from services.chassis.faults import mark

NO_ZONE: Final = mark("There is no such time zone. Give one like Europe/Kyiv.")
_KNOWN: Final = available_timezones()


def faults_of_zone(zone: str) -> list[Fault]:
    """What is wrong with a zone, at the field `zone`."""
    return [] if zone in _KNOWN else [Fault("/zone", "TLK-D071", NO_ZONE)]
