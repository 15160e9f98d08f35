"""The rules about offers and requests that can be broken, each with its stable code."""

from typing import Final

from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark


class OfferNotFound(NotFound):
    """No offer or request of that id, or none that this person may see."""

    code = "TLK-R085"
    title = "No such offer or request"


class OfferIsOver(Conflict):
    """It expired or was withdrawn."""

    code = "TLK-R086"
    title = "This is over"


class TooManyOffers(Invalid):
    """A holder has at most ten open at a time."""

    code = "TLK-R087"
    title = "Too many are open"
    TEN: Final = mark("Ten are open already. Withdraw one of them first.")

    def __init__(self) -> None:
        fault = Fault("/holder", self.code, self.TEN)
        super().__init__(mark("this holder has ten open offers and requests"), [fault])


class EndsTooLate(Invalid):
    """It ends after today and within twelve months."""

    code = "TLK-R088"
    title = "It ends too late or too early"
    WITHIN: Final = mark("Give a day after today, {latest} at the latest.")

    def __init__(self, latest: str) -> None:
        fault = Fault("/until_day", self.code, self.WITHIN, values={"latest": latest})
        super().__init__(mark("offers and requests last twelve months at most"), [fault])
