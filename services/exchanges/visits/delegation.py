"""The delegation of a visit: who is invited, comes, is checked in, and was present how long."""

from datetime import datetime
from uuid import UUID

from contracts import exchanges as facts
from contracts.vocabulary import DelegateAnswer, DelegateState, ReasonClass
from services.chassis.faults import mark
from services.exchanges.visits.attendance import Attendance, AttendanceList, check
from services.exchanges.visits.delegates import Delegate, Invitation, check_deadline
from services.exchanges.visits.names import ANSWER
from services.exchanges.visits.programme import Programme
from services.exchanges.visits.refusals import TooEarly, WrongDelegateState
from services.exchanges.visits.sessions import VisitSession
from services.exchanges.visits.states import (
    CALLED_OFF,
    COMING,
    HELD,
    OPEN_TO_DELEGATES,
)


class Delegation(Programme):
    """A visit as far as the people are concerned who travel."""

    __abstract__ = True

    def invite(self, invitation: Invitation, *, at: datetime) -> facts.DelegateInvited:
        """Ask a person to travel.

        Raises:
            WrongVisitState: the visit has begun or was called off.
            DeadlineCannotBe: nobody can keep this deadline.
        """
        self.must_be(
            OPEN_TO_DELEGATES, mark("{number} is {state}: people are invited before it begins")
        )
        check_deadline(invitation.reply_by_at, first=self.programme[0].starts_at, at=at)
        delegate = Delegate(
            participant_id=invitation.participant_id,
            visitor_association=self.visitor_association,
            host_association=self.host_association,
            person_id=invitation.person_id,
            organisation_id=invitation.organisation_id,
            funded=invitation.funded,
            state=DelegateState.INVITED,
            link_id=invitation.link_id,
            invited_at=at,
            reply_by_at=invitation.reply_by_at,
            answered_at=None,
            checked_in_at=None,
        )
        self.delegates.append(delegate)
        return facts.DelegateInvited(
            **self.common(at),
            participant_id=delegate.participant_id,
            organisation_id=delegate.organisation_id,
            funded=delegate.funded,
            reply_by_at=delegate.reply_by_at,
            link_id=delegate.link_id,
        )

    def answer(
        self, participant_id: UUID, answer: DelegateAnswer, *, at: datetime
    ) -> facts.DelegateAnswered:
        """Take the person's yes or no.

        Raises:
            WrongVisitState: the visit has begun or was called off.
            ReplyTooLate: the reply deadline has passed.
            WrongDelegateState: the person has answered already, or was withdrawn.
        """
        self.must_be(
            OPEN_TO_DELEGATES, mark("{number} is {state}: there is nothing to answer any more")
        )
        self.delegate(participant_id).answer(answer, zone=self.host_zone, at=at)
        return facts.DelegateAnswered(
            **self.common(at), participant_id=participant_id, answer=answer
        )

    def lapse(self, participant_id: UUID, *, at: datetime) -> facts.DelegateLapsed:
        """The deadline passed without an answer.

        Raises:
            TooEarly: the deadline has not passed.
        """
        delegate = self.delegate(participant_id)
        if at <= delegate.reply_by_at:
            raise TooEarly(mark("the person may still answer; wait for the deadline"))
        delegate.move_to(DelegateState.LAPSED)
        return facts.DelegateLapsed(**self.common(at), participant_id=participant_id)

    def withdraw_delegate(
        self, participant_id: UUID, *, reason: ReasonClass | None, at: datetime
    ) -> facts.DelegateWithdrawn:
        """The person does not take part after all; nobody else is concerned.

        Raises:
            WrongVisitState: the visit was called off.
            WrongDelegateState: the person declined, attended, or was withdrawn already.
        """
        if self.state in CALLED_OFF:
            self.must_be((), mark("{number} is {state}: nobody takes part in it any more"))
        self.delegate(participant_id).move_to(DelegateState.WITHDRAWN)
        return facts.DelegateWithdrawn(
            **self.common(at), participant_id=participant_id, reason=reason
        )

    def arrive(self, participant_id: UUID, *, at: datetime) -> facts.DelegateArrived:
        """Note that a delegate is here.

        Raises:
            WrongDelegateState: the person did not accept the invitation.
        """
        delegate = self.delegate(participant_id)
        if delegate.state not in COMING:
            raise WrongDelegateState(
                mark("a delegate who is {state} cannot be checked in; look at the list again"),
                state=ANSWER[delegate.state],
            )
        delegate.checked_in_at = at
        return facts.DelegateArrived(**self.common(at), participant_id=participant_id)

    def record_attendance(self, kept: AttendanceList, *, at: datetime) -> facts.AttendanceRecorded:
        """Take the list of one session in place of any earlier one.

        Raises:
            WrongVisitState: the visit has not begun, or was called off.
            TooEarly: the session has not begun.
            AttendanceCannotBe: minutes or people do not fit.
        """
        self.must_be(
            HELD, mark("{number} is {state}: attendance is recorded from the first check-in on")
        )
        session = self.session(kept.session_id)
        if at < session.starts_at:
            raise TooEarly(mark("this session has not begun; record its attendance when it has"))
        check(kept, session, self.delegates)
        self._take(kept, session, at=at)
        return facts.AttendanceRecorded(
            **self.common(at),
            session_id=session.id,
            attended=self._present_in(session),
            method=kept.method,
            corrects=session.list_id,
        )

    def _take(self, kept: AttendanceList, session: VisitSession, *, at: datetime) -> None:
        newest = {
            part.participant_id: part for part in self.attended if part.session_id == session.id
        }
        for delegate in self.delegates:
            if delegate.state not in COMING:
                continue
            minutes = kept.minutes.get(delegate.participant_id, 0)
            part = newest.get(delegate.participant_id)
            if part is None:
                part = Attendance(
                    session_id=session.id,
                    participant_id=delegate.participant_id,
                    visitor_association=self.visitor_association,
                    host_association=self.host_association,
                )
                self.attended.append(part)
            part.minutes, part.recorded_at = minutes, at
            self._settle(delegate)

    def _settle(self, delegate: Delegate) -> None:
        mine = (p.minutes for p in self.attended if p.participant_id == delegate.participant_id)
        state = DelegateState.ATTENDED if any(mine) else DelegateState.ABSENT
        if state is not delegate.state:
            delegate.move_to(state)

    def _present_in(self, session: VisitSession) -> tuple[facts.Attendance, ...]:
        delegates = {delegate.participant_id: delegate for delegate in self.delegates}
        present = [part for part in self.attended if part.session_id == session.id and part.minutes]
        return tuple(
            facts.Attendance(
                participant_id=part.participant_id,
                organisation_id=delegates[part.participant_id].organisation_id,
                minutes=part.minutes,
                person_id=delegates[part.participant_id].person_id,
            )
            for part in sorted(present, key=lambda part: part.participant_id)
        )
