"""The words for offers and requests, as pages say them."""

from typing import Final

from contracts.vocabulary import OfferKind
from services.chassis.words import Word, spoken
from services.registry.offers.model import OfferState

KINDS: Final = spoken(
    {
        OfferKind.OFFER: Word("offer", "Offer"),
        OfferKind.REQUEST: Word("offer", "Request"),
    }
)
STATES: Final = {
    OfferState.OPEN: (Word("offer state", "Open"), "ok"),
    OfferState.EXPIRED: (Word("offer state", "Expired"), "done"),
    OfferState.WITHDRAWN: (Word("offer state", "Withdrawn"), "off"),
}
