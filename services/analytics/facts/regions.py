"""Where a visit was, as coarsely as the public may know: NUTS level 2, or an oblast."""

from typing import Final

from contracts.reference import nuts, oblasts
from contracts.vocabulary import Region, RegionScheme

NUTS_2_LENGTH: Final = 4
LEVEL: Final = 2  # of NUTS
OBLAST_DIGITS: Final = 4  # of a KATOTTG code: "UA" and two digits


def coarse(region: Region) -> Region | None:
    """The region of level 2 that `region` lies in.

    None when its code is not known, or is of a larger region: that does not say which of its parts.
    """
    match region.scheme:
        case RegionScheme.NUTS:
            code = region.code[:NUTS_2_LENGTH]
            known = code in nuts() and nuts()[code].level == LEVEL
            return Region(scheme=RegionScheme.NUTS, code=code) if known else None
        case RegionScheme.ISO_3166_2:
            return region if region.code in oblasts() else None
        case RegionScheme.KATOTTG:
            oblast = region.code[:OBLAST_DIGITS]
            found = [o.iso for o in oblasts().values() if o.katottg[:OBLAST_DIGITS] == oblast]
            return Region(scheme=RegionScheme.ISO_3166_2, code=found[0]) if found else None
