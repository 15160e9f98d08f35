"""Signatures, cancellations and people: what such facts lead to, once."""

from sqlalchemy import select

from contracts.exchanges import (
    DelegateAnswered,
    DelegateLapsed,
)
from contracts.vocabulary import DelegateAnswer, DeliveryState, Party
from services.chassis.database import Sessions
from services.notifications.copies.model import DelegateCopy, PersonCopy
from services.notifications.deliveries.model import Delivery
from services.notifications.letters.facts import (
    VisitCancellation,
)
from tests.notifications.builders import VISIT
from tests.notifications.conftest import rows
from tests.notifications.events import (
    IVAN,
    JANA,
    LESIA,
    MAREK,
    OLENA,
    PETER,
    ZUZANA,
    cancelled,
    code_requested,
    committed,
    erased,
    invited,
    ivan,
    of_visit,
    opened,
    person,
    peter,
    session_id,
    session_moved,
    session_planned,
    signature_requested,
    staff,
)
from tests.notifications.ledger import (
    a_visit_with_three_delegates,
    deliveries,
    reach_everybody,
    told,
)
from tests.notifications.story import Story


class TestSigning:
    async def test_asks_the_person_and_brings_the_code(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(signature_requested(PETER, Party.HO), code_requested(PETER, Party.HO))

        request, code = await deliveries(sessions)
        assert (request.template, code.template) == ("signature_request", "signature_code")
        assert {(d.recipient_id, d.association, d.partner) for d in (request, code)} == {
            (PETER, "SK", "UA")
        }

    async def test_no_event_and_no_row_holds_the_code(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(code_requested())

        [delivery] = await deliveries(sessions)
        assert set(delivery.facts) == {"at", "visit_id", "challenge_id", "expires_at"}


class TestCommitted:
    async def test_brings_the_news_to_both_organisations_and_both_coordinators(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(staff(ZUZANA), peter(), ivan(), person())
        await Story(sessions, association="UA", offsets={"registry.staff": 1}).tell(
            staff(LESIA, language="uk")
        )
        story.actor = f"participant:{PETER}"

        await story.tell(opened(), session_planned(1), committed())

        assert set(await told(sessions, "visit_agreed")) == {PETER, IVAN, ZUZANA, LESIA}


class TestCancelled:
    async def test_tells_everybody_concerned_once_with_a_higher_sequence(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(staff(ZUZANA), peter(), person())
        await a_visit_with_three_delegates(story)
        await story.tell(signature_requested())
        await story.tell(session_moved(2), act="move-1")
        await reach_everybody(sessions)
        await story.tell(of_visit(DelegateLapsed, participant_id=JANA))

        await story.tell(cancelled())

        ends = await deliveries(sessions, "visit_cancellation")
        assert {delivery.recipient_id for delivery in ends} == {OLENA, MAREK, PETER}
        facts = next(d.told for d in ends if d.recipient_id == OLENA)
        assert isinstance(facts, VisitCancellation)
        assert [(s.session_id, s.sequence) for s in facts.sessions] == [
            (session_id(1), 1),
            (session_id(2), 2),
        ]

    async def test_the_coordinator_who_did_it_is_not_told(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(staff(ZUZANA), opened(), cancelled())

        assert await told(sessions, "visit_cancellation") == []

    async def test_what_was_still_to_be_sent_is_left_unsent(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_with_three_delegates(story)

        await story.tell(cancelled())

        assert {d.state for d in await deliveries(sessions)} == {DeliveryState.SUPPRESSED}


class TestPeople:
    async def test_d02_a_tombstone_erases_the_copy_and_every_mail(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(person(), opened(), invited())
        async with sessions.begin() as session:
            [delivery] = (await session.scalars(select(Delivery))).all()
            delivery.queue(b"To: olena@example.org", language="uk")

        await story.tell(erased())

        async with sessions() as session:
            [delivery] = (await session.scalars(select(Delivery))).all()
            content = await session.scalar(select(Delivery.content))
        assert (delivery.state, content) == (DeliveryState.OBSOLETE, None)
        assert await rows(sessions, PersonCopy) == []

    async def test_the_newest_address_counts(self, story: Story, sessions: Sessions) -> None:
        await story.tell(person(mail="old@example.org"), person(mail="new@example.org"))

        [copy] = await rows(sessions, PersonCopy)
        assert copy.mail == "new@example.org"

    async def test_an_invitation_before_its_person_waits_for_the_record(
        self, story: Story, sessions: Sessions
    ) -> None:
        await story.tell(opened(), invited())

        [delivery] = await deliveries(sessions)
        assert delivery.state is DeliveryState.PLANNED


async def test_keeps_what_became_of_each_invitation(story: Story, sessions: Sessions) -> None:
    await a_visit_with_three_delegates(story)
    accept = of_visit(DelegateAnswered, participant_id=OLENA, answer=DelegateAnswer.ACCEPTED)

    await story.tell(accept, of_visit(DelegateLapsed, participant_id=MAREK))

    states = {copy.participant_id: copy.state for copy in await rows(sessions, DelegateCopy)}
    assert states == {OLENA: "accepted", MAREK: "lapsed", JANA: "invited"}
    assert {copy.visit_id for copy in await rows(sessions, DelegateCopy)} == {VISIT}
