"""Planning a visit and inviting people on a real database: the change and its events are one."""

import pytest
from sqlalchemy import select

from contracts import commitments as papers
from contracts import exchanges as facts
from contracts.event import uuid7
from contracts.participants import ParticipantRecorded
from contracts.vocabulary import (
    DelegateAnswer,
    DelegateState,
    HostSide,
    Mode,
    ParticipantRole,
    Party,
    VisitorSide,
)
from services.chassis import links
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.chassis.identity import Actor
from services.exchanges.commitments.refusals import (
    TextChanged,
)
from services.exchanges.copies.refusals import ClusterNotMatchable
from services.exchanges.participants.refusals import AlreadyInVisit
from services.exchanges.visits.commands import agreeing, inviting, planning
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import (
    NoSessions,
    SameCluster,
)
from tests.exchanges.builders import (
    DAY,
    DEADLINE,
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
    again,
    answered,
    committed,
    contact_of,
    drafted,
    facts_of,
    invited,
    planned,
    signed,
    stated,
)

pytestmark = pytest.mark.usefixtures("copies")


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
        with pytest.raises(NotAllowed, match="coordinator of SK, UA"):
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
