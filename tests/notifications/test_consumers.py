"""What facts of others lead to here: once, in order, whatever comes first."""

import json

from sqlalchemy import text

from contracts.exchanges import (
    DelegateAnswered,
    DelegateLapsed,
    DelegateWithdrawn,
    SessionDropped,
)
from contracts.notifications import DeliveryPlanned
from contracts.vocabulary import DelegateAnswer, DeliveryState
from services.chassis import history
from services.chassis.database import Sessions
from services.notifications.copies.model import SessionCopy
from services.notifications.letters.facts import (
    DelegateWithdrawal,
    Invitation,
    ProgrammeChange,
)
from tests.notifications.builders import planned
from tests.notifications.conftest import rows
from tests.notifications.events import (
    JANA,
    MAREK,
    OLENA,
    invited,
    of_visit,
    opened,
    person,
    session_id,
    session_moved,
    session_planned,
)
from tests.notifications.ledger import (
    a_visit_with_three_delegates,
    deliveries,
    reach_everybody,
    told,
)
from tests.notifications.story import Story


class TestInvited:
    async def test_plans_one_mail_with_the_programme_as_it_is(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(person(), opened(), session_planned(1), session_planned(2), invited())

        [delivery] = await deliveries(sessions)
        facts = delivery.told
        assert isinstance(facts, Invitation)
        assert [session.session_id for session in facts.sessions] == [session_id(1), session_id(2)]
        assert (delivery.recipient_id, delivery.language) == (OLENA, "uk")
        assert (delivery.association, delivery.partner) == ("UA", "SK")

    async def test_h07_a_redelivery_plans_nothing(self, story: Story, sessions: Sessions) -> None:
        records = await story.tell(opened(), session_planned(1), invited())

        await story.apply(*records)

        assert len(await deliveries(sessions)) == 1

    async def test_n01_the_same_cause_is_told_once_even_past_the_guard(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(opened())
        record = story.record(invited())
        await story.apply(record)
        async with sessions.begin() as session:
            await session.execute(text("update applied set sequence = 1"))
            await session.execute(text("update progress set next_offset = 1"))

        await story.apply(record)

        assert len(await deliveries(sessions)) == 1

    async def test_states_that_it_is_planned(self, story: Story, sessions: Sessions) -> None:
        await story.tell(person(), opened(), invited())

        [delivery] = await deliveries(sessions)
        async with sessions() as session:
            [row] = await history.rows_of(session, str(delivery.id))
        event = history.event_of(row)
        assert isinstance(event, DeliveryPlanned)
        assert (event.recipient_id, event.language, row["association"]) == (OLENA, "uk", "UA")
        assert "olena" not in str(row["data"])

    async def test_reads_a_newer_version_with_more_fields(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(opened())
        newer = json.loads(invited().model_dump_json()) | {"seat": "12A"}

        await story.apply(story.record(invited(), more=json.dumps(newer).encode()))

        assert await told(sessions, "invitation") == [OLENA]

    async def test_keeps_the_order_of_one_visit(self, story: Story, sessions: Sessions) -> None:
        first, second, third = (
            story.record(event) for event in (opened(), session_planned(1), invited())
        )

        await story.apply(first, second, third)

        [delivery] = await deliveries(sessions)
        assert delivery.sessions == [session_id(1)]


class TestMoved:
    async def test_x11_tells_each_delegate_once_for_one_act(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)
        decline = of_visit(DelegateAnswered, participant_id=JANA, answer=DelegateAnswer.DECLINED)
        await story.tell(decline)

        await story.tell(session_moved(1, to="2027-03-18"), session_moved(2), act="move-1")

        changes = await deliveries(sessions, "programme_change")
        assert [delivery.recipient_id for delivery in changes] == [OLENA, MAREK]
        [facts] = {str(delivery.facts["moved"]): delivery.told for delivery in changes}.values()
        assert isinstance(facts, ProgrammeChange)
        assert [move.session.sequence for move in facts.moved] == [1, 1]
        assert facts.moved[1].former_starts == planned("2027-03-17 09:00")

    async def test_an_act_that_comes_in_two_batches_is_one_mail(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(session_moved(1, to="2027-03-18"), act="move-1")
        await story.tell(session_moved(2), act="move-1")

        changes = await deliveries(sessions, "programme_change")
        assert [len(delivery.sessions) for delivery in changes] == [2, 2, 2]

    async def test_two_acts_are_two_mails(self, story: Story, sessions: Sessions) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(session_moved(1, to="2027-03-18"), act="move-1")
        await story.tell(session_moved(1, to="2027-03-19", calendar_sequence=2), act="move-2")

        assert len(await deliveries(sessions, "programme_change")) == 6

    async def test_lapsed_people_hear_nothing(self, story: Story, sessions: Sessions) -> None:
        await a_visit_with_three_delegates(story)
        await story.tell(of_visit(DelegateLapsed, participant_id=OLENA))

        await story.tell(session_moved(2))

        assert await told(sessions, "programme_change") == [MAREK, JANA]

    async def test_the_copy_has_the_new_times(self, story: Story, sessions: Sessions) -> None:
        await story.tell(opened(), session_planned(2), session_moved(2))

        [copy] = await rows(sessions, SessionCopy)
        assert (copy.starts, copy.calendar_sequence) == (planned("2027-03-19 09:00"), 1)

    async def test_a_dropped_session_leaves_the_programme(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(of_visit(SessionDropped, session_id=session_id(2), calendar_sequence=1))

        facts = (await deliveries(sessions, "programme_change"))[0].told
        assert isinstance(facts, ProgrammeChange)
        assert [(s.session_id, s.sequence) for s in facts.dropped] == [(session_id(2), 1)]

    async def test_a_session_added_later_is_told_to_who_was_asked(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(session_planned(3))

        assert await told(sessions, "programme_change") == [OLENA, MAREK, JANA]


class TestWithdrawn:
    async def test_takes_the_sessions_from_one_person_and_tells_nobody_else(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)
        await reach_everybody(sessions)

        await story.tell(of_visit(DelegateWithdrawn, participant_id=OLENA))

        [delivery] = await deliveries(sessions, "delegate_withdrawal")
        facts = delivery.told
        assert isinstance(facts, DelegateWithdrawal)
        assert delivery.recipient_id == OLENA
        assert [session.sequence for session in facts.sessions] == [1, 1]

    async def test_who_never_got_the_invitation_gets_nothing_at_all(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(of_visit(DelegateWithdrawn, participant_id=OLENA))

        [invitation] = [d for d in await deliveries(sessions) if d.recipient_id == OLENA]
        assert invitation.state is DeliveryState.SUPPRESSED
