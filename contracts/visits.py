"""What exchanges promises about visits: their sessions, delegates, sides and states.

Every event of a visit carries the overall state and both sides, so that a consumer never
derives them itself.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from .event import Classification, Event
from .vocabulary import (
    Activity,
    Association,
    AttendanceMethod,
    ErasureReason,
    HostSide,
    Mode,
    ParticipantRole,
    Party,
    Place,
    PlannedTime,
    ReasonClass,
    SessionKind,
    Texts,
    Value,
    VisitorSide,
    VisitState,
    Zone,
)


class VisitEvent(Event):
    """What happens to one exchange visit, with the state it is in afterwards."""

    topic: ClassVar[str] = "exchanges.visits"
    classification: ClassVar[Classification] = Classification.INTERNAL

    number: str
    state: VisitState
    visitor_side: VisitorSide
    host_side: HostSide
    visitor_association: Association
    host_association: Association

    def shared_with(self) -> frozenset[str]:
        """Both sides read what happens to their visit."""
        return frozenset({self.visitor_association, self.host_association})


class VisitOpened(VisitEvent):
    """Two organisations mean to meet; nobody is bound yet. `host_zone` is where the host lives."""

    type: ClassVar[str] = "talka.exchanges.visit.opened.v1"

    title: Texts
    visiting_organisation_id: UUID
    host_organisation_id: UUID
    mode: Mode
    activities: tuple[Activity, ...]
    dual_use: bool
    host_zone: Zone
    match_id: UUID | None = None
    call_id: UUID | None = None


class FormerSession(Value):
    """When and where a session was to be before it moved."""

    starts: PlannedTime
    ends: PlannedTime
    mode: Mode
    place: Place | None = None


class SessionPlan(VisitEvent):
    """The whole plan of one session; `place` is absent online.

    `calendar_sequence` counts material changes: calendars keep the entry with the highest.
    """

    session_id: UUID
    kind: SessionKind
    title: Texts
    mode: Mode
    place: Place | None = None
    starts: PlannedTime
    ends: PlannedTime
    calendar_sequence: Annotated[int, Field(ge=0)]


class SessionPlanned(SessionPlan):
    """The visit has one more session."""

    type: ClassVar[str] = "talka.exchanges.visit.session_planned.v1"


class SessionMoved(SessionPlan):
    """The session has another time, place or mode; whoever was asked to it is told."""

    type: ClassVar[str] = "talka.exchanges.visit.session_moved.v1"

    former: FormerSession


class SessionDropped(VisitEvent):
    """The session will not take place."""

    type: ClassVar[str] = "talka.exchanges.visit.session_dropped.v1"

    session_id: UUID
    calendar_sequence: Annotated[int, Field(ge=0)]


class VisitorSideSigned(VisitEvent):
    """Both parties of the visiting side have signed; `party` was the second."""

    type: ClassVar[str] = "talka.exchanges.visit.visitor_side_signed.v1"

    party: Party


class HostSideSigned(VisitEvent):
    """Both parties of the host side have signed; `party` was the second."""

    type: ClassVar[str] = "talka.exchanges.visit.host_side_signed.v1"

    party: Party


class VisitCommitted(VisitEvent):
    """All four parties are bound by the commitment with this hash.

    Eligibility is that of `decisive_day`. `beneficiaries` are the delegates' organisations.
    """

    type: ClassVar[str] = "talka.exchanges.visit.committed.v1"

    commitment_id: UUID
    hash: str
    decisive_day: date
    beneficiaries: tuple[UUID, ...]
    rule_set_id: UUID | None = None


class VisitReschedulingStarted(VisitEvent):
    """A party moved sessions of a committed visit; the signatures concerned are asked for again."""

    type: ClassVar[str] = "talka.exchanges.visit.rescheduling_started.v1"

    party: Party
    reason: ReasonClass


class MovedSession(Value):
    """A session with its new and its former start."""

    session_id: UUID
    starts: PlannedTime
    former: PlannedTime


class VisitRescheduled(VisitEvent):
    """The moved visit is committed again: same identity, same number.

    `concerned` are the participants whose sessions moved; nobody else need be told.
    """

    type: ClassVar[str] = "talka.exchanges.visit.rescheduled.v1"

    sessions: tuple[MovedSession, ...]
    signatures_kept: tuple[Party, ...]
    signatures_reopened: tuple[Party, ...]
    calendar_sequence: int
    concerned: tuple[UUID, ...]


class MissingItem(Value):
    """An item of the readiness list, and how many delegates lack it."""

    item: str
    count: int


class VisitReady(VisitEvent):
    """The delegates can travel: `share` of the readiness list is done, 0 to 1."""

    type: ClassVar[str] = "talka.exchanges.visit.ready.v1"

    share: Annotated[float, Field(ge=0, le=1)]
    missing: tuple[MissingItem, ...] = ()


class VisitStarted(VisitEvent):
    """The host has checked in the first delegate."""

    type: ClassVar[str] = "talka.exchanges.visit.started.v1"

    session_id: UUID | None = None


class VisitEnded(VisitEvent):
    """The last session is over; report and feedback are due. `lost_minutes` of plan fell out."""

    type: ClassVar[str] = "talka.exchanges.visit.ended.v1"

    session_id: UUID | None = None
    lost_minutes: int | None = None


class VisitCancelled(VisitEvent):
    """The committed visit will not take place. `note` is for those concerned and names nobody."""

    type: ClassVar[str] = "talka.exchanges.visit.cancelled.v1"

    reason: ReasonClass
    justified: bool
    note: str | None = None


class VisitDissolved(VisitEvent):
    """The visit ended before anybody was bound. `note` is for those concerned and names nobody."""

    type: ClassVar[str] = "talka.exchanges.visit.dissolved.v1"

    reason: ReasonClass
    justified: bool
    note: str | None = None


class ParticipantForgotten(VisitEvent):
    """A back office had a person erased whom only visits knew; the place stays, without a name."""

    type: ClassVar[str] = "talka.exchanges.visit.participant_forgotten.v1"

    participant_id: UUID
    role: ParticipantRole
    reason: ErasureReason


class Attendance(Value):
    """How long a delegate was present, and for which organisation.

    `person_id` is the same for one person in all visits.
    """

    participant_id: UUID
    organisation_id: UUID
    minutes: Annotated[int, Field(ge=0)]
    person_id: UUID | None = None


class AttendanceRecorded(VisitEvent):
    """Who was present in a session; takes the place of the list in the event `corrects` names."""

    type: ClassVar[str] = "talka.exchanges.visit.attendance_recorded.v1"

    session_id: UUID
    attended: tuple[Attendance, ...]
    method: AttendanceMethod
    corrects: UUID | None = None
