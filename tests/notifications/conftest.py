"""A running service of notifications, people who are signed in to it, and a story to tell it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, update

from contracts.event import uuid7
from contracts.vocabulary import DeliveryState
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.notifications.app import notifications
from services.notifications.database import Base
from services.notifications.deliveries.model import Attempt, Delivery
from tests.notifications.builders import NOON
from tests.notifications.smtp import Inbox, listening
from tests.notifications.story import Story
from tests.office import in_office, running, signed_in

T = TypeVar("T", bound=Base)
SignIn = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain's clock stands at the noon of the stories."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    """A mail server of the outside world, with what arrived there."""
    async with listening(Inbox()) as server:
        yield server


@pytest.fixture
def story(sessions: Sessions) -> Story:
    return Story(sessions)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application without its background: nothing is relayed, consumed or sent."""
    async with running(notifications(settings)) as app:
        yield app


@pytest.fixture
async def sign_in(app: FastAPI, sessions: Sessions, settings: Settings) -> AsyncIterator[SignIn]:
    """Makes clients of people that the service's copy of the staff knows."""
    async with AsyncExitStack() as stack:

        async def enter(
            of: str,
            *roles: str,
            staff_id: UUID | None = None,
            language: str = "en",
            marks: tuple[str, ...] = (),
        ) -> AsyncClient:
            person = in_office(
                staff_id or uuid7(),
                of=of,
                roles=roles or ("coordinator",),
                marks=list(marks),
                language=language,
                names={"original": "Somebody"},
                mail="somebody@example.org",
                zone="Europe/Bratislava",
            )
            client = await signed_in(app, sessions, settings, person, Accept="text/html")
            return await stack.enter_async_context(client)

        yield enter


async def rows(sessions: Sessions, kind: type[T]) -> Sequence[T]:
    """Every row of a table."""
    async with sessions() as session:
        return (await session.scalars(select(kind))).all()


async def fail_the_first(sessions: Sessions) -> UUID:
    """Let the first delivery have died of an unknown mailbox."""
    async with sessions.begin() as session:
        delivery = (await session.scalars(select(Delivery).order_by(Delivery.position))).first()
        assert delivery is not None
        dead = {"state": DeliveryState.DEAD, "attempts": 1, "content": b"mail"}
        await session.execute(update(Delivery).where(Delivery.id == delivery.id).values(dead))
        session.add(
            Attempt(
                delivery_id=delivery.id,
                number=1,
                began_at=NOON,
                ended_at=NOON,
                code="550",
                reason="no such mailbox",
            )
        )
    return delivery.id
