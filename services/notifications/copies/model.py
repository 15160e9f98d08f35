"""Copies of others' facts, fed by events only; each says up to when it is true (`as_of`)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from contracts.people import Absence
from contracts.planned_time import PlannedTime
from contracts.vocabulary import (
    DelegateState,
    Mode,
    ParticipantRole,
    Place,
    SessionKind,
    VisitState,
)
from services.notifications.database import Base

WALL: Final = DateTime(timezone=False)  # what the clock on the wall shows
LANGUAGE_OF: Final = {"CZ": "cs", "LT": "lt", "PL": "pl", "RO": "ro", "SK": "sk", "UA": "uk"}
STILL_ASKED: Final = frozenset(
    {DelegateState.INVITED, DelegateState.WAITING, DelegateState.OFFERED, DelegateState.ACCEPTED}
)


class PersonCopy(Base):
    """Somebody of a visit who has no account: where and in which language to write.

    `folded` is what the search compares: name in all its forms, and address.
    """

    __tablename__ = "people"

    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID]
    role: Mapped[ParticipantRole | None]
    name: Mapped[str]
    latin_name: Mapped[str | None]
    mail: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    folded: Mapped[str]
    as_of: Mapped[datetime]


class ContactCopy(Base):
    """Somebody whom an association keeps: who stands in when, of all that is known of people."""

    __tablename__ = "contacts_copy"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    name: Mapped[str]
    mail: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    absences: Mapped[list[dict[str, Any]]]
    as_of: Mapped[datetime]

    def stands_in(self, *, at: datetime) -> UUID | None:
        """Who gets what the person would get at that instant; None while nobody does."""
        absences = (Absence.model_validate(each) for each in self.absences)
        away = (each for each in absences if each.from_at <= at < each.until_at)
        return next((each.substitute_id for each in away), None)


class ClusterCopy(Base):
    """What a cluster is called, and who may see what is about it."""

    __tablename__ = "clusters"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    country: Mapped[str]
    dual_use: Mapped[bool]
    as_of: Mapped[datetime]

    def name_in(self, language: str) -> str:
        """The own name for readers of its country's language, the English one for all others."""
        return self.name if LANGUAGE_OF.get(self.country) == language else self.name_en


class VisitCopy(Base):
    """A visit and its two sides."""

    __tablename__ = "visits"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[dict[str, Any]]
    state: Mapped[VisitState]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    visiting_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    host_zone: Mapped[str]
    dual_use: Mapped[bool]
    as_of: Mapped[datetime]


class SessionCopy(Base):
    """One item of a visit's programme; a dropped one stays, because calendars still hold it."""

    __tablename__ = "visit_sessions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID]
    kind: Mapped[SessionKind]
    title: Mapped[dict[str, Any]]
    mode: Mapped[Mode]
    place: Mapped[dict[str, Any] | None]
    starts_wall: Mapped[datetime] = mapped_column(WALL)
    starts_zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_wall: Mapped[datetime] = mapped_column(WALL)
    ends_zone: Mapped[str]
    ends_at: Mapped[datetime]
    calendar_sequence: Mapped[int]
    dropped: Mapped[bool]
    as_of: Mapped[datetime]

    @property
    def starts(self) -> PlannedTime:
        return PlannedTime(wall=self.starts_wall, zone=self.starts_zone, instant=self.starts_at)

    @property
    def ends(self) -> PlannedTime:
        return PlannedTime(wall=self.ends_wall, zone=self.ends_zone, instant=self.ends_at)

    @property
    def where(self) -> Place | None:
        return Place.model_validate(self.place) if self.place is not None else None


class DelegateCopy(Base):
    """Somebody who was asked to travel, and what became of it."""

    __tablename__ = "delegates"

    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID]
    state: Mapped[DelegateState]
    reply_by_at: Mapped[datetime]
    link_id: Mapped[UUID]
    as_of: Mapped[datetime]
