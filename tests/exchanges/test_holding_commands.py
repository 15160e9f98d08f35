"""Moving, holding and cancelling a visit on a real database: the change and its events are one."""

from datetime import date

import pytest

from contracts import exchanges as facts
from contracts.vocabulary import (
    ParticipantRole,
    Party,
    ReasonClass,
    VisitorSide,
    VisitState,
)
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import Actor
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.commands import holding, moving
from services.exchanges.visits.commands.moving import Move, moves_of_day
from services.exchanges.visits.refusals import (
    NothingMoves,
    VisitNotFound,
    WrongVisitState,
)
from tests.exchanges.builders import (
    DAY,
    NOON,
    a_coordinator,
    a_plan,
)
from tests.exchanges.stories import (
    TARAS,
    ZUZANA,
    again,
    committed,
    contact_of,
    facts_of,
    planned,
    signed,
    stated,
    under_way,
)

pytestmark = pytest.mark.usefixtures("copies")


class TestMove:
    async def test_x11_one_act_keeps_identity_and_the_signatures_that_hold(
        self, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        [oksana] = await committed(sessions, visit)
        second = visit.programme[1]
        move = Move(second.id, a_plan(17, 14, 16).starts_wall, a_plan(17, 14, 16).ends_wall)

        async with sessions.begin() as session:
            preview = await moving.preview_move(
                session, ZUZANA, key=visit.number, moves=[move], at=NOON
            )
            await moving.move_sessions(
                session, ZUZANA, key=visit.number, moves=[move], reason=ReasonClass.PARTY, at=NOON
            )
        before = await again(sessions, visit)
        await signed(sessions, visit, Party.VO, Party.HO)

        assert preview.reopened == {Party.VO, Party.HO}
        assert preview.kept == {Party.VOP, Party.HOP}
        assert [delegate.participant_id for delegate in preview.concerned] == [oksana]
        assert (before.state, before.visitor_side) == (
            VisitState.RESCHEDULING,
            VisitorSide.NOMINATED,
        )
        assert (await stated(sessions, visit.id))[-5:] == [
            "VisitReschedulingStarted",
            "SessionMoved",
            "VisitorSideSigned",
            "HostSideSigned",
            "VisitRescheduled",
        ]
        event = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(event, facts.VisitRescheduled)
        assert (event.number, event.state) == (visit.number, VisitState.COMMITTED)
        assert event.calendar_sequence == 1
        assert event.concerned == (oksana,)

    async def test_a_preview_changes_nothing(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        moves = moves_of_day(visit, day=date(2027, 3, 17), to=date(2027, 3, 19))

        async with sessions.begin() as session:
            await moving.preview_move(session, ZUZANA, key=visit.number, moves=moves, at=NOON)

        assert [s.day.day for s in (await again(sessions, visit)).programme] == [16, 17, 18]

    async def test_a_day_moves_as_a_whole_and_a_new_span_is_signed_by_all(
        self, sessions: Sessions
    ) -> None:
        visit = await planned(sessions, a_plan(16), a_plan(17), a_plan(17, 14, 16))
        await committed(sessions, visit)
        moves = moves_of_day(visit, day=date(2027, 3, 17), to=date(2027, 3, 19))

        async with sessions.begin() as session:
            moved = await moving.move_sessions(
                session, TARAS, key=visit.number, moves=moves, reason=ReasonClass.PARTY, at=NOON
            )

        assert [planned.day.day for planned in moved.programme] == [16, 19, 19]
        assert set(moved.moved["reopened"]) == {"vo", "vop", "ho", "hop"}

    async def test_to_the_same_times_is_refused(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        first = visit.programme[0]
        stays = Move(first.id, first.starts_wall, first.ends_wall)

        async with sessions.begin() as session:
            with pytest.raises(NothingMoves):
                await moving.move_sessions(
                    session, ZUZANA, key=visit.number, moves=[stays], at=NOON
                )

    async def test_under_way_nobody_signs_again(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await under_way(sessions, visit)
        start = visit.programme[0].starts_at
        last = visit.programme[-1]
        move = Move(last.id, last.starts_wall + DAY / 12, last.ends_wall + DAY / 12)

        async with sessions.begin() as session:
            await moving.move_sessions(session, ZUZANA, key=visit.number, moves=[move], at=start)

        assert (await stated(sessions, visit.id))[-1] == "SessionMoved"


class TestHold:
    async def test_from_ready_to_the_last_minute(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana, lena] = await under_way(sessions, visit, "oksana@example.org", "lena@example.org")
        first = visit.programme[0]

        for minutes in ({oksana: 180, lena: 60}, {oksana: 180}):
            async with sessions.begin() as session:
                await holding.record_attendance(
                    session,
                    ZUZANA,
                    key=visit.number,
                    kept=AttendanceList(first.id, minutes),
                    at=first.ends_at,
                )
        async with sessions.begin() as session:
            early = await holding.end_due(session, visit.programme[-1].ends_at - DAY)
            ended = await holding.end_due(session, visit.programme[-1].ends_at)

        assert (early, ended) == (0, 1)
        assert (await stated(sessions, visit.id))[-7:] == [
            "VisitReady",
            "VisitStarted",
            "DelegateArrived",
            "DelegateArrived",
            "AttendanceRecorded",
            "AttendanceRecorded",
            "VisitEnded",
        ]
        *_, recorded, corrected, _ = await facts_of(sessions, visit.id)
        assert isinstance(recorded, facts.AttendanceRecorded)
        assert isinstance(corrected, facts.AttendanceRecorded)
        assert (recorded.corrects, len(recorded.attended)) == (None, 2)
        assert corrected.corrects is not None
        assert [part.participant_id for part in corrected.attended] == [oksana]

    async def test_the_hosts_contact_checks_in_through_the_link(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        people = await committed(sessions, visit)
        host = await contact_of(sessions, visit, ParticipantRole.HOST)
        async with sessions.begin() as session:
            await holding.mark_ready(session, TARAS, key=visit.number, at=NOON)

        async with sessions.begin() as session:
            await holding.check_in(
                session,
                Actor(f"participant:{host.id}", "SK", frozenset({"host"})),
                key=visit.number,
                participant_ids=people,
                at=visit.programme[0].starts_at,
            )

        assert (await again(sessions, visit)).state is VisitState.IN_PROGRESS

    async def test_delegates_do_not_check_themselves_in(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana] = await committed(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="coordinator of SK"):
                await holding.check_in(
                    session,
                    Actor(f"participant:{oksana}", "UA", frozenset({"delegate"})),
                    key=visit.number,
                    participant_ids=[oksana],
                    at=visit.programme[0].starts_at,
                )

    async def test_readiness_is_the_visiting_associations_word(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="coordinator of UA"):
                await holding.mark_ready(session, ZUZANA, key=visit.number, at=NOON)


class TestCancel:
    async def test_after_the_commitment_it_is_cancelled(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)

        async with sessions.begin() as session:
            await holding.cancel_visit(
                session,
                TARAS,
                key=visit.number,
                reason=ReasonClass.SECURITY,
                note="The road is closed",
                at=NOON,
            )

        event = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(event, facts.VisitCancelled)
        assert (event.reason, event.justified) == (ReasonClass.SECURITY, True)
        stored = await again(sessions, visit)
        assert {planned.calendar_sequence for planned in stored.sessions} == {1}

    async def test_is_not_done_twice(self, sessions: Sessions) -> None:
        visit = await planned(sessions)

        async with sessions.begin() as session:
            await holding.cancel_visit(
                session, TARAS, key=visit.number, reason=ReasonClass.PARTY, at=NOON
            )
            with pytest.raises(WrongVisitState):
                await holding.cancel_visit(
                    session, TARAS, key=visit.number, reason=ReasonClass.PARTY, at=NOON
                )

    async def test_another_associations_visit_is_nowhere(self, sessions: Sessions) -> None:
        visit = await planned(sessions)

        async with sessions.begin() as session:
            with pytest.raises(VisitNotFound):
                await holding.cancel_visit(
                    session,
                    a_coordinator("PL"),
                    key=visit.number,
                    reason=ReasonClass.PARTY,
                    at=NOON,
                )
