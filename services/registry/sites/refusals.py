"""The rules about sites that can be broken, each with its stable code."""

from typing import Final

from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark


class SiteNotFound(NotFound):
    """No site of that id, or none that this person may see."""

    code = "TLK-R075"
    title = "No such site"


class SiteIsClosed(Conflict):
    """The site takes no sessions any more."""

    code = "TLK-R076"
    title = "This site is closed"


class NotOnTheMap(Invalid):
    """The coordinates lie outside the country that is named."""

    code = "TLK-R077"
    title = "The coordinates are elsewhere"
    ELSEWHERE: Final = mark(
        "These coordinates are not in {country}. Perhaps latitude and longitude are swapped."
    )

    def __init__(self, country: str) -> None:
        values = {"country": country}
        fault = Fault("/place/lat", self.code, self.ELSEWHERE, values=values)
        super().__init__(mark("the site is not where its coordinates are"), [fault])


class ClosedBeforeItOpened(Invalid):
    """A site closes on or after the day on which it opened."""

    code = "TLK-R078"
    title = "The site closes before it opens"
    LATER: Final = mark("Give the day of the opening, {opened}, or a later one.")

    def __init__(self, opened: str) -> None:
        fault = Fault("/closed_day", self.code, self.LATER, values={"opened": opened})
        super().__init__(mark("this site would close before it opens"), [fault])
