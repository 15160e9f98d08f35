"""Small stories about visits and clusters, told as the events that their services state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.event import Event, uuid7
from contracts.exchanges import (
    Attendance,
    AttendanceRecorded,
    DelegateAnswered,
    DelegateInvited,
    FormerSession,
    SessionDropped,
    SessionMoved,
    SessionPlanned,
    VisitCancelled,
    VisitCommitted,
    VisitDissolved,
    VisitEnded,
    VisitOpened,
    VisitRescheduled,
)
from contracts.vocabulary import (
    Activity,
    AttendanceMethod,
    DelegateAnswer,
    HostSide,
    Mode,
    Place,
    PlannedTime,
    ReasonClass,
    Region,
    RegionScheme,
    SessionKind,
    VisitorSide,
    VisitState,
)

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)
MONDAY = date(2027, 3, 15)
KOSICE = Place(
    country="SK",
    region=Region(scheme=RegionScheme.NUTS, code="SK042"),
    settlement="Košice",
)


@dataclass(frozen=True)
class Told:
    """One event with the sequence that its service gave it."""

    event: Event
    sequence: int
    association: str


class Story:
    """What happens to one thing, in order."""

    def __init__(self, association: str) -> None:
        self.id = uuid7()
        self.association = association
        self.told: list[Told] = []

    def tell(self, event: Event) -> None:
        self.told.append(Told(event, len(self.told) + 1, self.association))


class VisitStory(Story):
    """A visit to Košice, told by acts; three whole days from Monday 15 March 2027 unless told."""

    def __init__(
        self,
        *,
        visitor: str = "UA",
        host: str = "SK",
        zone: str = "Europe/Bratislava",
        dual_use: bool = False,
        host_organisation_id: UUID | None = None,
    ) -> None:
        super().__init__(host)
        self.visitor, self.host, self.zone = visitor, host, zone
        self.tell(
            VisitOpened(
                **self._about(VisitState.BUILDING, NOON),
                title={"en": "Plastics"},
                visiting_organisation_id=uuid7(),
                host_organisation_id=host_organisation_id or uuid7(),
                mode=Mode.ON_SITE,
                activities=(Activity.NETWORKING,),
                dual_use=dual_use,
                host_zone=zone,
            )
        )

    def _about(self, state: VisitState, at: datetime) -> dict[str, Any]:
        return {
            "subject": str(self.id),
            "time": at,
            "number": "EX-2027-031",
            "state": state,
            "visitor_side": VisitorSide.LIVE,
            "host_side": HostSide.VERIFIED,
            "visitor_association": self.visitor,
            "host_association": self.host,
        }

    def session(
        self, day: date, *, mode: Mode = Mode.ON_SITE, place: Place | None = KOSICE
    ) -> UUID:
        session_id = uuid7()
        self.tell(
            SessionPlanned(
                **self._about(VisitState.BUILDING, NOON),
                **self._plan(session_id, day, mode, place),
                calendar_sequence=0,
            )
        )
        return session_id

    def move(self, session_id: UUID, day: date, *, mode: Mode = Mode.ON_SITE) -> None:
        plan = self._plan(session_id, day, mode, KOSICE)
        self.tell(
            SessionMoved(
                **self._about(VisitState.IN_PROGRESS, NOON),
                **plan,
                calendar_sequence=1,
                former=FormerSession(starts=plan["starts"], ends=plan["ends"], mode=mode),
            )
        )

    def drop(self, session_id: UUID) -> None:
        about = self._about(VisitState.COMMITTED, NOON)
        self.tell(SessionDropped(**about, session_id=session_id, calendar_sequence=1))

    def reschedule(self) -> None:
        self.tell(
            VisitRescheduled(
                **self._about(VisitState.COMMITTED, NOON),
                sessions=(),
                signatures_kept=(),
                signatures_reopened=(),
                calendar_sequence=1,
                concerned=(),
            )
        )

    def _plan(self, session_id: UUID, day: date, mode: Mode, place: Place | None) -> dict[str, Any]:
        starts = datetime.combine(day, time(9))
        return {
            "session_id": session_id,
            "kind": SessionKind.WORKSHOP,
            "title": {"en": "Workshop"},
            "mode": mode,
            "place": place if mode is Mode.ON_SITE else None,
            "starts": PlannedTime.at(starts, self.zone),
            "ends": PlannedTime.at(starts + timedelta(hours=8), self.zone),
        }

    def commit(self) -> None:
        self.tell(
            VisitCommitted(
                **self._about(VisitState.COMMITTED, NOON),
                commitment_id=uuid7(),
                hash="0" * 64,
                decisive_day=NOON.date(),
                beneficiaries=(),
            )
        )

    def invite(self, *, at: datetime = NOON, answer: DelegateAnswer | None = None) -> UUID:
        participant_id = uuid7()
        self.tell(
            DelegateInvited(
                **self._about(VisitState.BUILDING, at),
                participant_id=participant_id,
                organisation_id=uuid7(),
                funded=True,
                reply_by_at=at + timedelta(days=7),
                link_id=uuid7(),
            )
        )
        if answer is not None:
            self.answer(participant_id, answer)
        return participant_id

    def answer(self, participant_id: UUID, answer: DelegateAnswer) -> None:
        self.tell(
            DelegateAnswered(
                **self._about(VisitState.BUILDING, NOON),
                participant_id=participant_id,
                answer=answer,
            )
        )

    def attend(
        self,
        session_id: UUID,
        minutes: Mapping[UUID, int],
        *,
        people: Mapping[UUID, UUID] | None = None,
    ) -> None:
        self.tell(
            AttendanceRecorded(
                **self._about(VisitState.IN_PROGRESS, NOON),
                session_id=session_id,
                attended=tuple(
                    Attendance(
                        participant_id=participant_id,
                        organisation_id=uuid7(),
                        minutes=attended,
                        person_id=(people or {}).get(participant_id),
                    )
                    for participant_id, attended in minutes.items()
                ),
                method=AttendanceMethod.LIST,
            )
        )

    def end(self, at: datetime | None = None) -> None:
        at = at or datetime.combine(MONDAY + timedelta(days=2), time(16), tzinfo=UTC)
        self.tell(VisitEnded(**self._about(VisitState.ENDED, at)))

    def dissolve(self) -> None:
        about = self._about(VisitState.DISSOLVED, NOON)
        self.tell(VisitDissolved(**about, reason=ReasonClass.NO_INTEREST, justified=False))

    def cancel(self) -> None:
        self.tell(
            VisitCancelled(
                **self._about(VisitState.CANCELLED, NOON),
                reason=ReasonClass.PARTY,
                justified=False,
            )
        )


def a_held_visit(
    *,
    delegates: int = 2,
    first: date = MONDAY,
    days: int = 3,
    visitor: str = "UA",
    host: str = "SK",
    minutes: int = 240,
    dual_use: bool = False,
    mode: Mode = Mode.ON_SITE,
    host_organisation_id: UUID | None = None,
) -> VisitStory:
    """A visit that was lived through: everybody invited, came, and stayed every day."""
    visit = VisitStory(
        visitor=visitor,
        host=host,
        dual_use=dual_use,
        host_organisation_id=host_organisation_id,
    )
    people = [visit.invite(answer=DelegateAnswer.ACCEPTED) for _ in range(delegates)]
    sessions = [visit.session(first + timedelta(days=n), mode=mode) for n in range(days)]
    visit.commit()
    for session_id in sessions:
        visit.attend(session_id, dict.fromkeys(people, minutes))
    last = first + timedelta(days=days - 1)
    visit.end(datetime.combine(last, time(16), tzinfo=UTC))
    return visit
