"""Mails on their way to a real mail server that takes, refuses, hangs, drops, or is not there."""

import pytest
from sqlalchemy import select

from contracts.notifications import DeliverySent
from contracts.vocabulary import DeliveryState
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.model import Delivery
from tests.notifications.builders import CATALOGUES
from tests.notifications.events import (
    JANA,
    MAREK,
    OLENA,
    code_requested,
    invited,
    marek,
    opened,
    person,
    peter,
    session_planned,
    the_clusters,
)
from tests.notifications.postman import (
    CHALLENGE,
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

pytestmark = pytest.mark.usefixtures("noon")


class TestTaken:
    async def test_h14_three_people_read_one_fact_in_three_languages(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        title = {"en": "Plastics in Nitra", "lt": "Plastikai Nitroje", "cs": "Plasty v Nitře"}
        lithuanian = person(MAREK, name="Ona", mail="ona@example.org", language="lt")
        czech = person(JANA, name="Jana", mail="jana@example.org", language="cs")
        await story.tell(*the_clusters(), person(), lithuanian, czech, opened(title=title))
        await story.tell(invited(OLENA), invited(MAREK), invited(JANA))

        await a_postman(sessions, settings, inbox.port).round()

        assert {
            mail["To"].partition(" ")[0]: mail["Content-Language"] for mail in inbox.arrived
        } == {
            "Олена": "uk",
            "Ona": "lt",
            "Jana": "cs",
        }
        subjects = {mail["Content-Language"]: mail["Subject"] for mail in inbox.arrived}
        assert "Plastikai Nitroje" in subjects["lt"]
        assert "Plasty v Nitře" in subjects["cs"]
        assert len(set(subjects.values())) == 3

    async def test_is_one_mail_in_the_recipients_language(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await an_invited_person(story)

        await a_postman(sessions, settings, inbox.port).round()

        [mail] = inbox.arrived
        assert mail["To"] == "Олена Коваленко <olena@example.org>"
        sender = " ".join(mail["From"].split())  # the library's reader doubles a space there
        assert sender == "Український кластерний альянс <talka@localhost>"
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
