"""A small service behind the real doors, and the people and keys that its copy knows."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from contracts.event import uuid7
from services.chassis import history, staff
from services.chassis.app import Parts, make_app
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.errors import Fault, Invalid
from services.chassis.history import history as rows
from services.chassis.http import Acting, PageActor, Router, ThroughLink, Transaction
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.keys import DECLARE, READ, NewKey, new_key
from services.chassis.received import Received
from services.chassis.settings import Settings
from services.chassis.staff import ApiKeyCopy
from tests.chassis.builders import NOON, confirmed
from tests.office import in_office

SignIn = Callable[..., Awaitable[UUID]]


class Parcel(BaseModel):
    reason: str
    weight: int
    day: date | None = None


def a_site(settings: Settings) -> FastAPI:
    consumer = Consumer("registry")
    staff.follow(consumer)
    parts = Parts("Site", consumer, routers=[_interface(), _pages()], intake=_intake())
    return make_app(settings, parts)


def a_client(app: FastAPI, **headers: str) -> AsyncClient:
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://test", headers=headers)


def _interface() -> Router:
    router = Router(prefix="/registry/v1")

    @router.get("/me")
    async def me(actor: Acting) -> dict[str, Any]:
        return {"id": actor.id, "association": actor.association, "roles": sorted(actor.roles)}

    @router.get("/records")
    async def records(session: Transaction) -> list[str]:
        found = await session.execute(text("select association from history order by position"))
        return [row.association for row in found]

    @router.post("/parcels", status_code=201)
    async def post(parcel: Parcel, session: Transaction, actor: Acting) -> dict[str, str]:
        actor.must_be("back_office", of="UA")
        event = await history.record(session, confirmed(parcel.reason), actor=actor)
        return {"event": str(event)}

    @router.post("/late", status_code=201)
    async def post_and_fail_at_the_commit(
        request: Request, session: Transaction
    ) -> dict[str, bool]:
        mine = await session.scalar(select(func.pg_backend_pid()))
        async with request.app.state.sessions() as another:
            await another.execute(select(func.pg_terminate_backend(mine)))
        return {"done": True}

    @router.get("/broken")
    async def broken(actor: Acting) -> None:
        raise ZeroDivisionError(f"the secret of {actor.name}")

    @router.get("/away")
    async def away(session: Transaction) -> None:
        await session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    return router


def _pages() -> APIRouter:
    router = APIRouter(prefix="/registry")

    @router.get("/page")
    async def page(actor: PageActor) -> str:
        return actor.name or ""

    @router.post("/page")
    async def send(actor: PageActor, word: Annotated[str, Form()]) -> str:
        return f"{actor.name}: {word}"

    @router.get("/i/{token}")
    async def through(token: str, through: ThroughLink) -> dict[str, str]:
        through.link.must_be_open(at=NOON)
        return {"token": token, "subject": through.link.subject, "actor": through.actor.id}

    return router


def _intake() -> Intake:
    intake = Intake("registry")

    @intake.on(ClusterDeclared)
    async def on_cluster_declared(
        session: AsyncSession, actor: Actor, declared: Received[ClusterDeclared]
    ) -> Sequence[UUID]:
        """Do what the declared name asks for."""
        word = declared.event.names.en
        event = confirmed(str(declared.event.ref))
        recorded = await history.record(session, event, actor=actor, cause=declared)
        if word == "refuse":
            fault = Fault("/data/names/en", "TLK-D777", "no", values={})
            raise Invalid("please correct the name", [fault])
        if word == "bug":
            raise ZeroDivisionError
        if word == "database":
            await session.execute(text("select 1 / 0"))
        return [recorded]

    return intake


async def employ(
    sessions: Sessions,
    *,
    of: str = "UA",
    roles: Sequence[str] = ("back_office",),
    until_day: date | None = None,
    dismissed: bool = False,
) -> UUID:
    """Let the copy know a person."""
    person = in_office(
        uuid7(),
        of=of,
        roles=roles,
        names={"original": "Тарас Бондаренко"},
        until_day=until_day,
        dismissed=dismissed,
    )
    async with sessions.begin() as session:
        session.add(person)
    return person.staff_id


async def issue(
    sessions: Sessions,
    *,
    of: str = "UA",
    scopes: Sequence[str] = (DECLARE, READ),
    services: Sequence[str] = ("registry",),
    expires_in: timedelta = timedelta(days=1),
    revoked_at: datetime | None = None,
) -> NewKey:
    """Let the copy know a key."""
    key = new_key()
    row = ApiKeyCopy(
        key_id=uuid7(),
        association=of,
        prefix=key.prefix,
        sha256=key.sha256,
        name="ERP",
        owner_id=uuid7(),
        scopes=list(scopes),
        services=list(services),
        expires_at=datetime.now(UTC) + expires_in,
        revoked_at=revoked_at,
        as_of=NOON,
    )
    async with sessions.begin() as session:
        session.add(row)
    return key


async def recorded(sessions: Sessions) -> list[str]:
    """The subjects in the history, in the order of their recording."""
    async with sessions() as session:
        found = await session.execute(rows.select().order_by(rows.c.position))
        return [row.subject for row in found]
