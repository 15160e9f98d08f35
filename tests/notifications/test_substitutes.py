"""R-23: messages go to the substitute from the hour on in which the absence begins."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.event import uuid7
from contracts.people import Absence, ContactNames, PersonErased, PersonRecorded
from contracts.vocabulary import DeliveryState, Party
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.copies.model import ContactCopy
from services.notifications.deliveries.model import Delivery
from services.notifications.deliveries.worker import Postman
from tests.notifications.builders import NOON
from tests.notifications.conftest import rows
from tests.notifications.events import (
    OLENA,
    PETER,
    committed,
    invited,
    opened,
    person,
    peter,
    session_moved,
    session_planned,
    signature_requested,
    the_clusters,
)
from tests.notifications.postman import a_postman
from tests.notifications.smtp import Inbox, listening
from tests.notifications.story import Story
from tests.notifications.test_contacts import carry, entries

Carried = Callable[[], Awaitable[list[EmailMessage]]]

AWAY, JOZEF, EVA = uuid7(), uuid7(), uuid7()
WEEK = timedelta(days=7)


def contact(person_id: UUID, mail: str, *absences: Absence) -> PersonRecorded:
    return PersonRecorded(
        subject=str(person_id),
        time=NOON,
        names=ContactNames(original=mail.capitalize()),
        mail=f"{mail}@example.org",
        language="sk",
        zone="Europe/Bratislava",
        absences=absences,
    )


def away(substitute: UUID = JOZEF) -> Absence:
    return Absence(from_at=NOON, until_at=NOON + WEEK, substitute_id=substitute)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    async with listening(Inbox()) as server:
        yield server


@pytest.fixture
def postman(sessions: Sessions, settings: Settings, inbox: Inbox) -> Postman:
    return a_postman(sessions, settings, inbox.port)


@pytest.fixture
async def told(story: Story) -> Story:
    """A visit whose host contact, Peter, is away for a week from noon on."""
    await story.tell(*the_clusters(), peter(), person(), opened(), session_planned(1))
    await story.tell(contact(AWAY, "peter", away()), contact(JOZEF, "jozef"))
    return story


@pytest.fixture
def carried(sessions: Sessions, postman: Postman, inbox: Inbox) -> Carried:
    async def carry_all() -> list[EmailMessage]:
        await carry(sessions, postman)
        return inbox.arrived

    return carry_all


def readers(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["To"]).split("<")[1].split("@")[0] for mail in mails]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.mark.parametrize(
    ("gone_for", "reader"),
    [
        (timedelta(seconds=-1), "peter"),
        (timedelta(0), "jozef"),
        (WEEK - timedelta(seconds=1), "jozef"),
        (WEEK, "peter"),
    ],
)
async def test_r23_messages_go_to_the_substitute_from_that_hour(
    told: Story, carried: Carried, inbox: Inbox, gone_for: timedelta, reader: str
) -> None:
    since = NOON - gone_for
    absence = Absence(from_at=since, until_at=since + WEEK, substitute_id=JOZEF)
    await told.tell(contact(AWAY, "peter", absence))

    await told.tell(committed())

    [mail] = await carried()
    assert readers([mail]) == [reader]
    assert inbox.reached == [f"{reader}@example.org"]
    assert len(entries(mail)) == 1  # for the calendar of who reads it


class TestWhatStays:
    async def test_a_link_to_sign_with_is_for_one_alone(
        self, told: Story, carried: Carried
    ) -> None:
        await told.tell(signature_requested(PETER, Party.HO))

        assert readers(await carried()) == ["peter"]

    async def test_a_delegate_travels_in_person(self, told: Story, carried: Carried) -> None:
        told.association = "UA"
        await told.tell(contact(uuid7(), "olena", away()))
        told.association = "SK"
        await told.tell(invited(OLENA))
        await carried()
        await told.tell(session_moved(1))

        assert readers(await carried()) == ["olena", "olena"]

    async def test_r14_a_dual_use_visit_is_told_to_nobody_else(
        self, story: Story, carried: Carried
    ) -> None:
        await story.tell(*the_clusters(), peter(), opened(dual_use=True), session_planned(1))
        await story.tell(contact(AWAY, "peter", away()), contact(JOZEF, "jozef"))

        await story.tell(committed())

        assert readers(await carried()) == ["peter"]

    async def test_two_who_stand_in_for_each_other_go_in_no_circle(
        self, told: Story, carried: Carried
    ) -> None:
        await told.tell(contact(JOZEF, "jozef", away(EVA)), contact(EVA, "eva", away(AWAY)))

        await told.tell(committed())

        assert readers(await carried()) == ["eva"]


async def test_d02_who_stood_in_and_is_erased_is_in_no_mail(
    told: Story, sessions: Sessions, carried: Carried
) -> None:
    await told.tell(committed())
    await carried()

    await told.tell(PersonErased(subject=str(JOZEF), time=NOON))

    async with sessions() as session:
        passed_on = select(Delivery.state, Delivery.content).where(Delivery.substitute_id == JOZEF)
        assert (await session.execute(passed_on)).all() == [(DeliveryState.SENT, None)]
    assert [each.person_id for each in await rows(sessions, ContactCopy)] == [AWAY]
