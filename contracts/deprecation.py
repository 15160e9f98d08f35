"""How a type ends: active, deprecated from a day on, at its sunset taken no more, then removed.

The class says it of itself: `deprecated: ClassVar = Deprecation(...)`. The days are at least 180
apart, so that every reader can follow; a removed type is in `upcasting.LIFTS`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

NOTICE: Final = timedelta(days=180)


class Stage(StrEnum):
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`since` is the first day of notice, `sunset` the first on which the type is taken no more.

    `instead` is the type that takes its place.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"a type is deprecated for {NOTICE.days} days at least")


def stage_of(deprecation: Deprecation | None, on: date) -> Stage:
    """How far a type is on the way to its end, on that day (UTC)."""
    if deprecation is None or on < deprecation.since:
        return Stage.ACTIVE
    return Stage.DEPRECATED if on < deprecation.sunset else Stage.SUNSET
