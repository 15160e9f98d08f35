"""Planning and moving the sessions of a visit: pure, without a database."""

from datetime import timedelta

import pytest

from contracts import exchanges as facts
from contracts.planned_time import PlannedTime
from contracts.vocabulary import (
    HostSide,
    Mode,
    Party,
    ReasonClass,
    VisitorSide,
    VisitState,
)
from services.exchanges.visits import states
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import (
    ReasonMissing,
    SessionCannotBe,
    SessionNotFound,
    SpanTooLong,
    WrongVisitState,
)
from services.exchanges.visits.sessions import NewSession, Times, times_of
from tests.exchanges.builders import (
    DAY,
    MARTIN,
    NITRA,
    NOON,
    OKSANA,
    a_delegate,
    a_plan,
    a_session,
    a_visit,
)

S = VisitState
V = VisitorSide
H = HostSide


def wall(day: int, starts: int = 9, ends: int = 12) -> Times:
    plan = a_plan(day, starts, ends)
    return times_of(plan.starts_wall, plan.ends_wall, zone=plan.zone, at=NOON)


def moved(visit: Visit, *days: int, reopened: frozenset[Party]) -> list[str]:
    moves = {session.id: wall(day) for session, day in zip(visit.programme, days, strict=False)}
    events = visit.move_sessions(
        moves, party=Party.HOP, reason=ReasonClass.OTHER, reopened=reopened, at=NOON + DAY
    )
    return [type(event).__name__ for event in events]


AGENDA = frozenset({Party.VO, Party.HO})


class TestPlan:
    def test_keeps_wall_time_zone_and_instant(self) -> None:
        session = a_session(a_plan(16, 9, 12))

        assert session.times.starts == PlannedTime(
            wall=session.starts_wall, zone="Europe/Bratislava", instant=session.starts_at
        )
        assert (session.starts_at.hour, session.minutes, session.calendar_sequence) == (8, 180, 0)

    @pytest.mark.parametrize(
        ("plan", "sentence"),
        [
            (a_plan(16, 12, 9), "ends after it starts"),
            (a_plan(16, 9, 9), "ends after it starts"),
            (a_plan(1, 9, 12), "has passed already"),
            (a_plan(28, 2, 4), "skip 2027-03-28 02:00"),
            (a_plan(27, 23, 23, ends_wall=a_plan(28, 2).starts_wall), "skip 2027-03-28 02:00"),
            (a_plan(16, 0, 23), "16 hours at most"),
            (a_plan(16, zone="Europe/Nitra"), "no time zone 'Europe/Nitra'"),
            (a_plan(16, place=None), "needs its place"),
            (a_plan(16, mode=Mode.ONLINE, place=NITRA), "an online one has none"),
        ],
    )
    def test_refuses_times_and_places_that_cannot_be(self, plan: NewSession, sentence: str) -> None:
        with pytest.raises(SessionCannotBe, match=sentence) as refusal:
            a_session(plan)

        assert len(refusal.value.faults) == 1

    def test_minutes_do_not_jump_with_the_clock(self) -> None:
        over_the_change = a_plan(28, 1, 4)

        assert a_session(over_the_change).minutes == 120

    def test_states_each_session(self) -> None:
        visit = a_visit(a_plan(16))
        session = a_session(a_plan(18, mode=Mode.ONLINE))

        event = visit.add_session(session, at=NOON)

        assert (event.session_id, event.mode, event.place) == (session.id, Mode.ONLINE, None)
        assert (event.starts, event.calendar_sequence) == (session.times.starts, 0)
        assert len(visit.programme) == 2

    def test_a_visit_spans_31_days_at_most(self) -> None:
        visit = a_visit(a_plan(2))
        thirty_first = a_plan(2).starts_wall + timedelta(days=30)

        visit.add_session(
            a_session(a_plan(starts_wall=thirty_first, ends_wall=thirty_first + DAY / 8)), at=NOON
        )

        later = thirty_first + DAY
        with pytest.raises(SpanTooLong, match="more than 31 days"):
            visit.add_session(
                a_session(a_plan(starts_wall=later, ends_wall=later + DAY / 8)), at=NOON
            )

    def test_a_dropped_session_stands_no_more_and_raises_its_sequence(self) -> None:
        visit = a_visit()
        first, second = visit.programme

        event = visit.drop_session(first.id, at=NOON)

        assert (event.session_id, event.calendar_sequence) == (first.id, 1)
        assert visit.programme == [second]
        with pytest.raises(SessionNotFound):
            visit.session(first.id)

    @pytest.mark.parametrize("state", [s for s in S if s is not S.BUILDING])
    def test_an_agreed_programme_is_moved_not_changed(self, state: S) -> None:
        visit = a_visit(state=state)

        with pytest.raises(WrongVisitState):
            visit.add_session(a_session(a_plan(18)), at=NOON)
        with pytest.raises(WrongVisitState):
            visit.drop_session(visit.programme[0].id, at=NOON)


class TestMove:
    """X-11: one act."""

    def test_x11_a_committed_visit_is_rescheduled_in_one_act(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        first, second = visit.programme
        before = second.times.starts

        events = visit.move_sessions(
            {second.id: wall(18)},
            party=Party.HOP,
            reason=ReasonClass.OTHER,
            reopened=AGENDA,
            at=NOON + DAY,
        )

        started, session_moved = events
        assert isinstance(started, facts.VisitReschedulingStarted)
        assert isinstance(session_moved, facts.SessionMoved)
        assert (started.state, started.party) == (S.RESCHEDULING, Party.HOP)
        assert (started.visitor_side, started.host_side) == (V.NOMINATED, H.PENDING)
        assert (session_moved.session_id, session_moved.calendar_sequence) == (second.id, 1)
        assert (session_moved.former.starts, session_moved.starts) == (before, wall(18).starts)
        assert (first.calendar_sequence, visit.number) == (0, "EX-2027-031")

    def test_x11_signed_again_it_states_old_and_new_dates_and_who_is_concerned(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        a_delegate(visit, OKSANA)
        a_delegate(visit, MARTIN)
        visit.withdraw_delegate(MARTIN, reason=None, at=NOON)
        stood = visit.programme[0].times.starts
        moved(visit, 15, reopened=AGENDA)
        moved(visit, 18, reopened=frozenset())
        visit.sign_visitor_side(Party.VO, at=NOON)
        visit.sign_host_side(Party.HO, at=NOON)

        event = visit.commit(commitment_id=visit.id, signed_hash="", visitor_zone="UTC", at=NOON)

        assert isinstance(event, facts.VisitRescheduled)
        assert event.state is S.COMMITTED
        assert [each.former for each in event.sessions if each.former == stood]
        assert set(event.signatures_reopened) == AGENDA
        assert set(event.signatures_kept) == {Party.VOP, Party.HOP}
        assert event.concerned == (OKSANA,)

    def test_x11_what_was_agreed_moves_for_a_reason_that_somebody_gave(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        moves = {visit.programme[1].id: wall(18)}

        with pytest.raises(ReasonMissing) as refused:
            visit.move_sessions(moves, party=Party.HOP, reason=None, reopened=AGENDA, at=NOON + DAY)

        assert [fault.pointer for fault in refused.value.faults] == ["/reason"]
        assert (visit.state, visit.visitor_side) == (S.COMMITTED, V.LIVE)

    def test_while_building_sessions_simply_move(self) -> None:
        visit = a_visit()

        assert moved(visit, 18, reopened=frozenset()) == ["SessionMoved"]
        assert visit.state is S.BUILDING

    def test_under_way_single_sessions_move_and_nobody_signs_again(self) -> None:
        visit = a_visit(state=S.IN_PROGRESS)

        assert moved(visit, 18, reopened=frozenset()) == ["SessionMoved"]
        assert visit.state is S.IN_PROGRESS

    @pytest.mark.parametrize("state", [s for s in S if s not in states.MOVABLE])
    def test_nothing_moves_afterwards(self, state: S) -> None:
        with pytest.raises(WrongVisitState):
            moved(a_visit(state=state), 18, reopened=frozenset())

    def test_does_not_spread_the_visit_too_widely(self) -> None:
        visit = a_visit(a_plan(2), a_plan(3))
        second = visit.programme[1]
        late = a_plan(3).starts_wall + timedelta(days=31)
        times = times_of(late, late + DAY / 8, zone="Europe/Bratislava", at=NOON)

        with pytest.raises(SpanTooLong):
            visit.move_sessions(
                {second.id: times}, party=Party.HOP, reason=ReasonClass.OTHER, reopened=(), at=NOON
            )
