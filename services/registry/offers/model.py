"""An offer or a request: what a cluster or organisation can give or looks for, until a day.

One that is anonymous does not tell its holder to another association before both sides have shown
interest: that one in the offer, the holder's in that association.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.declared.holdings import OfferDeclared
from contracts.offers import (
    OfferExpired,
    OfferInterestReturned,
    OfferInterestShown,
    OfferPosted,
    OfferWithdrawn,
)
from contracts.vocabulary import HolderKind, OfferKind
from services.chassis.faults import mark
from services.chassis.folding import fold_all
from services.registry.database import Base
from services.registry.held import Held
from services.registry.offers.refusals import EndsTooLate, OfferIsOver

OPEN_AT_MOST: Final = 10
MONTHS_AT_MOST: Final = 12


class OfferState(StrEnum):
    """Whether it still stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Offer(Held, Base):
    """The aggregate: an offer or a request. `until_day` is its last day."""

    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ref: Mapped[str | None]
    kind: Mapped[OfferKind]
    tags: Mapped[list[str]]
    texts: Mapped[dict[str, Any]]
    intent: Mapped[str]
    until_day: Mapped[date]
    anonymous: Mapped[bool]
    state: Mapped[OfferState]
    posted_at: Mapped[datetime]
    lock: Mapped[int] = mapped_column()
    folded: Mapped[str]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def post(
        cls,
        declared: OfferDeclared,
        *,
        offer_id: UUID,
        association: str,
        holder: tuple[HolderKind, UUID],
        on: date,
        at: datetime,
    ) -> tuple[Self, OfferPosted]:
        """Put it up; `on` is the association's day.

        Raises:
            EndsTooLate: it does not end after that day, within twelve months.
        """
        offer = cls(id=offer_id, association=association, state=OfferState.OPEN)
        return offer, offer.repost(declared, holder=holder, on=on, at=at)

    def repost(
        self, declared: OfferDeclared, *, holder: tuple[HolderKind, UUID], on: date, at: datetime
    ) -> OfferPosted:
        """Replace what is said of it.

        Raises:
            OfferIsOver: it expired or was withdrawn.
            EndsTooLate: it does not end after that day, within twelve months.
        """
        self._must_be_open()
        if not on < declared.until_day <= latest_end(on):
            raise EndsTooLate(latest_end(on).isoformat())
        self.holder_kind, self.holder_id = holder
        self.ref, self.kind, self.tags = declared.ref, declared.kind, tags_of(declared.tags)
        self.texts, self.intent = dict(declared.text), declared.intent
        self.until_day, self.anonymous = declared.until_day, declared.anonymous
        self.posted_at, self.folded = at, fold_all([*self.tags, *self.texts.values()])
        return OfferPosted(
            subject=str(self.id),
            time=at,
            holder=self.holder,
            kind=self.kind,
            tags=tuple(self.tags),
            texts=self.texts,
            intent=self.intent,
            until_day=self.until_day,
            anonymous=self.anonymous,
        )

    def withdraw(self, *, at: datetime) -> OfferWithdrawn:
        """Take it back."""
        self._must_be_open()
        self.state = OfferState.WITHDRAWN
        return OfferWithdrawn(subject=str(self.id), time=at)

    def expire(self, *, at: datetime) -> OfferExpired:
        """End it: its last day is over."""
        self._must_be_open()
        self.state = OfferState.EXPIRED
        return OfferExpired(subject=str(self.id), time=at)

    def interest(self, association: str, *, at: datetime) -> OfferInterestShown:
        """Somebody of another association would like to know more."""
        self._must_be_open()
        return OfferInterestShown(subject=str(self.id), time=at, interested=association)

    def return_interest(self, association: str, *, at: datetime) -> OfferInterestReturned:
        """The holder's side would like to know more of that association too."""
        self._must_be_open()
        return OfferInterestReturned(subject=str(self.id), time=at, interested=association)

    def _must_be_open(self) -> None:
        if self.state is not OfferState.OPEN:
            raise OfferIsOver(mark("this is over; post it anew if it still holds"))


class OfferInterest(Base):
    """An association's interest in another one's offer; `returned_at` when it became mutual."""

    __tablename__ = "offer_interests"

    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str] = mapped_column(primary_key=True)
    holder_association: Mapped[str]
    shown_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]


def latest_end(on: date) -> date:
    """The last day that something posted on that day may have."""
    try:
        return on.replace(year=on.year + MONTHS_AT_MOST // 12)
    except ValueError:  # the 29th of February
        return on + timedelta(days=365)


def tags_of(tags: tuple[str, ...]) -> list[str]:
    """The tags as they are kept and searched: small, each once, in their order."""
    return list(dict.fromkeys(tag.strip().casefold() for tag in tags if tag.strip()))
