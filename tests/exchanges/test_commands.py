"""What the commands do in a real database: the change and its events are one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from contracts import commitments as papers
from contracts import visits as facts
from contracts.event import uuid7
from contracts.participants import ParticipantRecorded
from contracts.vocabulary import (
    DelegateAnswer,
    DelegateState,
    HostSide,
    Mode,
    ParticipantRole,
    Party,
    ReasonClass,
    VisitorSide,
    VisitState,
)
from services.chassis import links
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import Actor
from services.exchanges.commitments.challenges import ATTEMPTS, VALID, Challenge
from services.exchanges.commitments.queries import commitment_of
from services.exchanges.commitments.refusals import (
    CodeSpent,
    NotAParty,
    NothingToSign,
    SignedAlready,
    TextChanged,
    TooManyCodes,
)
from services.exchanges.copies.refusals import ClusterNotMatchable
from services.exchanges.participants.refusals import AlreadyInVisit
from services.exchanges.visits.access import visit_of
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.commands import agreeing, holding, inviting, moving, planning
from services.exchanges.visits.commands.moving import Move, moves_of_day
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import (
    NoSessions,
    NothingMoves,
    SameCluster,
    VisitNotFound,
    WrongVisitState,
)
from tests.exchanges.builders import (
    DAY,
    DEADLINE,
    LVIV_CLUSTER,
    NITRA_CLUSTER,
    NOON,
    a_coordinator,
    a_plan,
)
from tests.exchanges.stories import (
    LINK_KEY,
    TARAS,
    ZUZANA,
    a_cluster_copy,
    a_visit_plan,
    answered,
    committed,
    contact_of,
    drafted,
    facts_of,
    invited,
    planned,
    signed,
    stated,
    the_copies,
    under_way,
)


@pytest.fixture(autouse=True)
async def copies(sessions: Sessions) -> None:
    await the_copies(sessions)


async def again(sessions: Sessions, visit: Visit) -> Visit:
    async with sessions.begin() as session:
        return await visit_of(session, ZUZANA, str(visit.id))


class TestPlan:
    async def test_states_the_visit_its_sessions_and_who_signs(self, sessions: Sessions) -> None:
        visit = await planned(sessions, a_plan(16), a_plan(17, mode=Mode.ONLINE))

        assert visit.number == "EX-2027-001"
        assert await stated(sessions, visit.id) == [
            "VisitOpened",
            "SessionPlanned",
            "SessionPlanned",
        ]
        contact = await contact_of(sessions, visit, ParticipantRole.HOST)
        [recorded] = await facts_of(sessions, contact.id)
        assert isinstance(recorded, ParticipantRecorded)
        assert (recorded.mail, recorded.role) == ("martin@example.org", ParticipantRole.HOST)

    async def test_numbers_are_given_once_and_by_year(self, sessions: Sessions) -> None:
        first = await planned(sessions)
        second = await planned(sessions)

        assert [first.number, second.number] == ["EX-2027-001", "EX-2027-002"]

    async def test_either_side_may_plan(self, sessions: Sessions) -> None:
        visit = await planned(sessions, actor=TARAS)

        assert (visit.visitor_association, visit.host_association) == ("UA", "SK")

    @pytest.mark.parametrize(
        "actor", [a_coordinator("PL"), Actor("staff:x", "SK", frozenset({"back_office"}))]
    )
    async def test_nobody_else_may(self, sessions: Sessions, actor: Actor) -> None:
        with pytest.raises(NotAllowed, match="coordinator of SK or UA"):
            await planned(sessions, actor=actor)

    async def test_needs_clusters_of_the_catalogue(self, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            gone = a_cluster_copy(uuid7(), "SK", "Gone", matchable=False)
            session.add(gone)
        plan = a_visit_plan(host=gone.cluster_id)

        async with sessions.begin() as session:
            with pytest.raises(ClusterNotMatchable) as refusal:
                await planning.plan_visit(session, ZUZANA, plan=plan, link_key=LINK_KEY, at=NOON)

        assert refusal.value.faults[0].pointer == "/host_organisation_id"

    async def test_dual_use_needs_a_vetted_person(self, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            secret = a_cluster_copy(uuid7(), "SK", "Secret", dual_use=True)
            session.add(secret)
        plan = a_visit_plan(host=secret.cluster_id)
        vetted = a_coordinator("SK", marks=frozenset({"dual_use_vetted"}))

        async with sessions.begin() as session:
            with pytest.raises(ClusterNotMatchable):
                await planning.plan_visit(session, ZUZANA, plan=plan, link_key=LINK_KEY, at=NOON)
            visit = await planning.plan_visit(
                session, vetted, plan=plan, link_key=LINK_KEY, at=NOON
            )

        assert visit.dual_use

    async def test_no_cluster_visits_itself(self, sessions: Sessions) -> None:
        plan = a_visit_plan(visitor=NITRA_CLUSTER)

        async with sessions.begin() as session:
            with pytest.raises(SameCluster):
                await planning.plan_visit(session, ZUZANA, plan=plan, link_key=LINK_KEY, at=NOON)

    async def test_nothing_is_left_of_a_refused_plan(self, sessions: Sessions) -> None:
        late = a_plan(16, starts_wall=a_plan(16).ends_wall + 40 * DAY)

        with pytest.raises(Exception, match="ends after it starts"):
            await planned(sessions, a_plan(16), late)

        async with sessions.begin() as session:
            assert await session.scalar(select(Visit)) is None


class TestProgramme:
    async def test_h06_a_session_added_reopens_the_organisations(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        commitment = await drafted(sessions, visit)
        await signed(sessions, visit, Party.VO, Party.VOP, Party.HOP)

        async with sessions.begin() as session:
            await planning.add_session(
                session, TARAS, key=visit.number, plan=a_plan(17, 14, 16), at=NOON
            )

        [*_, revised, asked] = await facts_of(sessions, commitment.id)
        assert isinstance(revised, papers.CommitmentRevised)
        assert isinstance(asked, papers.SignatureRequested)
        assert (revised.signatures_reopened, asked.party) == ((Party.VO,), Party.VO)
        visit = await again(sessions, visit)
        assert (visit.visitor_side, visit.host_side) == (VisitorSide.NOMINATED, HostSide.PENDING)
        with pytest.raises(TextChanged):
            async with sessions.begin() as session:
                await agreeing.sign_as_association(
                    session,
                    ZUZANA,
                    key=visit.number,
                    party=Party.HOP,
                    shown_hash=commitment.hash,
                    at=NOON,
                )

    async def test_the_last_session_stays(self, sessions: Sessions) -> None:
        visit = await planned(sessions, a_plan(16))

        async with sessions.begin() as session:
            with pytest.raises(NoSessions):
                await planning.drop_session(
                    session,
                    ZUZANA,
                    key=visit.number,
                    session_id=visit.programme[0].id,
                    at=NOON,
                )

    async def test_a_dropped_one_is_stated(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        first = visit.programme[0].id

        async with sessions.begin() as session:
            await planning.drop_session(
                session, ZUZANA, key=visit.number, session_id=first, at=NOON
            )

        dropped = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(dropped, facts.SessionDropped)
        assert (dropped.session_id, dropped.calendar_sequence) == (first, 1)


class TestInvite:
    async def test_each_person_gets_a_record_and_a_link(self, sessions: Sessions) -> None:
        visit = await planned(sessions)

        [oksana, lena] = await invited(sessions, visit, "oksana@example.org", "lena@example.org")

        first, second = (await facts_of(sessions, visit.id))[-2:]
        assert isinstance(first, facts.DelegateInvited)
        assert isinstance(second, facts.DelegateInvited)
        assert [first.participant_id, second.participant_id] == [oksana, lena]
        async with sessions.begin() as session:
            link = await links.find(session, links.token(LINK_KEY, first.link_id))
        assert (link.subject, link.kind) == (str(oksana), "delegate")

    async def test_nobody_is_invited_twice(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await invited(sessions, visit, "oksana@example.org")

        with pytest.raises(AlreadyInVisit, match=r"Oksana@example\.org"):
            await invited(sessions, visit, "Oksana@example.org")

    async def test_one_person_keeps_one_id_over_visits(self, sessions: Sessions) -> None:
        ids = set()
        for _ in range(2):
            visit = await planned(sessions)
            await invited(sessions, visit, "oksana@example.org")
            ids |= {delegate.person_id for delegate in (await again(sessions, visit)).delegates}

        assert len(ids) == 1

    async def test_only_the_invited_person_answers(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana] = await invited(sessions, visit, "oksana@example.org")

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed):
                await inviting.answer_invitation(
                    session,
                    ZUZANA,
                    key=visit.number,
                    participant_id=oksana,
                    answer=DelegateAnswer.ACCEPTED,
                    at=NOON,
                )

    async def test_who_does_not_answer_lapses_once(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana, lena] = await invited(sessions, visit, "oksana@example.org", "lena@example.org")
        await answered(sessions, visit, oksana, DelegateAnswer.DECLINED)

        async with sessions.begin() as session:
            before = await inviting.lapse_due(session, DEADLINE)
            lapsed = await inviting.lapse_due(session, DEADLINE + DAY)
            repeated = await inviting.lapse_due(session, DEADLINE + DAY)

        assert (before, lapsed, repeated) == (0, 1, 0)
        states = {d.participant_id: d.state for d in (await again(sessions, visit)).delegates}
        assert states == {oksana: DelegateState.DECLINED, lena: DelegateState.LAPSED}

    async def test_a_delegate_may_withdraw_alone(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana] = await committed(sessions, visit)
        oneself = Actor(f"participant:{oksana}", "UA", frozenset({"delegate"}))

        async with sessions.begin() as session:
            await inviting.withdraw_delegate(
                session, oneself, key=visit.number, participant_id=oksana, at=NOON
            )

        assert (await stated(sessions, visit.id))[-1] == "DelegateWithdrawn"

    async def test_but_nobody_else(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        [oksana, lena] = await invited(sessions, visit, "oksana@example.org", "lena@example.org")
        somebody = Actor(f"participant:{lena}", "UA", frozenset({"delegate"}))

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed):
                await inviting.withdraw_delegate(
                    session, somebody, key=visit.number, participant_id=oksana, at=NOON
                )


class TestSign:
    async def test_x04_four_signatures_commit(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)

        assert (await stated(sessions, visit.id))[-3:] == [
            "VisitorSideSigned",
            "HostSideSigned",
            "VisitCommitted",
        ]
        async with sessions.begin() as session:
            paper = await commitment_of(session, visit.id)
        assert paper is not None
        assert await stated(sessions, paper.id) == [
            "CommitmentDrafted",
            "SignatureRequested",
            "SignatureRequested",
            "SignatureCodeRequested",
            "CommitmentSigned",
            "CommitmentSigned",
            "SignatureCodeRequested",
            "CommitmentSigned",
            "CommitmentSigned",
            "CommitmentCompleted",
        ]
        event = (await facts_of(sessions, visit.id))[-1]
        assert isinstance(event, facts.VisitCommitted)
        assert (event.hash, event.state) == (paper.hash, VisitState.COMMITTED)
        assert event.beneficiaries == (LVIV_CLUSTER,)

    async def test_each_association_signs_for_itself(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        paper = await drafted(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="coordinator of UA"):
                await agreeing.sign_as_association(
                    session,
                    ZUZANA,
                    key=visit.number,
                    party=Party.VOP,
                    shown_hash=paper.hash,
                    at=NOON,
                )

    async def test_a_coordinator_does_not_sign_for_an_organisation(
        self, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        paper = await drafted(sessions, visit)

        async with sessions.begin() as session:
            with pytest.raises(NotAParty):
                await agreeing.sign_as_association(
                    session,
                    ZUZANA,
                    key=visit.number,
                    party=Party.HO,
                    shown_hash=paper.hash,
                    at=NOON,
                )

    async def test_there_is_nothing_to_sign_before_a_draft(self, sessions: Sessions) -> None:
        visit = await planned(sessions)

        async with sessions.begin() as session:
            with pytest.raises(NothingToSign):
                await agreeing.sign_as_association(
                    session, ZUZANA, key=visit.number, party=Party.HOP, shown_hash="", at=NOON
                )

    async def test_nobody_signs_twice(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.HOP)

        with pytest.raises(SignedAlready):
            await signed(sessions, visit, Party.HOP)

    async def test_goals_can_be_redrafted(self, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        await signed(sessions, visit, Party.VOP, Party.VO)

        async with sessions.begin() as session:
            paper = await agreeing.draft_commitment(
                session, ZUZANA, key=visit.number, goals={"en": "Three projects"}, at=NOON
            )

        assert paper.signed_by == frozenset()
        assert (await again(sessions, visit)).visitor_side is VisitorSide.NOMINATED


class TestCode:
    async def a_challenge(self, sessions: Sessions) -> tuple[Visit, Challenge]:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        actor = Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"}))
        async with sessions.begin() as session:
            return visit, await agreeing.request_code(session, actor, participant=contact, at=NOON)

    async def try_code(
        self, sessions: Sessions, visit: Visit, challenge: Challenge, code: str, **more: object
    ) -> bool:
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        async with sessions.begin() as session:
            paper = await commitment_of(session, visit.id)
            assert paper is not None
            return await agreeing.sign_by_code(
                session,
                Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"})),
                participant=contact,
                challenge_id=challenge.id,
                code=code,
                shown_hash=paper.hash,
                link_key=LINK_KEY,
                at=NOON + more.get("later", timedelta()),  # type: ignore[operator]
            )

    async def test_wrong_codes_are_counted_and_end_the_challenge(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)

        for _ in range(ATTEMPTS):
            assert not await self.try_code(sessions, visit, challenge, "not it")

        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, links.code(LINK_KEY, challenge.id))

    async def test_is_good_for_15_minutes(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)
        code = links.code(LINK_KEY, challenge.id)

        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, code, later=VALID)

    async def test_is_good_for_one_signature(self, sessions: Sessions) -> None:
        visit, challenge = await self.a_challenge(sessions)
        code = links.code(LINK_KEY, challenge.id)

        assert await self.try_code(sessions, visit, challenge, code)
        with pytest.raises(CodeSpent):
            await self.try_code(sessions, visit, challenge, code)

    async def test_no_event_holds_it(self, sessions: Sessions) -> None:
        _, challenge = await self.a_challenge(sessions)

        event = (await facts_of(sessions, challenge.commitment_id))[-1]

        assert isinstance(event, papers.SignatureCodeRequested)
        assert links.code(LINK_KEY, challenge.id) not in event.model_dump_json()

    async def test_is_not_asked_for_without_end(self, sessions: Sessions) -> None:
        visit, _ = await self.a_challenge(sessions)
        contact = await contact_of(sessions, visit, ParticipantRole.VISITOR)
        actor = Actor(f"participant:{contact.id}", "UA", frozenset({"visitor"}))

        async with sessions.begin() as session:
            for _ in range(4):
                await agreeing.request_code(session, actor, participant=contact, at=NOON)
            with pytest.raises(TooManyCodes):
                await agreeing.request_code(session, actor, participant=contact, at=NOON)


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
            await moving.move_sessions(session, ZUZANA, key=visit.number, moves=[move], at=NOON)
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
                session, TARAS, key=visit.number, moves=moves, at=NOON
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
