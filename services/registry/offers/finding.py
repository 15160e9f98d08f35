"""Finding one offer or request, as one reader sees it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry import holding
from services.registry.offers.model import Offer, OfferInterest, OfferState
from services.registry.offers.refusals import OfferNotFound


@dataclass(frozen=True, slots=True)
class Seen:
    """An offer as one reader sees it; without a holder it is anonymous to that reader.

    `interest` is the reader's own association's.
    """

    offer: Offer
    own: bool
    association: str | None
    number: str | None
    name: str | None
    interest: OfferInterest | None


async def offer_of(session: AsyncSession, actor: Actor, offer_id: UUID) -> Seen:
    """One offer or request.

    Raises:
        OfferNotFound: there is none, or none for this actor.
    """
    one = rows_for(actor).where(visible_to(actor), Offer.id == offer_id)
    found = (await session.execute(one)).one_or_none()
    if found is None:
        raise OfferNotFound(mark("this is not here for you, or is over: look in the list"))
    return seen_as(actor, *found)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The offers and requests that are there for this actor."""
    own = Offer.association == actor.association
    open_or_mine = or_(own, true() if actor.reads_across else Offer.state == OfferState.OPEN)
    return and_(holding.seen_with_holder(actor, Offer), open_or_mine)


def rows_for(actor: Actor) -> Select[Any]:
    """Offers with number and name of the holder, and the own association's interest."""
    mine = and_(OfferInterest.offer_id == Offer.id, OfferInterest.association == actor.association)
    return (
        holding.with_holders(actor, Offer).add_columns(OfferInterest).outerjoin(OfferInterest, mine)
    )


def seen_as(
    actor: Actor, offer: Offer, number: str | None, name: str | None, interest: OfferInterest | None
) -> Seen:
    """The offer as this reader sees it."""
    own = offer.association == actor.association
    mutual = interest is not None and interest.returned_at is not None
    if own or mutual or not offer.anonymous:
        return Seen(offer, own, offer.association, number, name, interest)
    return Seen(offer, own, None, None, None, interest)
