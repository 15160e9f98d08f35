"""What HTTP itself can be refused for, before anything is asked of the domain."""

import math
from typing import Final

from services.chassis.errors import DomainError, NotAllowed, NotFound, NotSignedIn, Unavailable
from services.chassis.faults import mark


class BadRequest(DomainError):
    """What was sent cannot be read at all."""

    status = 400
    code = "TLK-E400"
    title = "This cannot be read"


class MethodNotAllowed(DomainError):
    """The address exists, but not for this verb."""

    status = 405
    code = "TLK-E405"
    title = "Not done with this address"


class TooSlow(DomainError):
    """The body was still arriving when the time for it ended."""

    status = 408
    code = "TLK-E408"
    title = "Too slow"


class TooLarge(DomainError):
    """The body is larger than any body may be."""

    status = 413
    code = "TLK-E413"
    title = "Too large"


class WrongMediaType(DomainError):
    """The body is of a kind, or in an encoding, that is not read here."""

    status = 415
    code = "TLK-E415"
    title = "Send it in another form"


class ForeignOrigin(DomainError):
    """Another site made the browser send this, or the form is not the one we gave out."""

    status = 403
    code = "TLK-E430"
    title = "This did not come from a page of Talka"


class TooMany(DomainError):
    """More than can be worked off is waiting."""

    status = 429
    code = "TLK-E429"
    title = "Too much at once"

    def __init__(self, text: str = "", *, after: float = 1, **values: object) -> None:
        super().__init__(text, **values)
        self.headers = {"Retry-After": str(max(1, math.ceil(after)))}


class Failed(DomainError):
    """Nobody foresaw this; the log has the rest under the trace id."""

    status = 500
    code = "TLK-E500"
    title = "Something went wrong"


def of_status(status: int) -> DomainError:
    """The refusal that a library names by its HTTP status alone."""
    kind, sentence = BY_STATUS.get(status, (BadRequest, mark("this request cannot be read")))
    return kind(sentence)


BY_STATUS: Final[dict[int, tuple[type[DomainError], str]]] = {
    401: (NotSignedIn, mark("sign in first")),
    403: (NotAllowed, mark("you may not do this")),
    404: (NotFound, mark("there is nothing at this address; check it, or begin at the start")),
    405: (MethodNotAllowed, mark("this address is there, but this is not done with it")),
    413: (TooLarge, mark("this is larger than anything that is taken here")),
    415: (WrongMediaType, mark("send JSON in UTF-8, or the form as the page gave it")),
    429: (TooMany, mark("this was too much at once; wait a little and try again")),
    503: (Unavailable, mark("a part that is needed is away; nothing was stored, try again")),
}
