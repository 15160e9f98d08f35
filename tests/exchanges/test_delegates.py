"""What may happen to a delegate; no database needed."""

from itertools import pairwise

import pytest

from contracts import exchanges as facts
from contracts.vocabulary import DelegateAnswer, DelegateState, VisitState
from services.exchanges.visits import states
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import (
    AttendanceCannotBe,
    DeadlineCannotBe,
    DelegateNotFound,
    ReplyTooLate,
    TooEarly,
    WrongDelegateState,
    WrongVisitState,
)
from tests.exchanges.builders import (
    DAY,
    DEADLINE,
    LENA,
    MARTIN,
    NOON,
    OKSANA,
    a_delegate,
    a_visit,
    an_invitation,
)

D = DelegateState
S = VisitState

ALLOWED = {
    *pairwise((D.INVITED, D.ACCEPTED, D.ATTENDED, D.ABSENT, D.ATTENDED)),
    *((D.INVITED, after) for after in (D.DECLINED, D.LAPSED, D.WAITING, D.WITHDRAWN)),
    *((D.WAITING, after) for after in (D.OFFERED, D.WITHDRAWN)),
    *((D.OFFERED, after) for after in (D.ACCEPTED, D.DECLINED, D.LAPSED, D.WITHDRAWN)),
    *((D.ACCEPTED, after) for after in (D.WITHDRAWN, D.REPLACED, D.ABSENT)),
}
FORBIDDEN = [(a, b) for a in D for b in D if (a, b) not in ALLOWED]


def an_invited(state: D = D.INVITED) -> Visit:
    visit = a_visit()
    visit.invite(an_invitation(), at=NOON)
    visit.delegate(OKSANA).state = state
    return visit


class TestLiteral:
    def test_allows_what_the_programme_allows(self) -> None:
        assert {(a, b) for a, after in states.DELEGATE_NEXT.items() for b in after} == ALLOWED

    @pytest.mark.parametrize(("before", "after"), FORBIDDEN)
    def test_every_other_move_raises(self, before: D, after: D) -> None:
        with pytest.raises(WrongDelegateState):
            an_invited(before).delegate(OKSANA).move_to(after)


class TestInvite:
    def test_names_the_link_and_never_its_token(self) -> None:
        invitation = an_invitation()

        event = a_visit().invite(invitation, at=NOON)

        assert (event.participant_id, event.link_id) == (OKSANA, invitation.link_id)
        assert (event.reply_by_at, event.funded) == (DEADLINE, True)

    @pytest.mark.parametrize("deadline", [NOON, NOON - DAY, NOON + 30 * DAY])
    def test_refuses_a_deadline_nobody_can_keep(self, deadline: object) -> None:
        with pytest.raises(DeadlineCannotBe):
            a_visit().invite(an_invitation(reply_by_at=deadline), at=NOON)

    @pytest.mark.parametrize("state", [s for s in S if s not in states.OPEN_TO_DELEGATES])
    def test_refuses_a_visit_that_began_or_was_called_off(self, state: S) -> None:
        with pytest.raises(WrongVisitState):
            a_visit(state=state).invite(an_invitation(), at=NOON)


class TestAnswer:
    @pytest.mark.parametrize("answer", list(DelegateAnswer))
    def test_states_yes_or_no(self, answer: DelegateAnswer) -> None:
        visit = an_invited()

        event = visit.answer(OKSANA, answer, at=DEADLINE)

        assert (event.participant_id, event.answer) == (OKSANA, answer)
        assert visit.delegate(OKSANA).state.value == answer.value

    def test_after_the_deadline_names_it_with_its_zone(self) -> None:
        with pytest.raises(ReplyTooLate, match=r"2027-03-06 13:00 .Europe/Bratislava"):
            an_invited().answer(OKSANA, DelegateAnswer.ACCEPTED, at=DEADLINE + DAY)

    def test_is_given_once(self) -> None:
        visit = an_invited(D.DECLINED)

        with pytest.raises(WrongDelegateState):
            visit.answer(OKSANA, DelegateAnswer.ACCEPTED, at=NOON)

    def test_of_a_stranger_is_refused(self) -> None:
        with pytest.raises(DelegateNotFound):
            an_invited().answer(MARTIN, DelegateAnswer.ACCEPTED, at=NOON)


class TestLapse:
    def test_follows_the_deadline(self) -> None:
        visit = an_invited()

        event = visit.lapse(OKSANA, at=DEADLINE + DAY)

        assert (event.participant_id, visit.delegate(OKSANA).state) == (OKSANA, D.LAPSED)

    def test_does_not_come_before_it(self) -> None:
        with pytest.raises(TooEarly):
            an_invited().lapse(OKSANA, at=DEADLINE)


class TestWithdraw:
    def test_concerns_this_person_only(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        a_delegate(visit, OKSANA)
        a_delegate(visit, MARTIN)

        event = visit.withdraw_delegate(OKSANA, reason=None, at=NOON)

        assert event.participant_id == OKSANA
        assert visit.delegate(MARTIN).state is D.ACCEPTED

    @pytest.mark.parametrize("state", sorted(states.CALLED_OFF))
    def test_is_pointless_in_a_visit_called_off(self, state: S) -> None:
        visit = a_visit(state=state)
        a_delegate(visit)

        with pytest.raises(WrongVisitState):
            visit.withdraw_delegate(OKSANA, reason=None, at=NOON)


class TestCheckIn:
    def test_the_first_starts_the_visit_and_later_ones_only_add(self) -> None:
        visit = a_visit(state=S.READY)
        first = visit.programme[0]
        a_delegate(visit, OKSANA)
        a_delegate(visit, MARTIN)

        started, arrived = visit.check_in([OKSANA], at=first.starts_at)
        later = visit.check_in([MARTIN, OKSANA], at=first.ends_at)
        nobody = visit.check_in([MARTIN, OKSANA], at=first.ends_at)

        assert isinstance(started, facts.VisitStarted)
        assert isinstance(arrived, facts.DelegateArrived)
        assert (started.state, started.session_id) == (S.IN_PROGRESS, first.id)
        assert (arrived.participant_id, len(later), nobody) == (OKSANA, 1, [])
        assert visit.delegate(OKSANA).checked_in_at == first.starts_at
        assert visit.delegate(MARTIN).checked_in_at == first.ends_at

    def test_opens_on_the_day_of_the_first_session(self) -> None:
        visit = a_visit(state=S.READY)
        a_delegate(visit)

        with pytest.raises(TooEarly, match="2027-03-16"):
            visit.check_in([OKSANA], at=visit.programme[0].starts_at - DAY)

    def test_is_for_those_who_accepted(self) -> None:
        visit = a_visit(state=S.READY)
        a_delegate(visit, OKSANA).state = D.DECLINED

        with pytest.raises(WrongDelegateState):
            visit.check_in([OKSANA], at=visit.programme[0].starts_at)

    def test_waits_until_everybody_is_ready(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        a_delegate(visit)

        with pytest.raises(WrongVisitState, match="when everybody is ready"):
            visit.check_in([OKSANA], at=visit.programme[0].starts_at)


class TestAttendance:
    def a_visit_under_way(self) -> Visit:
        visit = a_visit(state=S.IN_PROGRESS)
        for participant_id in (OKSANA, MARTIN):
            a_delegate(visit, participant_id)
        return visit

    def test_states_who_was_there_and_how_long(self) -> None:
        visit = self.a_visit_under_way()
        session = visit.programme[0]

        event = visit.record_attendance(
            AttendanceList(session.id, {OKSANA: 180}), at=session.ends_at
        )

        [present] = event.attended
        assert (present.participant_id, present.minutes) == (OKSANA, 180)
        assert visit.delegate(OKSANA).state is D.ATTENDED
        assert visit.delegate(MARTIN).state is D.ABSENT

    def test_who_comes_to_a_later_session_has_attended(self) -> None:
        visit = self.a_visit_under_way()
        first, second = visit.programme

        visit.record_attendance(AttendanceList(first.id, {OKSANA: 180}), at=first.ends_at)
        visit.record_attendance(AttendanceList(second.id, {MARTIN: 60}), at=second.ends_at)

        assert {d.state for d in visit.delegates} == {D.ATTENDED}

    def test_a_later_list_of_a_session_takes_the_place_of_the_first(self) -> None:
        visit = self.a_visit_under_way()
        session = visit.programme[0]
        visit.record_attendance(AttendanceList(session.id, {OKSANA: 180}), at=session.ends_at)
        session.list_id = LENA

        event = visit.record_attendance(
            AttendanceList(session.id, {MARTIN: 120}), at=session.ends_at
        )

        assert event.corrects == LENA
        assert [(part.participant_id, part.minutes) for part in event.attended] == [(MARTIN, 120)]
        assert visit.delegate(OKSANA).state is D.ABSENT

    @pytest.mark.parametrize("minutes", [-1, 181])
    def test_refuses_minutes_that_do_not_fit_the_session(self, minutes: int) -> None:
        visit = self.a_visit_under_way()
        session = visit.programme[0]

        with pytest.raises(AttendanceCannotBe) as refusal:
            visit.record_attendance(
                AttendanceList(session.id, {OKSANA: minutes, LENA: 10}), at=session.ends_at
            )

        assert [fault.pointer for fault in refusal.value.faults] == [
            f"/minutes/{OKSANA}",
            f"/minutes/{LENA}",
        ]

    def test_waits_for_the_session_to_begin(self) -> None:
        visit = self.a_visit_under_way()
        second = visit.programme[1]

        with pytest.raises(TooEarly):
            visit.record_attendance(
                AttendanceList(second.id, {OKSANA: 1}), at=visit.programme[0].ends_at
            )

    @pytest.mark.parametrize("state", [s for s in S if s not in states.HELD])
    def test_is_of_visits_that_took_place(self, state: S) -> None:
        visit = a_visit(state=state)
        session = visit.programme[0]

        with pytest.raises(WrongVisitState):
            visit.record_attendance(AttendanceList(session.id, {}), at=session.ends_at)
