"""The contacts of both organisations: calendar entries from the agreement to the end, in order."""

from email.message import EmailMessage

import pytest
from icalendar import Calendar
from sqlalchemy import select, text

from contracts.vocabulary import Party
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.deliveries.model import Delivery
from services.notifications.deliveries.worker import Postman
from tests.notifications.builders import VISIT
from tests.notifications.events import (
    COMMITMENT,
    IVAN,
    PETER,
    cancelled,
    committed,
    dissolved,
    ivan,
    opened,
    peter,
    session_id,
    session_moved,
    session_planned,
    signature_requested,
    the_clusters,
)
from tests.notifications.postman import AN_HOUR, a_postman, settle_acts
from tests.notifications.smtp import Inbox
from tests.notifications.story import Story

FORGET = text(
    "update applied set sequence = sequence - case subject when :visit then 1 else 2 end"
    " where subject in (:visit, :commitment)"
)
ASKED = signature_requested(IVAN, Party.VO), signature_requested(PETER, Party.HO)


pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def postman(sessions: Sessions, settings: Settings, inbox: Inbox) -> Postman:
    return a_postman(sessions, settings, inbox.port)


async def a_visit_to_sign(story: Story) -> None:
    await story.tell(*the_clusters(), peter(), ivan(), opened())
    await story.tell(session_planned(1), session_planned(2))
    await story.tell(*ASKED)


async def an_agreed_visit(story: Story, sessions: Sessions, postman: Postman) -> None:
    await a_visit_to_sign(story)
    await story.tell(committed())
    await carry(sessions, postman)


async def carry(sessions: Sessions, postman: Postman) -> None:
    """Have everything written and sent that may be."""
    for _ in range(3):
        await settle_acts(sessions)
        await postman.round()


def mails(inbox: Inbox, to: str) -> list[EmailMessage]:
    return [mail for mail in inbox.arrived if f"{to}@example.org" in str(mail["To"])]


def entries(mail: EmailMessage) -> list[tuple[str, str, int, str]]:
    """Method, UID, SEQUENCE and STATUS of each calendar part, for the reader alone."""
    found = []
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            [event] = calendar.events
            assert str(event["ATTENDEE"]).removeprefix("mailto:") in str(mail["To"])
            uid, status = str(event["UID"]), str(event["STATUS"])
            found.append((str(calendar["METHOD"]), uid, int(str(event["SEQUENCE"])), status))
    return found


def entry(method: str, number: int, sequence: int) -> tuple[str, str, int, str]:
    status = "CANCELLED" if method == "CANCEL" else "CONFIRMED"
    return method, f"session-{session_id(number)}@talka", sequence, status


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def templates(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        found = await session.scalars(select(Delivery.template).order_by(Delivery.position))
    return list(found.all())


@pytest.mark.parametrize("to", ["ivan", "peter"])
class TestContacts:
    async def test_n04_get_their_entries_when_the_visit_is_agreed(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, to: str
    ) -> None:
        await an_agreed_visit(story, sessions, postman)

        asked, agreed = mails(inbox, to)
        assert entries(asked) == []
        assert entries(agreed) == [entry("REQUEST", 1, 0), entry("REQUEST", 2, 0)]

    async def test_n04_entries_carry_the_sequence_of_the_session_as_it_is(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, to: str
    ) -> None:
        await a_visit_to_sign(story)
        await story.tell(session_moved(2))
        await story.tell(committed())
        await carry(sessions, postman)

        *_, agreed = mails(inbox, to)
        assert entries(agreed) == [entry("REQUEST", 1, 0), entry("REQUEST", 2, 1)]

    async def test_are_told_of_a_move_that_nobody_signs(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, to: str
    ) -> None:
        await an_agreed_visit(story, sessions, postman)

        await story.tell(session_moved(1, to="2027-03-18"), session_moved(2), act="move-1")
        await carry(sessions, postman)

        *_, mail = mails(inbox, to)
        assert len(mails(inbox, to)) == 3
        assert {sequence for _, _, sequence, _ in entries(mail)} == {1}
        assert "/exchanges/i/" not in plain(mail)

    async def test_n04_a_cancelled_visit_takes_their_entries_back(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, to: str
    ) -> None:
        await an_agreed_visit(story, sessions, postman)
        await story.tell(session_moved(2), act="move-1")
        await carry(sessions, postman)

        await story.tell(cancelled())
        await carry(sessions, postman)

        *_, last = mails(inbox, to)
        assert sorted(entries(last)) == [entry("CANCEL", 1, 1), entry("CANCEL", 2, 2)]

    async def test_a_visit_dissolved_before_its_agreement_sends_them_no_calendar(
        self, story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, to: str
    ) -> None:
        await a_visit_to_sign(story)
        await carry(sessions, postman)

        await story.tell(dissolved())
        await carry(sessions, postman)

        assert [entries(mail) for mail in mails(inbox, to)] == [[], []]


@pytest.mark.parametrize("first", ["request", "move"])
async def test_x11_contacts_sign_new_dates_by_one_mail_whichever_topic_came_first(
    story: Story, sessions: Sessions, postman: Postman, inbox: Inbox, first: str
) -> None:
    await an_agreed_visit(story, sessions, postman)

    acts = [ASKED, (session_moved(2),)]
    for events in acts if first == "request" else reversed(acts):
        await story.tell(*events, act="move-1")
    await carry(sessions, postman)

    for to in ("ivan", "peter"):
        *before, mail = mails(inbox, to)
        assert len(before) == 2
        assert entries(mail) == [entry("REQUEST", 2, 1)]
        assert "/exchanges/i/" in plain(mail)
        assert plain(mail).count("CET") == 2


class TestOrder:
    async def test_n04_new_dates_wait_for_the_entries_they_change(
        self, story: Story, sessions: Sessions, settings: Settings, inbox: Inbox
    ) -> None:
        await a_visit_to_sign(story)
        await carry(sessions, a_postman(sessions, settings, inbox.port))
        await story.tell(committed())
        tries = inbox.tries
        inbox.on_content = lambda now: "451 later" if now <= tries + 2 else "250 taken"
        await a_postman(sessions, settings, inbox.port, AN_HOUR).round()

        await story.tell(session_moved(2), *ASKED, act="move-1")
        await settle_acts(sessions, template="programme_change")
        await settle_acts(sessions, template="signature_request")
        await a_postman(sessions, settings, inbox.port).round()
        meanwhile = len(inbox.arrived)
        await carry(sessions, a_postman(sessions, settings, inbox.port))

        assert meanwhile == 2
        told = [[sequence for _, _, sequence, _ in entries(m)] for m in mails(inbox, "peter")]
        assert told == [[], [0, 0], [1]]


class TestOnce:
    async def test_n01_a_repeat_past_the_guard_tells_nothing_twice(
        self, story: Story, sessions: Sessions, postman: Postman
    ) -> None:
        await an_agreed_visit(story, sessions, postman)
        records = [story.record(event, act="move-1") for event in (session_moved(2), *ASKED)]
        await story.apply(*records)
        await carry(sessions, postman)
        before = await templates(sessions)
        async with sessions.begin() as session:
            await session.execute(FORGET, {"visit": str(VISIT), "commitment": str(COMMITMENT)})
            for record in reversed(records):
                await session.execute(
                    text("update progress set next_offset = :at where topic = :topic"),
                    {"at": record.offset, "topic": record.topic},
                )

        await story.apply(*records)

        assert await templates(sessions) == before

    async def test_who_has_no_entries_hears_of_no_move_before_the_agreement(
        self, story: Story, sessions: Sessions
    ) -> None:
        await a_visit_to_sign(story)

        await story.tell(session_moved(2), act="move-1")

        assert await templates(sessions) == ["signature_request", "signature_request"]
