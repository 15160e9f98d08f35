"""Degrees between which each of the six countries lies."""

from dataclasses import dataclass
from functools import cache

from . import _rows


@dataclass(frozen=True, slots=True)
class Bounds:
    """Degrees between which all of a country lies; wider than the country."""

    south: float
    north: float
    west: float
    east: float

    def hold(self, lat: float | None, lon: float | None) -> bool:
        """Whether a point may lie in the country at all; an unknown degree may be any."""
        fits = lat is None or self.south <= lat <= self.north
        return fits and (lon is None or self.west <= lon <= self.east)


@cache
def bounds() -> dict[str, Bounds]:
    """The bounds of the six countries."""
    return {
        row["country"]: Bounds(*(float(row[side]) for side in ("south", "north", "west", "east")))
        for row in _rows("bounds")
    }
