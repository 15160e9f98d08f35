"""Offers and requests as somebody may read them: open ones of everybody, ended ones of one's own.

The holder of an anonymous one is told to its own association, and where interest is mutual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import OfferKind
from services.chassis import paging
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.offers import finding
from services.registry.offers.finding import Seen
from services.registry.offers.model import Offer, OfferInterest, OfferState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    tag: str = ""
    kind: OfferKind | None = None
    state: OfferState | None = None
    mine: bool = False


async def offers_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Seen], str | None]:
    """A page of offers and requests, those that end first before the others."""
    rows = finding.rows_for(actor).where(finding.visible_to(actor), _matching(wanted, actor))
    found, following = await paging.page(
        session, rows, Offer.until_day, Offer.id, cursor=cursor, size=size
    )
    return [finding.seen_as(actor, *row) for row in found], following


async def offers_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many the actor may see of what is wanted."""
    rows = (
        select(func.count())
        .select_from(Offer)
        .where(finding.visible_to(actor), _matching(wanted, actor))
    )
    return (await session.execute(rows)).scalar_one()


async def offers_of(session: AsyncSession, actor: Actor, holder_id: UUID) -> Sequence[Seen]:
    """What one holder openly offers and looks for, as far as the actor may know whose it is."""
    rows = finding.rows_for(actor).where(
        finding.visible_to(actor), Offer.holder_id == holder_id, Offer.state == OfferState.OPEN
    )
    found = await session.execute(rows.order_by(Offer.until_day, Offer.id))
    seen = [finding.seen_as(actor, *row) for row in found]
    return [each for each in seen if each.name is not None]


async def interests_in(session: AsyncSession, offer: Offer) -> Sequence[OfferInterest]:
    """Who showed interest, the latest first; for the holder's side."""
    rows = select(OfferInterest).where(OfferInterest.offer_id == offer.id)
    return (await session.scalars(rows.order_by(OfferInterest.shown_at.desc()))).all()


def _matching(wanted: Wanted, actor: Actor) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [
        Offer.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.tag:
        conditions.append(Offer.tags.contains([wanted.tag.strip().casefold()]))
    if wanted.kind is not None:
        conditions.append(Offer.kind == wanted.kind)
    if wanted.state is not None:
        conditions.append(Offer.state == wanted.state)
    if wanted.mine:
        conditions.append(Offer.association == actor.association)
    return and_(true(), *conditions)
