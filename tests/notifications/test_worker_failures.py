"""Mails that are refused, unanswered, interrupted or too late."""

import pytest
from sqlalchemy import text, update

from contracts.exchanges import DelegateWithdrawn
from contracts.notifications import DeliveryDied
from contracts.vocabulary import DeliveryState
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.channels.mail import MailServerAway
from services.notifications.deliveries.model import Attempt
from services.notifications.deliveries.worker import Rhythm, settle_interrupted
from tests.notifications.builders import NOON
from tests.notifications.events import (
    MAREK,
    OLENA,
    cancelled,
    code_requested,
    invited,
    marek,
    of_visit,
    opened,
    peter,
    session_moved,
    the_clusters,
)
from tests.notifications.postman import (
    AN_HOUR,
    a_postman,
    an_invited_person,
    attempts,
    calendars,
    events_of,
    settle_acts,
    states,
)
from tests.notifications.smtp import Inbox
from tests.notifications.story import Story
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("noon")


class TestRefused:
    async def test_f28_for_now_is_tried_again_with_the_same_bytes(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.on_content = lambda tries: "451 later" if tries == 1 else "250 taken"
        postman = a_postman(sessions, settings, inbox.port)

        await postman.round()
        between = await states(sessions)
        await postman.round()

        assert between == [DeliveryState.RETRY_WAIT]
        assert [a.code for a in await attempts(sessions)] == ["451", "250"]
        assert len(inbox.arrived) == 1

    async def test_f28_for_now_waits_longer_each_time(self) -> None:
        rhythm = Rhythm(first_pause_seconds=30, longest_pause_seconds=900)

        pauses = [rhythm.pause(OLENA, attempt) for attempt in range(1, 9)]

        assert all(22.5 <= p / min(2**n, 30) <= 37.5 for n, p in enumerate(pauses))

    async def test_f28_for_good_is_dead_at_once_and_says_why_without_the_address(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.on_recipient = lambda address: f"550 no mailbox {address} here"

        await a_postman(sessions, settings, inbox.port).round()

        [died] = await events_of(sessions, DeliveryDied)
        assert isinstance(died, DeliveryDied)
        assert (died.code, died.reason) == ("550", "no mailbox (address) here")
        assert await states(sessions) == [DeliveryState.DEAD]

    async def test_one_bad_address_does_not_keep_the_next_mail(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        await story.tell(marek(), invited(MAREK))
        inbox.on_recipient = lambda a: "550 unknown" if a.startswith("olena") else "250 ok"

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.DEAD, DeliveryState.SENT]


class TestWithoutAnswer:
    async def test_f28_after_the_content_is_unknown_and_never_repeated(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.drop_after_content = True
        postman = a_postman(sessions, settings, inbox.port)

        await postman.round()
        await postman.round()

        [attempt] = await attempts(sessions)
        assert await states(sessions) == [DeliveryState.UNKNOWN]
        assert (inbox.tries, attempt.code) == (1, "no answer")

    async def test_f28_for_too_long_is_unknown_and_never_repeated(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.hang_seconds = PATIENCE_SECONDS
        postman = a_postman(sessions, settings, inbox.port, content_seconds=0.3)

        await postman.round()
        await postman.round()

        [attempt] = await attempts(sessions)
        assert await states(sessions) == [DeliveryState.UNKNOWN]
        assert (inbox.tries <= 1, attempt.code) == (True, "no answer")

    async def test_f28_a_slow_answer_is_waited_for(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.hang_seconds = 0.3

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.SENT]

    async def test_f28_without_a_server_everything_waits(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        with pytest.raises(MailServerAway, match="TALKA_SMTP_HOST"):
            await a_postman(sessions, settings, port=9).round()
        between = await states(sessions)
        await a_postman(sessions, settings, inbox.port).round()

        assert between == [DeliveryState.RETRY_WAIT]
        assert [a.code for a in await attempts(sessions)] == ["no connection", "250"]
        assert len(inbox.arrived) == 1


class TestOrder:
    async def test_n04_a_cancel_never_overtakes_its_request(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.on_content = lambda tries: "451 later" if tries == 1 else "250 taken"
        await a_postman(sessions, settings, inbox.port, AN_HOUR).round()
        await story.tell(session_moved(2))
        await settle_acts(sessions, template="programme_change")

        await a_postman(sessions, settings, inbox.port).round()
        waiting = await states(sessions)
        await settle_acts(sessions)
        for _ in range(2):
            await a_postman(sessions, settings, inbox.port).round()

        assert waiting == [DeliveryState.RETRY_WAIT, DeliveryState.QUEUED]
        told = [sequence for mail in inbox.arrived for *_, sequence in calendars(mail)]
        assert told == [0, 0, 1]

    async def test_a_code_does_not_wait_for_an_invitation(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        inbox.on_content = lambda tries: "451 later" if tries == 1 else "250 taken"
        await a_postman(sessions, settings, inbox.port, AN_HOUR).round()
        await story.tell(code_requested(OLENA))

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.RETRY_WAIT, DeliveryState.SENT]


class TestEndings:
    async def test_a_withdrawn_delegate_gets_a_cancel_for_the_same_entries(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        postman = a_postman(sessions, settings, inbox.port)
        await postman.round()
        await story.tell(of_visit(DelegateWithdrawn, participant_id=OLENA))

        await postman.round()

        asked, cancelled_ = (calendars(mail) for mail in inbox.arrived)
        assert [uid for uid, *_ in asked] == [uid for uid, *_ in cancelled_]
        assert {(method, sequence) for _, method, sequence in cancelled_} == {("CANCEL", 1)}

    async def test_a_cancelled_visit_takes_every_entry_back(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        postman = a_postman(sessions, settings, inbox.port)
        await postman.round()
        await story.tell(session_moved(2))
        await settle_acts(sessions)
        await postman.round()
        await story.tell(cancelled(note="The road is closed."))

        await postman.round()

        *_, last = inbox.arrived
        assert sorted(sequence for *_, sequence in calendars(last)) == [1, 2]
        assert {method for _, method, _ in calendars(last)} == {"CANCEL"}


class TestTooLate:
    async def test_n08_a_code_that_expired_is_not_sent(
        self,
        story: Story,
        sessions: Sessions,
        settings: Settings,
        inbox: Inbox,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await story.tell(*the_clusters(), peter(), opened(), code_requested())
        monkeypatch.setattr(clock, "now", lambda: NOON.replace(hour=13))

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.EXPIRED]
        assert inbox.arrived == []


class TestInterrupted:
    @pytest.mark.parametrize(
        ("content_began", "state"),
        [(False, DeliveryState.QUEUED), (True, DeliveryState.UNKNOWN)],
    )
    async def test_f28_a_lease_that_ran_out_is_repeated_only_if_nothing_left(
        self,
        story: Story,
        sessions: Sessions,
        settings: Settings,
        inbox: Inbox,
        *,
        content_began: bool,
        state: DeliveryState,
    ) -> None:
        await an_invited_person(story)
        inbox.on_content = lambda _: "451 later"
        await a_postman(sessions, settings, inbox.port).round()
        async with sessions.begin() as session:
            await session.execute(
                text(
                    "update deliveries set state = 'sending', leased_until = now() - interval '1 s'"
                )
            )
            await session.execute(
                update(Attempt).values(ended_at=None, content_at=NOON if content_began else None)
            )

        async with sessions.begin() as session:
            await settle_interrupted(session, at=NOON)

        assert await states(sessions) == [state]
