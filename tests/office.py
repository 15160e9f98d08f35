"""People whom a service's copy of the staff knows, and browsers in which they are signed in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.chassis import signin
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.chassis.staff import StaffCopy


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[FastAPI]:
    """An application without its background: nothing is relayed, consumed or sent."""
    try:
        yield app
    finally:
        for engine in app.state.engines:
            await engine.dispose()


def in_office(staff_id: UUID, *, of: str, roles: Sequence[str], **more: Any) -> StaffCopy:
    """Somebody with these roles in an association, as a copy of the staff keeps people."""
    usual: dict[str, Any] = {
        "login": None,
        "names": {"original": "Леся Гончар"},
        "mail": "x@example.org",
        "language": "en",
        "zone": "Europe/Kyiv",
        "marks": [],
        "from_day": date(2020, 1, 1),
        "until_day": None,
        "dismissed": False,
        "as_of": datetime(2027, 3, 16, 12, tzinfo=UTC),
    }
    return StaffCopy(staff_id=staff_id, association=of, roles=list(roles), **(usual | more))


async def signed_in(
    app: FastAPI, sessions: Sessions, settings: Settings, person: StaffCopy, **headers: str
) -> AsyncClient:
    """Let the copy know the person; gives a browser with the session, to be closed by the caller.

    What goes wrong in the application is answered as it is to anybody outside.
    """
    async with sessions.begin() as session:
        session.add(person)
        await session.flush()
        ticket = await signin.begin(session, person.staff_id)
    return AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False),
        base_url="http://test",
        cookies={signin.cookie_name(settings.origin): ticket.sealed(settings.secret)},
        headers={"Origin": "http://test"} | headers,
    )
