"""What may be asked of offers and requests: posting, withdrawing, showing interest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import OfferDeclared
from contracts.event import Event, uuid7
from contracts.vocabulary import Role
from services.chassis import history
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.registry import holders
from services.registry.associations.queries import day_at
from services.registry.offers.finding import offer_of
from services.registry.offers.model import OPEN_AT_MOST, Offer, OfferInterest, OfferState
from services.registry.offers.refusals import TooManyOffers

DESKS = (BACK_OFFICE, Role.COORDINATOR, Role.CLUSTER_ADMIN)


async def declare_offer(
    session: AsyncSession,
    actor: Actor,
    declared: OfferDeclared,
    *,
    offer_id: UUID | None = None,
    at: datetime,
) -> tuple[Offer, list[UUID]]:
    """Put up an offer or request, or replace the one of that `ref` or id; with the events' ids.

    Raises:
        NotAllowed: the actor neither works for a back office nor administers the holder.
        Invalid: no such holder, ten are open already, or it ends too late.
    """
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    holder = await holders.pointed_at(session, actor, declared.holder)
    await holders.must_keep(session, actor, *holder, of=actor.association)
    on = await day_at(session, actor.association, at=at)
    known = await _known(session, actor, declared.ref, offer_id)
    await _must_have_room(session, holder[1], besides=known)
    if known is not None:
        await holders.must_keep(
            session, actor, known.holder_kind, known.holder_id, of=known.association
        )
        offer, posted = known, known.repost(declared, holder=holder, on=on, at=at)
    else:
        offer, posted = Offer.post(
            declared,
            offer_id=uuid7(),
            association=actor.association,
            holder=holder,
            on=on,
            at=at,
        )
        session.add(offer)
    return offer, [await history.record(session, posted, actor=actor)]


async def withdraw_offer(
    session: AsyncSession, actor: Actor, *, offer_id: UUID, at: datetime
) -> Offer:
    """Take an offer or request back.

    Raises:
        OfferNotFound: there is none, or none for this actor.
        NotAllowed: the actor neither works for its back office nor administers its holder.
        OfferIsOver: it expired or was withdrawn before.
    """
    offer = (await offer_of(session, actor, offer_id)).offer
    await holders.must_keep(
        session, actor, offer.holder_kind, offer.holder_id, of=offer.association
    )
    await session.refresh(offer, with_for_update=True)
    return await _done(session, actor, offer, offer.withdraw(at=at))


async def show_interest(
    session: AsyncSession, actor: Actor, *, offer_id: UUID, at: datetime
) -> Offer:
    """Tell the holder's side that one's own association would like to know more; once.

    Raises:
        OfferNotFound: there is none, or none for this actor.
        NotAllowed: it is the own association's, or the actor has no role for that.
        OfferIsOver: it expired or was withdrawn.
    """
    seen = await offer_of(session, actor, offer_id)
    actor.must_be(*DESKS)
    if seen.own:
        raise NotAllowed(mark("this is your own: others show interest in it"))
    if seen.interest is not None:
        return seen.offer
    event = seen.offer.interest(actor.association, at=at)
    session.add(
        OfferInterest(
            offer_id=offer_id,
            association=actor.association,
            holder_association=seen.offer.association,
            shown_at=at,
        )
    )
    return await _done(session, actor, seen.offer, event)


async def return_interest(
    session: AsyncSession, actor: Actor, *, offer_id: UUID, association: str, at: datetime
) -> Offer:
    """Show the own side's interest in an association that showed it: both learn who the other is.

    Raises:
        OfferNotFound: there is none, or that association showed no interest.
        NotAllowed: the actor has no role for that in the holder's association.
        OfferIsOver: it expired or was withdrawn.
    """
    offer = (await offer_of(session, actor, offer_id)).offer
    actor.must_be(*DESKS, of=offer.association)
    interest = await session.get(OfferInterest, (offer_id, association), with_for_update=True)
    if interest is None:
        raise NotAllowed(mark("this association has shown no interest"))
    if interest.returned_at is not None:
        return offer
    event = offer.return_interest(association, at=at)
    interest.returned_at = at
    return await _done(session, actor, offer, event)


async def _done(session: AsyncSession, actor: Actor, offer: Offer, event: Event) -> Offer:
    await history.record(session, event, actor=actor)
    return offer


async def _known(
    session: AsyncSession, actor: Actor, ref: str | None, offer_id: UUID | None
) -> Offer | None:
    if ref is None and offer_id is None:
        return None
    named = Offer.id == offer_id if offer_id is not None else Offer.ref == ref
    rows = select(Offer).where(Offer.association == actor.association, named)
    return (await session.scalars(rows.with_for_update())).one_or_none()


async def _must_have_room(session: AsyncSession, holder_id: UUID, *, besides: Offer | None) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(holder_id)))))
    held = select(func.count()).where(
        Offer.holder_id == holder_id,
        Offer.state == OfferState.OPEN,
        Offer.id != besides.id if besides else Offer.id.is_not(None),
    )
    if (await session.execute(held)).scalar_one() >= OPEN_AT_MOST:
        raise TooManyOffers
