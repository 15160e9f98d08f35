"""Offers and requests for systems: the list, one, and the acts of people on one."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from contracts.vocabulary import OfferKind
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.offers import commands, finding, queries
from services.registry.offers.finding import Seen
from services.registry.offers.model import OfferState
from services.registry.offers.queries import Wanted

router = Router(prefix="/registry/v1/offers", tags=["offers"])


class OfferOut(BaseModel):
    """An offer or request. Without a holder it is anonymous to you; show interest to learn more."""

    id: UUID
    kind: OfferKind
    tags: list[str]
    texts: dict[str, str]
    intent: str
    until_day: date
    state: OfferState
    anonymous: bool
    posted_at: datetime
    association: str | None
    holder_number: str | None
    holder_name: str | None
    interest_shown_at: datetime | None
    interest_returned_at: datetime | None

    @classmethod
    def of(cls, seen: Seen) -> "OfferOut":
        """It, as this reader sees it."""
        offer, interest = seen.offer, seen.interest
        return cls(
            id=offer.id,
            kind=offer.kind,
            tags=offer.tags,
            texts=offer.texts,
            intent=offer.intent,
            until_day=offer.until_day,
            state=offer.state,
            anonymous=offer.anonymous,
            posted_at=offer.posted_at,
            association=seen.association,
            holder_number=seen.number,
            holder_name=seen.name,
            interest_shown_at=interest.shown_at if interest else None,
            interest_returned_at=interest.returned_at if interest else None,
        )


@router.get("")
async def list_offers(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    tag: str = "",
    kind: OfferKind | None = None,
    state: OfferState | None = None,
    mine: bool = False,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[OfferOut]:
    """Open offers and requests of everybody, and all of your own association, by their last day."""
    wanted = Wanted(q, tag, kind, state, mine)
    rows, following = await queries.offers_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[OfferOut.of(row) for row in rows], next=following)


@router.get("/{offer_id}")
async def one_offer(offer_id: UUID, session: Transaction, actor: Acting) -> OfferOut:
    """One offer or request."""
    return OfferOut.of(await finding.offer_of(session, actor, offer_id))


@router.put("/{offer_id}/withdrawal")
async def withdraw(offer_id: UUID, session: Transaction, actor: Acting) -> OfferOut:
    """Take your own association's offer or request back."""
    await commands.withdraw_offer(session, actor, offer_id=offer_id, at=clock.now())
    return OfferOut.of(await finding.offer_of(session, actor, offer_id))


@router.put("/{offer_id}/interest")
async def show_interest(offer_id: UUID, session: Transaction, actor: Acting) -> OfferOut:
    """Show your association's interest in another one's offer or request."""
    await commands.show_interest(session, actor, offer_id=offer_id, at=clock.now())
    await session.flush()
    return OfferOut.of(await finding.offer_of(session, actor, offer_id))


@router.put("/{offer_id}/interests/{association}")
async def return_interest(
    offer_id: UUID, association: str, session: Transaction, actor: Acting
) -> OfferOut:
    """Show interest in an association that showed it: both learn who the other is."""
    await commands.return_interest(
        session, actor, offer_id=offer_id, association=association, at=clock.now()
    )
    return OfferOut.of(await finding.offer_of(session, actor, offer_id))
