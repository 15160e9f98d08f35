"""Mails on their way to a real mail server that takes, refuses, hangs, drops, or is not there."""

from collections.abc import AsyncIterator, Sequence
from email.message import EmailMessage
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import select, text, update

from contracts.exchanges import DelegateWithdrawn
from contracts.notifications import DeliveryDied, DeliverySent
from contracts.vocabulary import DeliveryState
from services.chassis import clock, history
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.channels.mail import MailServer, MailServerAway
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.model import Attempt, Delivery
from services.notifications.deliveries.worker import Postman, Rhythm, settle_interrupted
from tests.notifications.builders import CATALOGUES, NOON
from tests.notifications.conftest import rows
from tests.notifications.events import (
    MAREK,
    OLENA,
    Story,
    cancelled,
    code_requested,
    invited,
    marek,
    of_visit,
    opened,
    person,
    peter,
    session_moved,
    session_planned,
    the_clusters,
)
from tests.notifications.smtp import Inbox, listening

CHALLENGE = UUID(int=77)
AT_ONCE = Rhythm(first_pause_seconds=0, longest_pause_seconds=0)
AN_HOUR = Rhythm(first_pause_seconds=3600, longest_pause_seconds=3600)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with listening(Inbox()) as server:
        yield server


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def a_postman(
    sessions: Sessions, settings: Settings, port: int, rhythm: Rhythm = AT_ONCE
) -> Postman:
    server = MailServer(
        "127.0.0.1",
        port,
        sender="talka@example.org",
        starttls=False,
        command_seconds=2,
        content_seconds=0.5,
    )
    return Postman(sessions, server, Scribe.of(settings, CATALOGUES), rhythm)


async def an_invited_person(story: Story) -> None:
    await story.tell(*the_clusters(), person(), opened(), session_planned(1), session_planned(2))
    await story.tell(invited(OLENA))


async def states(sessions: Sessions) -> list[DeliveryState]:
    async with sessions() as session:
        found = await session.scalars(select(Delivery.state).order_by(Delivery.position))
    return list(found.all())


async def settle_acts(sessions: Sessions, template: str | None = None) -> None:
    """Do not wait for further moves of an act, or for the next try."""
    due = update(Delivery).values(ready_at=NOON.replace(year=2020))
    async with sessions.begin() as session:
        await session.execute(due.where(Delivery.template == template) if template else due)


async def attempts(sessions: Sessions) -> Sequence[Attempt]:
    return sorted(await rows(sessions, Attempt), key=lambda attempt: attempt.number)


async def events_of(sessions: Sessions, kind: type[DeliverySent | DeliveryDied]) -> list[object]:
    async with sessions() as session:
        found = await session.execute(
            select(history.history).where(history.history.c.type == kind.type)
        )
        return [history.event_of(row) for row in found.mappings()]


def calendars(mail: EmailMessage) -> list[tuple[str, str, int]]:
    """UID, method and sequence of each calendar part."""
    found = []
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            [event] = calendar.events
            assert part["Content-Type"].params["method"] == calendar["METHOD"]
            found.append((str(event["UID"]), str(calendar["METHOD"]), int(str(event["SEQUENCE"]))))
    return found


class TestTaken:
    async def test_is_one_mail_in_the_recipients_language(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        await a_postman(sessions, settings, inbox.port).round()

        [mail] = inbox.arrived
        assert mail["To"] == "Олена Коваленко <olena@example.org>"
        assert mail["From"] == "Український кластерний альянс <talka@localhost>"
        assert mail["Subject"] == "Запрошення на візит: Пластмаси в Нітрі (EX-2027-031)"
        assert mail["Content-Language"] == "uk"
        body = mail.get_body(("plain",))
        assert body is not None
        assert "09:00–12:00 CET (Братислава) · 10:00–13:00 EET (Київ)" in body.get_content()
        assert "Програма містить 2 сесії." in body.get_content()

    async def test_n04_carries_one_request_for_each_session_the_first_as_an_alternative(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        await a_postman(sessions, settings, inbox.port).round()

        [mail] = inbox.arrived
        shape = [part.get_content_type() for part in mail.walk()]
        assert shape == [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "text/calendar",
        ]
        assert [(method, sequence) for _, method, sequence in calendars(mail)] == [
            ("REQUEST", 0),
            ("REQUEST", 0),
        ]

    async def test_is_in_the_history_and_the_ledger(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        await a_postman(sessions, settings, inbox.port).round()

        [sent] = await events_of(sessions, DeliverySent)
        [attempt] = await attempts(sessions)
        assert isinstance(sent, DeliverySent)
        assert (sent.attempt, sent.code, sent.language) == (1, "250", "uk")
        assert (attempt.code, attempt.reason) == ("250", "taken")
        assert await states(sessions) == [DeliveryState.SENT]

    async def test_is_sent_once_however_often_the_worker_looks(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        postman = a_postman(sessions, settings, inbox.port)

        for _ in range(3):
            await postman.round()

        assert len(inbox.arrived) == 1

    async def test_leaves_no_text_behind(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        await a_postman(sessions, settings, inbox.port).round()

        async with sessions() as session:
            assert await session.scalar(select(Delivery.content)) is None

    async def test_many_go_over_one_connection(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)
        await story.tell(marek(), invited(MAREK))

        await a_postman(sessions, settings, inbox.port).round()

        assert (len(inbox.arrived), inbox.connections) == (2, 1)

    async def test_brings_the_code_that_the_challenge_stands_for(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await story.tell(*the_clusters(), peter(), opened(), code_requested())

        await a_postman(sessions, settings, inbox.port).round()

        [mail] = inbox.arrived
        body = mail.get_body(("plain",))
        assert body is not None
        code = Scribe.of(settings, CATALOGUES).doors.code(CHALLENGE)
        assert code in body.get_content()


class TestNotYetKnown:
    async def test_waits_until_person_and_names_have_come(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        postman = a_postman(sessions, settings, inbox.port)
        await story.tell(opened(), session_planned(1), invited(OLENA))
        await postman.round()
        waiting = await states(sessions)
        await story.tell(person(), *the_clusters())
        await settle_acts(sessions)

        await postman.round()

        assert waiting == [DeliveryState.PLANNED]
        assert len(inbox.arrived) == 1


class TestNotWritable:
    async def test_an_address_that_is_none_ends_the_message_and_says_so(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await story.tell(*the_clusters(), person(mail="олена@example.org"), opened())
        await story.tell(invited(OLENA), marek(), invited(MAREK))

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.SUPPRESSED, DeliveryState.SENT]

    async def test_a_mail_that_cannot_be_written_keeps_no_other_waiting(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await story.tell(*the_clusters(), person(zone="Mars/Phobos"), opened())
        await story.tell(invited(OLENA), marek(), invited(MAREK))

        await a_postman(sessions, settings, inbox.port).round()

        assert await states(sessions) == [DeliveryState.PLANNED, DeliveryState.SENT]

    async def test_h14_without_a_catalogue_all_of_it_is_in_english(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        title = {"en": "Plastics in Nitra", "lt": "Plastikai Nitroje"}
        await story.tell(*the_clusters(), person(language="lt"), opened(title=title))
        await story.tell(invited(OLENA))

        await a_postman(sessions, settings, inbox.port).round()

        [mail] = inbox.arrived
        assert (mail["Content-Language"], mail["Subject"]) == (
            "en",
            "Invitation to a visit: Plastics in Nitra (EX-2027-031)",
        )


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
    @pytest.mark.parametrize("fault", ["hangs", "drops"])
    async def test_f28_after_the_content_is_unknown_and_never_repeated(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox, fault: str
    ) -> None:
        await an_invited_person(story)
        inbox.hang_seconds = 2 if fault == "hangs" else 0
        inbox.drop_after_content = fault == "drops"
        postman = a_postman(sessions, settings, inbox.port)

        await postman.round()
        await postman.round()

        [attempt] = await attempts(sessions)
        assert await states(sessions) == [DeliveryState.UNKNOWN]
        assert (inbox.tries, attempt.code) == (1, "no answer")

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
