"""Local times people plan in: what the clock on the wall shows, where, and the instant it meant."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, NaiveDatetime, StringConstraints

from .rules import BrokenRule

Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$")]  # IANA


class NoSuchWallTime(BrokenRule):
    """The zone's clocks skip this time, or there is no such zone."""


class PlannedTime(BaseModel):
    """A wall time in a zone, with the instant it meant when it was planned (UTC).

    The wall time is the promise: when a country changes its clock rules, the instant moves.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    wall: NaiveDatetime
    zone: Zone
    instant: AwareDatetime

    @classmethod
    def at(cls, wall: datetime, zone: str) -> "PlannedTime":
        """The planned time with its instant worked out by today's rules of the zone.

        Raises:
            NoSuchWallTime: the zone is unknown, or its clocks skip this time.
        """
        return cls(wall=wall, zone=zone, instant=instant_of(wall, zone))


def instant_of(wall: datetime, zone: str) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall`.

    A time that happens twice, when clocks go back, means the first of the two; `fold=1` asks for
    the second.

    Raises:
        NoSuchWallTime: the zone is unknown, or its clocks skip this time.
    """
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise NoSuchWallTime(
            "TLK-D017", "There is no time zone '{zone}'. Write it like Europe/Kyiv.", zone=zone
        ) from None
    instant = wall.replace(tzinfo=there).astimezone(UTC)
    if instant.astimezone(there).replace(tzinfo=None) != wall:
        raise NoSuchWallTime(
            "TLK-D018",
            "Clocks in {zone} skip {wall}. Choose a time before or after the jump.",
            zone=zone,
            wall=f"{wall:%Y-%m-%d %H:%M}",
        )
    return instant
