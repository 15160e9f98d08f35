"""A Common Resource Centre: its scope, the clusters it serves and its twins, its services and rota.

A service has a capacity for one quarter; what is taken of it is counted, and no more is taken than
there is. The rota says who is to be asked, and who instead while that person is away.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from contracts import centres as facts
from contracts.vocabulary import CentreRole, Names
from services.chassis.faults import mark
from services.registry.centres.refusals import NothingLeft, RotaDoesNotFit
from services.registry.database import Base, Stored

DUAL_USE: Final = "CRC-DUA"  # the centre whose content is for vetted people


class Centre(Base):
    """The aggregate. `code` is its number; services, links and rota are parts of it."""

    __tablename__ = "centres"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    code: Mapped[str]
    names: Mapped[Names] = mapped_column(Stored(Names))
    industry: Mapped[str]
    scope: Mapped[dict[str, Any]]
    ecosystems: Mapped[list[str]]
    dual_use: Mapped[bool]
    rota: Mapped[list[dict[str, Any]]]
    lock: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": lock}

    @classmethod
    def open(
        cls,
        *,
        centre_id: UUID,
        association: str,
        code: str,
        names: Names,
        industry: str,
        scope: dict[str, str],
        ecosystems: Sequence[str],
        at: datetime,
    ) -> tuple[Self, facts.CentreOpened]:
        """Let a centre serve clusters from now on."""
        centre = cls(
            id=centre_id,
            association=association,
            code=code,
            names=names,
            dual_use=code == DUAL_USE,
            rota=[],
        )
        centre._say(industry, scope, ecosystems, at)
        return centre, facts.CentreOpened(**centre._facts(at))

    def revise(
        self,
        *,
        industry: str,
        scope: dict[str, str],
        ecosystems: Sequence[str],
        at: datetime,
    ) -> facts.CentreRevised:
        """Say anew what it is for."""
        self._say(industry, scope, ecosystems, at)
        return facts.CentreRevised(**self._facts(at))

    def link(
        self, cluster_id: UUID, *, role: CentreRole, from_day: date, at: datetime
    ) -> facts.CentreClusterLinked:
        """Serve a cluster, or have it as a twin, from that day."""
        self.changed_at = at
        return facts.CentreClusterLinked(**self._linked(cluster_id, role, from_day, at))

    def unlink(
        self, cluster_id: UUID, *, role: CentreRole, from_day: date, at: datetime
    ) -> facts.CentreClusterUnlinked:
        """Serve it no more, or have it as a twin no more, from that day."""
        self.changed_at = at
        return facts.CentreClusterUnlinked(**self._linked(cluster_id, role, from_day, at))

    def offer(self, service: "CentreService", *, at: datetime) -> facts.CentreServiceOffered:
        """Offer a service for a quarter, or say anew how much of it there is."""
        self.changed_at = at
        return facts.CentreServiceOffered(
            subject=str(self.id),
            time=at,
            service_id=service.id,
            texts=service.texts,
            languages=tuple(service.languages),
            capacity=service.capacity,
            quarter=service.quarter,
        )

    def withdraw(self, service: "CentreService", *, at: datetime) -> facts.CentreServiceWithdrawn:
        """Offer a service no more."""
        self.changed_at = service.withdrawn_at = at
        return facts.CentreServiceWithdrawn(subject=str(self.id), time=at, service_id=service.id)

    def give(
        self, service: "CentreService", cluster_id: UUID, *, amount: int, at: datetime
    ) -> facts.CentreServiceGiven:
        """Give so much of a service to a cluster.

        Raises:
            NothingLeft: there is not that much left of the quarter.
        """
        if amount > service.left:
            raise NothingLeft(
                mark("only {left} of {capacity} are left of {quarter}"),
                left=service.left,
                capacity=service.capacity,
                quarter=service.quarter,
            )
        service.used += amount
        self.changed_at = at
        return facts.CentreServiceGiven(
            subject=str(self.id),
            time=at,
            service_id=service.id,
            cluster_id=cluster_id,
            amount=amount,
            left=service.left,
        )

    def set_rota(self, entries: Sequence[facts.RotaEntry], *, at: datetime) -> facts.CentreRotaSet:
        """Say who is to be asked, from when until when, and who instead.

        Raises:
            RotaDoesNotFit: somebody ends before they begin, or substitutes for themselves.
        """
        for number, entry in enumerate(entries):
            if entry.until_day is not None and entry.until_day < entry.from_day:
                raise RotaDoesNotFit(f"/entries/{number}/until_day", RotaDoesNotFit.LATER)
            if entry.substitute_id == entry.person_id:
                raise RotaDoesNotFit(f"/entries/{number}/substitute_id", RotaDoesNotFit.SELF)
        self.rota = [entry.model_dump(mode="json") for entry in entries]
        self.changed_at = at
        return facts.CentreRotaSet(subject=str(self.id), time=at, entries=tuple(entries))

    def ask_first(self, person_id: UUID, *, on: date, at: datetime) -> facts.CentreRotaSet | None:
        """Put somebody on the rota from that day.

        Nothing comes of it if they are on it then, or will be by an entry that begins later.
        """
        entries = self.entries
        if any(each.person_id == person_id and _goes_on(each, on) for each in entries):
            return None
        return self.set_rota([*entries, facts.RotaEntry(person_id=person_id, from_day=on)], at=at)

    def ask_no_more(self, person_id: UUID, *, on: date, at: datetime) -> facts.CentreRotaSet | None:
        """Take somebody off the rota from that day; the days before stay as they were."""
        kept = []
        for each in self.entries:
            if each.person_id != person_id or not _goes_on(each, on):
                kept.append(each)
            elif each.from_day < on:
                kept.append(each.model_copy(update={"until_day": on - timedelta(days=1)}))
        return self.set_rota(kept, at=at) if kept != self.entries else None

    @property
    def entries(self) -> list[facts.RotaEntry]:
        """The rota, as it was set."""
        return [facts.RotaEntry.model_validate(each) for each in self.rota]

    def _say(
        self, industry: str, scope: dict[str, str], ecosystems: Sequence[str], at: datetime
    ) -> None:
        self.industry, self.scope, self.ecosystems = industry, dict(scope), list(ecosystems)
        self.changed_at = at

    def _facts(self, at: datetime) -> dict[str, Any]:
        return {
            "subject": str(self.id),
            "time": at,
            "code": self.code,
            "industry": self.industry,
            "scope": self.scope,
            "ecosystems": tuple(self.ecosystems),
        }

    def _linked(
        self, cluster_id: UUID, role: CentreRole, from_day: date, at: datetime
    ) -> dict[str, Any]:
        return {
            "subject": str(self.id),
            "time": at,
            "cluster_id": cluster_id,
            "role": role,
            "from_day": from_day,
        }


def _goes_on(entry: facts.RotaEntry, on: date) -> bool:
    return entry.until_day is None or entry.until_day >= on


class CentreLink(Base):
    """That a centre serves a cluster, or has it as a twin; `association` is the cluster's."""

    __tablename__ = "centre_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    centre_id: Mapped[UUID]
    cluster_id: Mapped[UUID]
    association: Mapped[str]
    role: Mapped[CentreRole]
    from_day: Mapped[date]
    until_day: Mapped[date | None]


class CentreService(Base):
    """A service of one quarter, such as `2027-Q2`; `association` is who offers it."""

    __tablename__ = "centre_services"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    centre_id: Mapped[UUID]
    association: Mapped[str]
    texts: Mapped[dict[str, Any]]
    languages: Mapped[list[str]]
    quarter: Mapped[str]
    capacity: Mapped[int]
    used: Mapped[int]
    withdrawn_at: Mapped[datetime | None]

    @property
    def left(self) -> int:
        """How much of it can still be given."""
        return self.capacity - self.used
