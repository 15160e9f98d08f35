"""What may happen to a visit, and what each act states; no database needed."""

import pytest

from contracts import exchanges as facts
from contracts.vocabulary import (
    HostSide,
    Party,
    ReasonClass,
    VisitorSide,
    VisitState,
)
from services.exchanges.visits import states
from services.exchanges.visits.refusals import (
    SideNotSigned,
    TooEarly,
    WrongVisitState,
)
from services.exchanges.visits.sessions import Times, times_of
from tests.exchanges.builders import (
    LVIV_CLUSTER,
    MARTIN,
    NOON,
    OKSANA,
    a_delegate,
    a_plan,
    a_visit,
    an_invitation,
)

S = VisitState
V = VisitorSide
H = HostSide

ALLOWED = {
    (S.BUILDING, S.COMMITTED),
    (S.BUILDING, S.DISSOLVED),
    (S.COMMITTED, S.READY),
    (S.COMMITTED, S.RESCHEDULING),
    (S.COMMITTED, S.CANCELLED),
    (S.RESCHEDULING, S.COMMITTED),
    (S.RESCHEDULING, S.CANCELLED),
    (S.READY, S.IN_PROGRESS),
    (S.READY, S.COMMITTED),
    (S.READY, S.RESCHEDULING),
    (S.READY, S.CANCELLED),
    (S.IN_PROGRESS, S.PAUSED),
    (S.IN_PROGRESS, S.ENDED),
    (S.IN_PROGRESS, S.DISCONTINUED),
    (S.PAUSED, S.IN_PROGRESS),
    (S.PAUSED, S.DISCONTINUED),
    (S.ENDED, S.REPORTED),
    (S.ENDED, S.REPORT_OVERDUE),
    (S.REPORT_OVERDUE, S.REPORTED),
    (S.REPORT_OVERDUE, S.WRITTEN_OFF),
    (S.DISCONTINUED, S.REPORTED),
    (S.DISCONTINUED, S.REPORT_OVERDUE),
    (S.REPORTED, S.VALIDATED),
    (S.REPORTED, S.ENDED),
    (S.REPORTED, S.DISCONTINUED),
    (S.VALIDATED, S.SETTLED),
    (S.SETTLED, S.FOLLOWED_UP),
}
FORBIDDEN = [(a, b) for a in S for b in S if (a, b) not in ALLOWED]


def wall(day: int, starts: int = 9, ends: int = 12) -> Times:
    plan = a_plan(day, starts, ends)
    return times_of(plan.starts_wall, plan.ends_wall, zone=plan.zone, at=NOON)


AGENDA = frozenset({Party.VO, Party.HO})


class TestLiteral:
    def test_allows_what_the_programme_allows(self) -> None:
        assert {(a, b) for a, following in states.NEXT.items() for b in following} == ALLOWED

    @pytest.mark.parametrize(("before", "after"), FORBIDDEN)
    def test_every_other_move_raises(self, before: S, after: S) -> None:
        with pytest.raises(WrongVisitState):
            a_visit(state=before).reach(after, at=NOON)

    @pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
    def test_a_move_raises_on_sides_that_do_not_carry_it(self, before: S, after: S) -> None:
        for sides in [(v, h) for v in V for h in H]:
            visit = a_visit(state=before, sides=sides)

            if sides in states.SIDES[after]:
                visit.reach(after, at=NOON)
                assert visit.state is after
            else:
                with pytest.raises(SideNotSigned):
                    visit.reach(after, at=NOON)

    def test_what_the_programme_calls_live_and_verified_needs_both_signatures(self) -> None:
        both = {S.COMMITTED, S.READY, S.IN_PROGRESS, S.PAUSED, S.ENDED, S.DISCONTINUED}

        assert {states.SIDES[state] for state in both} == {frozenset({(V.LIVE, H.VERIFIED)})}


class TestSides:
    """X-05: two owned fields."""

    def test_x05_the_visiting_side_signs_for_itself_only(self) -> None:
        visit = a_visit()

        event = visit.sign_visitor_side(Party.VO, at=NOON)

        assert (visit.visitor_side, visit.host_side) == (V.LIVE, H.PENDING)
        assert (event.visitor_side, event.host_side, event.party) == (V.LIVE, H.PENDING, Party.VO)

    def test_x05_the_host_side_signs_for_itself_only(self) -> None:
        visit = a_visit()

        visit.sign_host_side(Party.HOP, at=NOON)

        assert (visit.visitor_side, visit.host_side) == (V.NOMINATED, H.VERIFIED)

    @pytest.mark.parametrize(
        ("parties", "sides"),
        [
            ({Party.VO}, (V.NOMINATED, H.VERIFIED)),
            ({Party.HOP}, (V.LIVE, H.PENDING)),
            (AGENDA, (V.NOMINATED, H.PENDING)),
            (set(), (V.LIVE, H.VERIFIED)),
        ],
    )
    def test_x05_a_side_falls_back_for_its_own_parties_only(
        self, parties: set[Party], sides: tuple[V, H]
    ) -> None:
        visit = a_visit(state=S.COMMITTED)

        visit.reopen(parties)

        assert (visit.visitor_side, visit.host_side) == sides

    def test_a_side_that_left_signs_no_more(self) -> None:
        with pytest.raises(SideNotSigned):
            a_visit(sides=(V.WITHDRAWN, H.PENDING)).sign_visitor_side(Party.VO, at=NOON)
        with pytest.raises(SideNotSigned):
            a_visit(sides=(V.LIVE, H.REJECTED)).sign_host_side(Party.HO, at=NOON)


class TestCommit:
    def test_names_hash_decisive_day_and_beneficiaries(self) -> None:
        visit = a_visit(sides=(V.LIVE, H.VERIFIED))
        a_delegate(visit)
        late_evening = NOON.replace(hour=23)

        event = visit.commit(
            commitment_id=visit.id,
            signed_hash="f" * 64,
            visitor_zone="Europe/Kyiv",
            at=late_evening,
        )

        assert isinstance(event, facts.VisitCommitted)
        assert (event.state, event.hash, event.beneficiaries) == (
            S.COMMITTED,
            "f" * 64,
            (LVIV_CLUSTER,),
        )
        assert event.decisive_day.isoformat() == "2027-03-02"

    @pytest.mark.parametrize("sides", [(V.LIVE, H.PENDING), (V.NOMINATED, H.VERIFIED)])
    def test_needs_both_sides(self, sides: tuple[V, H]) -> None:
        with pytest.raises(SideNotSigned):
            a_visit(sides=sides).commit(
                commitment_id=OKSANA, signed_hash="", visitor_zone="UTC", at=NOON
            )


class TestReady:
    def test_states_the_share(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        a_delegate(visit)

        event = visit.mark_ready(at=NOON)

        assert (event.share, event.state) == (1.0, S.READY)

    def test_waits_for_answers(self) -> None:
        visit = a_visit(state=S.COMMITTED)
        a_delegate(visit)
        visit.invite(an_invitation(MARTIN), at=NOON)

        with pytest.raises(TooEarly, match="has not answered yet"):
            visit.mark_ready(at=NOON)

    def test_needs_somebody_who_comes(self) -> None:
        with pytest.raises(TooEarly, match="nobody has accepted"):
            a_visit(state=S.COMMITTED).mark_ready(at=NOON)


class TestEnd:
    def test_follows_the_last_session(self) -> None:
        visit = a_visit(state=S.IN_PROGRESS)
        last = visit.programme[-1]

        event = visit.end(at=last.ends_at)

        assert (event.state, event.session_id) == (S.ENDED, last.id)

    def test_does_not_come_before_it(self) -> None:
        visit = a_visit(state=S.IN_PROGRESS)

        with pytest.raises(TooEarly, match="2027-03-17 12:00"):
            visit.end(at=visit.programme[-1].starts_at)


class TestCancel:
    def test_before_the_commitment_it_dissolves(self) -> None:
        visit = a_visit()

        event = visit.cancel(reason=ReasonClass.PARTY, note=None, at=NOON)

        assert (event.type, event.state) == ("talka.exchanges.visit.dissolved.v1", S.DISSOLVED)
        assert not event.justified

    @pytest.mark.parametrize("state", [S.COMMITTED, S.RESCHEDULING, S.READY])
    def test_afterwards_it_is_cancelled_and_every_entry_taken_back(self, state: S) -> None:
        visit = a_visit(state=state)

        event = visit.cancel(reason=ReasonClass.FORCE_MAJEURE, note="Floods", at=NOON)

        assert (event.type, event.state) == ("talka.exchanges.visit.cancelled.v1", S.CANCELLED)
        assert (event.justified, event.note) == (True, "Floods")
        assert [session.calendar_sequence for session in visit.sessions] == [1, 1]

    @pytest.mark.parametrize("state", [S.IN_PROGRESS, S.ENDED, S.CANCELLED, S.DISSOLVED])
    def test_is_too_late_once_it_began_or_was_called_off(self, state: S) -> None:
        with pytest.raises(WrongVisitState):
            a_visit(state=state).cancel(reason=ReasonClass.PARTY, note=None, at=NOON)
