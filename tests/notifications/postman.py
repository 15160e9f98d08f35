"""A postman with a mail server of the tests, and what became of the mails."""

from collections.abc import Sequence
from email.message import EmailMessage
from uuid import UUID

from icalendar import Calendar
from sqlalchemy import select, update

from contracts.notifications import DeliveryDied, DeliverySent
from contracts.vocabulary import DeliveryState
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.channels.mail import MailServer
from services.notifications.deliveries.composing import Scribe
from services.notifications.deliveries.model import Attempt, Delivery
from services.notifications.deliveries.worker import Postman, Rhythm
from tests.notifications.builders import CATALOGUES, NOON
from tests.notifications.conftest import rows
from tests.notifications.events import OLENA, invited, opened, person, session_planned, the_clusters
from tests.notifications.story import Story
from tests.waiting import PATIENCE_SECONDS

CHALLENGE = UUID(int=77)


AT_ONCE = Rhythm(first_pause_seconds=0, longest_pause_seconds=0)


AN_HOUR = Rhythm(first_pause_seconds=3600, longest_pause_seconds=3600)


def a_postman(
    sessions: Sessions,
    settings: Settings,
    port: int,
    rhythm: Rhythm = AT_ONCE,
    *,
    content_seconds: float = PATIENCE_SECONDS,
) -> Postman:
    server = MailServer(
        "127.0.0.1",
        port,
        sender="talka@example.org",
        starttls=False,
        command_seconds=PATIENCE_SECONDS,
        content_seconds=content_seconds,
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
