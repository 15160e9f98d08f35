"""A site: where sessions can be held, for how many, with what equipment.

What is said of it is replaced as a whole; once closed it stays closed.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts.declared.holdings import SiteDeclared
from contracts.reference.bounds import bounds
from contracts.sites import SiteClosed, SiteOpened, SiteUpdated
from contracts.vocabulary import HolderKind, Place, text_in
from services.chassis.faults import mark
from services.chassis.folding import fold, fold_all
from services.registry.database import Base, Stored
from services.registry.held import Held
from services.registry.sites.refusals import ClosedBeforeItOpened, NotOnTheMap, SiteIsClosed


class SiteState(StrEnum):
    """Whether sessions can be planned there."""

    OPEN = "open"
    CLOSED = "closed"


class Site(Held, Base):
    """The aggregate. `shelter_minutes` is the way to the nearest shelter, on foot."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ref: Mapped[str | None]
    names: Mapped[dict[str, Any]]
    place: Mapped[Place] = mapped_column(Stored(Place))
    seats: Mapped[int]
    step_free: Mapped[bool]
    booth: Mapped[bool]
    shelter_minutes: Mapped[int | None]
    generator: Mapped[bool]
    satellite: Mapped[bool]
    parking: Mapped[int | None]
    dual_use: Mapped[bool]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    state: Mapped[SiteState]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    # drawn from names and place, to find and to sort by
    country: Mapped[str]
    city: Mapped[str]
    sort_name: Mapped[str]
    folded: Mapped[str]

    __mapper_args__ = {"version_id_col": lock}

    @property
    def name(self) -> str:
        """Its name in English, or in the first language there is."""
        return text_in(self.names, "en")

    @classmethod
    def open(
        cls,
        declared: SiteDeclared,
        *,
        site_id: UUID,
        association: str,
        holder: tuple[HolderKind, UUID],
        at: datetime,
    ) -> tuple[Self, SiteOpened]:
        """Take a place into the inventory.

        Raises:
            NotOnTheMap: its coordinates are not in its country.
        """
        site = cls(id=site_id, association=association, state=SiteState.OPEN)
        site._say(declared, holder=holder, at=at)
        return site, SiteOpened(**site._facts(at))

    def update(
        self, declared: SiteDeclared, *, holder: tuple[HolderKind, UUID], at: datetime
    ) -> SiteUpdated:
        """Replace what is said of it.

        Raises:
            SiteIsClosed: it takes no sessions any more.
            NotOnTheMap: its coordinates are not in its country.
        """
        self._must_be_open()
        self._say(declared, holder=holder, at=at)
        return SiteUpdated(**self._facts(at))

    def close(self, *, on: date, at: datetime) -> SiteClosed:
        """Take no sessions any more after that day.

        Raises:
            SiteIsClosed: it was closed before.
            ClosedBeforeItOpened: the day is before its opening.
        """
        self._must_be_open()
        if on < self.opened_on:
            raise ClosedBeforeItOpened(self.opened_on.isoformat())
        self.state, self.closed_on, self.changed_at = SiteState.CLOSED, on, at
        return SiteClosed(subject=str(self.id), time=at, closed_day=on)

    def take_back(self, *, at: datetime) -> SiteClosed:
        """Let it be open on no day: it was declared by mistake.

        Raises:
            SiteIsClosed: it was closed before.
        """
        self._must_be_open()
        self.state, self.changed_at = SiteState.CLOSED, at
        self.closed_on = self.opened_on - timedelta(days=1)
        return SiteClosed(subject=str(self.id), time=at, closed_day=self.closed_on)

    def _say(
        self, declared: SiteDeclared, *, holder: tuple[HolderKind, UUID], at: datetime
    ) -> None:
        place = declared.place
        known = bounds().get(place.country)
        if known and not known.hold(place.lat, place.lon):
            raise NotOnTheMap(place.country)
        self.holder_kind, self.holder_id = holder
        self.ref = declared.ref or self.ref
        self.names, self.place = dict(declared.names), place
        self.seats, self.step_free, self.booth = declared.seats, declared.step_free, declared.booth
        self.shelter_minutes, self.parking = declared.shelter_minutes, declared.parking
        self.generator, self.satellite = declared.generator, declared.satellite
        self.dual_use, self.opened_on = declared.dual_use, declared.opened_day
        self.changed_at, self.country, self.city = at, place.country, place.settlement
        self.sort_name = fold(self.name)
        self.folded = fold_all([*self.names.values(), place.settlement, place.name])

    def _facts(self, at: datetime) -> dict[str, Any]:
        same = ("names", "place", "seats", "step_free", "booth", "shelter_minutes")
        more = ("generator", "satellite", "parking", "dual_use")
        facts = {name: getattr(self, name) for name in (*same, *more)}
        return {"subject": str(self.id), "time": at, "holder": self.holder, **facts}

    def _must_be_open(self) -> None:
        if self.state is not SiteState.OPEN:
            raise SiteIsClosed(mark("this site is closed; declare a new one under its own ref"))
