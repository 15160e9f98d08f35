"""What is kept of others' events in order to count: one row per fact, newest statement wins.

Facts hold ids, dates and words of the vocabulary, never a name. Every row can be rebuilt from
the topics; nothing else writes here.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import ClusterState, DelegateAnswer, Mode, PlaceKind, Region, VisitClass
from services.analytics.database import Base


class Fate(StrEnum):
    """How far a visit got, as far as figures care."""

    OPEN = "open"
    ENDED = "ended"
    CALLED_OFF = "called_off"  # cancelled, or dissolved before anybody was bound


class VisitFact(Base):
    """One visit; `days_*`, `visit_class` and `completed` follow from its attendance.

    `ended_on` is the local date at the host.
    """

    __tablename__ = "visit_facts"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    visiting_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    host_zone: Mapped[str]
    dual_use: Mapped[bool]
    fate: Mapped[Fate]
    ended_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    days_on_site: Mapped[Decimal]
    days_online: Mapped[Decimal]
    visit_class: Mapped[VisitClass]
    completed: Mapped[bool]


class SessionFact(Base):
    """One session; `held_on` is the local date at the host, `agreed_on` that of the commitment."""

    __tablename__ = "session_facts"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    mode: Mapped[Mode]
    starts_at: Mapped[datetime]
    held_on: Mapped[date]
    agreed_on: Mapped[date | None]
    dropped: Mapped[bool]
    region_scheme: Mapped[str | None]
    region_code: Mapped[str | None]

    @property
    def region(self) -> Region | None:
        """Where the session is, as its event named it; none online."""
        if self.region_scheme is None or self.region_code is None:
            return None
        return Region.model_validate({"scheme": self.region_scheme, "code": self.region_code})


class AttendanceFact(Base):
    """Minutes of one delegate in one session, as the newest list says."""

    __tablename__ = "attendance_facts"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    minutes: Mapped[int]


class StayFact(Base):
    """What one local date was worth for one delegate, on site or online: a day or half a day."""

    __tablename__ = "stay_facts"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mode: Mapped[Mode] = mapped_column(primary_key=True)
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    person_id: Mapped[UUID]
    days: Mapped[Decimal]


class InvitationFact(Base):
    """One delegate asked to one visit; `answer` is the last one given, none while it is open."""

    __tablename__ = "invitation_facts"

    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    invited_on: Mapped[date]
    answer: Mapped[DelegateAnswer | None]


class AssociationCopy(Base):
    """Where an association sits: the zone in which its clusters' days are counted."""

    __tablename__ = "associations_copy"

    association: Mapped[str] = mapped_column(primary_key=True)
    zone: Mapped[str]
    as_of: Mapped[datetime]


class ClusterStateFact(Base):
    """A cluster's state from the event with this `sequence` until the next one.

    It holds from the instant `from_at`; days are local dates at the association's seat, the end
    excluded.
    """

    __tablename__ = "cluster_state_facts"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    association: Mapped[str]
    state: Mapped[ClusterState]
    from_at: Mapped[datetime]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class ClusterPlaceFact(Base):
    """Where a cluster sits or works by the statement with this `sequence`, as a coarse region.

    It was told for `from_on` and holds from `holds_from`, the first one since ever, until a later
    statement takes its place; days are local dates at the association's seat, the end excluded.
    Without a region the place is unknown, or, of the operating place, the seat. `from_at` is the
    instant of a profile; of a move the day itself is stated.
    """

    __tablename__ = "cluster_place_facts"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    association: Mapped[str]
    region: Mapped[str | None]
    from_at: Mapped[datetime | None]
    from_on: Mapped[date]
    holds_from: Mapped[date]
    until_on: Mapped[date | None]


class ClusterFact(Base):
    """What the stream says of a visit's clusters: the main ecosystem, and never a dual-use one."""

    __tablename__ = "cluster_facts"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    ecosystem: Mapped[str]
    dual_use: Mapped[bool]


class TouchedDay(Base):
    """A date of which some figure may have changed; rows are only added, and taken when reported.

    Without a key of its own on the date, so that batches side by side never wait for each other.
    """

    __tablename__ = "touched_days"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    day: Mapped[date]


class Watermark(Base):
    """Up to when one partition of a source is complete.

    `caught_up_at` is the real time at which nothing waited there, `complete_to` the same moment by
    the domain's clock; both stand still while `lag` records wait.
    """

    __tablename__ = "watermarks"

    topic: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    caught_up_at: Mapped[datetime | None]
    complete_to: Mapped[datetime | None]
    lag: Mapped[int]
