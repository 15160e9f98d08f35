"""What registry promises of offers and requests."""

from datetime import date
from typing import ClassVar

from .event import Classification, Event
from .vocabulary import Association, Holder, OfferKind, Texts


class OfferEvent(Event):
    """What happens to one offer or request."""

    topic: ClassVar[str] = "registry.offers"
    classification: ClassVar[Classification] = Classification.INTERNAL


class OfferPosted(OfferEvent):
    """Somebody offers or looks for something until the end of `until_day`, or says so anew.

    Of an `anonymous` one no other association is told the holder before both sides show interest.
    """

    type: ClassVar[str] = "talka.registry.offer.posted.v1"

    holder: Holder
    kind: OfferKind
    tags: tuple[str, ...]
    texts: Texts
    intent: str
    until_day: date
    anonymous: bool


class OfferWithdrawn(OfferEvent):
    """It was taken back before its time."""

    type: ClassVar[str] = "talka.registry.offer.withdrawn.v1"


class OfferExpired(OfferEvent):
    """Its last day is over."""

    type: ClassVar[str] = "talka.registry.offer.expired.v1"


class OfferInterest(OfferEvent):
    """Interest between the holder's side and the association `interested`."""

    interested: Association


class OfferInterestShown(OfferInterest):
    """That association would like to know more."""

    type: ClassVar[str] = "talka.registry.offer.interest_shown.v1"


class OfferInterestReturned(OfferInterest):
    """The holder's side would like to know more too: both know each other from now on."""

    type: ClassVar[str] = "talka.registry.offer.interest_returned.v1"
