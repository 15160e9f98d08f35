"""What registry promises of sites, the places that can host sessions."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from .event import Classification, Event
from .vocabulary import Holder, Place, Texts


class SiteEvent(Event):
    """What happens to one site."""

    topic: ClassVar[str] = "registry.sites"
    classification: ClassVar[Classification] = Classification.INTERNAL


class SiteFacts(SiteEvent):
    """All that is said of a site; `shelter_minutes` is the way to the nearest shelter, on foot.

    A `dual_use` site is for vetted roles only. `parking` counts places.
    """

    holder: Holder
    names: Texts
    place: Place
    seats: Annotated[int, Field(ge=1)]
    step_free: bool
    booth: bool
    shelter_minutes: Annotated[int | None, Field(ge=0)] = None
    generator: bool
    satellite: bool
    parking: Annotated[int | None, Field(ge=0)] = None
    dual_use: bool


class SiteOpened(SiteFacts):
    """Sessions can be held at this place."""

    type: ClassVar[str] = "talka.registry.site.opened.v1"


class SiteUpdated(SiteFacts):
    """This is said of the site now, in place of all that was said before."""

    type: ClassVar[str] = "talka.registry.site.updated.v1"


class SiteClosed(SiteEvent):
    """No new sessions are planned there after `closed_day`; the site does not open again.

    One that closed before it opened was declared by mistake, and counts for no day.
    """

    type: ClassVar[str] = "talka.registry.site.closed.v1"

    closed_day: date
