"""The programme of a visit: sessions are added, dropped and moved here.

Moving is one act: the visit keeps its identity, each moved session its calendar entry.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contracts import exchanges as facts
from contracts.planned_time import PlannedTime
from contracts.vocabulary import Party, ReasonClass, VisitState
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.exchanges.visits.record import VisitRecord
from services.exchanges.visits.refusals import ReasonMissing
from services.exchanges.visits.sessions import Times, VisitSession, check_span, standing
from services.exchanges.visits.states import AGREED, EXPECTED, MOVABLE

FIXED: Final = mark(
    "{number} is {state}: sessions are added and dropped before it is agreed; move one instead"
)
OVER: Final = mark("{number} is {state}: its sessions have taken place, or were called off")
WHY: Final = mark("say why the visit moves: what was agreed is to be signed again")


class Programme(VisitRecord):
    """A visit as far as its sessions are concerned."""

    __abstract__ = True

    def add_session(self, session: VisitSession, *, at: datetime) -> facts.SessionPlanned:
        """Put one more session on the programme while nobody is bound by it.

        Raises:
            WrongVisitState: the visit is agreed or over.
            SpanTooLong: the session is too far from the others.
        """
        self.must_be({VisitState.BUILDING}, FIXED)
        check_span([*self.programme, session])
        self.sessions.append(session)
        return facts.SessionPlanned(**self.common(at), **_plan(session))

    def drop_session(self, session_id: UUID, *, at: datetime) -> facts.SessionDropped:
        """Take a session off the programme; its calendar entry is taken back.

        Raises:
            WrongVisitState: the visit is agreed or over.
        """
        self.must_be({VisitState.BUILDING}, FIXED)
        session = self.session(session_id)
        session.dropped_at = at
        sequence = session.raise_sequence(at=at)
        return facts.SessionDropped(
            **self.common(at), session_id=session.id, calendar_sequence=sequence
        )

    def move_sessions(
        self,
        moves: Mapping[UUID, Times],
        *,
        party: Party,
        reason: ReasonClass | None,
        reopened: Collection[Party],
        at: datetime,
    ) -> list[facts.VisitEvent]:
        """Move sessions in one act; `reopened` are the parties who must sign the new dates.

        Raises:
            WrongVisitState: the visit is over, or was called off.
            ReasonMissing: an agreed visit is to be signed again, and nothing says why.
            SpanTooLong: the sessions would be too far from each other.
        """
        self.must_be(MOVABLE, OVER)
        asks_why = self.asks_why(reopened)
        if reason is None and asks_why:
            raise ReasonMissing(WHY, [Fault("/reason", ReasonMissing.code, WHY)])
        self.reopen(reopened)
        events: list[facts.VisitEvent] = []
        if reason is not None and asks_why:
            self.reach(VisitState.RESCHEDULING, at=at)
            started = facts.VisitReschedulingStarted(**self.common(at), party=party, reason=reason)
            events.append(started)
        sessions = standing(self.session(session_id) for session_id in moves)
        if self.state is VisitState.RESCHEDULING:
            self._remember(sessions, reopened)
        events += [self._move(session, moves[session.id], at=at) for session in sessions]
        check_span(self.programme)
        return events

    def asks_why(self, reopened: Collection[Party]) -> bool:
        """Whether a move for which these parties sign again is to say its reason."""
        return self.state in AGREED and bool(reopened)

    def _remember(self, sessions: Collection[VisitSession], reopened: Collection[Party]) -> None:
        stood = {str(s.id): s.times.starts.model_dump(mode="json") for s in sessions}
        self.moved = {
            "sessions": stood | self.moved.get("sessions", {}),  # where they stood at first
            "reopened": sorted({*self.moved.get("reopened", []), *reopened}),
        }

    def _move(self, session: VisitSession, times: Times, *, at: datetime) -> facts.SessionMoved:
        before = session.times
        former = facts.FormerSession(
            starts=before.starts, ends=before.ends, mode=session.mode, place=session.place
        )
        session.take(times, at=at)
        session.raise_sequence(at=at)
        return facts.SessionMoved(**self.common(at), **_plan(session), former=former)

    def rescheduled(self, *, at: datetime) -> facts.VisitRescheduled:
        """The fact that the new dates are signed; what was remembered of the old is let go."""
        stood, reopened = self.moved["sessions"], frozenset(map(Party, self.moved["reopened"]))
        moved = [session for session in self.programme if str(session.id) in stood]
        self.moved = {}
        return facts.VisitRescheduled(
            **self.common(at),
            sessions=tuple(
                facts.MovedSession(
                    session_id=session.id,
                    starts=session.times.starts,
                    former=PlannedTime.model_validate(stood[str(session.id)]),
                )
                for session in moved
            ),
            signatures_kept=tuple(party for party in Party if party not in reopened),
            signatures_reopened=tuple(party for party in Party if party in reopened),
            calendar_sequence=max(session.calendar_sequence for session in moved),
            concerned=tuple(d.participant_id for d in self.delegates if d.state in EXPECTED),
        )


def _plan(session: VisitSession) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "kind": session.kind,
        "title": session.title,
        "mode": session.mode,
        "place": session.place,
        "starts": session.times.starts,
        "ends": session.times.ends,
        "calendar_sequence": session.calendar_sequence,
    }
