"""Parked records: what was set aside and why, with the acts retry and drop.

Operators see all; a back office sees those of its own association and may retry them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.chassis import redrive, tenancy
from services.chassis.errors import Fault, NotFound
from services.chassis.filters import chosen
from services.chassis.http import PageActor
from services.chassis.identity import BACK_OFFICE, OPERATOR, Actor
from services.chassis.parked import (
    Parked,
    Wanted,
    is_dual_use,
    parked_count,
    parked_record,
    parked_records,
)
from services.chassis.parking import Kind
from services.chassis.ui.i18n import Translator, Word
from services.chassis.ui.render import render, see_other

KINDS: Final = {
    Kind.UNDECODABLE: (Word("parked", "Cannot be read"), "off"),
    Kind.SCHEMA: (Word("parked", "Breaks the contract"), "off"),
    Kind.HANDLER: (Word("parked", "Could not be applied"), "late"),
    Kind.HOLE: (Word("parked", "An earlier event is missing"), "half"),
    Kind.BEHIND: (Word("parked", "Waits behind another"), ""),
}


NOW: Final = text("select clock_timestamp()")  # the clock by which tries are noted
AT_ONCE: Final = 25  # of a request: it answers within seconds


class Run(BaseModel, frozen=True):
    """Trying again all that match; what failed since it begun is not tried twice."""

    kind: str = ""
    topic: str = ""
    association: str = ""
    begun: datetime
    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def wanted(self) -> Wanted:
        """What is still to be tried."""
        return Wanted(self.kind, self.topic, self.association, tried_before=self.begun)


def parked(service: str) -> APIRouter:
    """The pages of one service's parked records."""
    router = APIRouter(prefix=f"/{service}/parked", include_in_schema=False)
    router.add_api_route("", _all_records, methods=["GET"])
    router.add_api_route("/retry", _ask_to_retry_all, methods=["GET"])
    router.add_api_route("/retry", _retry_all, methods=["POST"])
    router.add_api_route("/{parked_id}", _one_record, methods=["GET"])
    router.add_api_route("/{parked_id}/retry", _retry, methods=["POST"])
    router.add_api_route("/{parked_id}/drop", _ask_to_drop, methods=["GET"])
    router.add_api_route("/{parked_id}/drop", _drop, methods=["POST"])
    return router


async def _all_records(
    request: Request, actor: PageActor, kind: str = "", topic: str = "", association: str = ""
) -> Response:
    async with _reading(request, actor) as session:
        wanted = Wanted(chosen(Kind, kind, "kind") or "", topic, _only(actor) or association)
        records = await parked_records(session, wanted)
        total = await parked_count(session, wanted)
    return render(
        request,
        "parked.html",
        fragment="records",
        records=records,
        total=total,
        kinds=KINDS,
        kind=kind,
        topic=topic,
        association=association,
        topics=request.app.state.consumer.topics,
        filtered=bool(kind or topic or association),
    )


async def _one_record(request: Request, actor: PageActor, parked_id: UUID) -> Response:
    async with _reading(request, actor) as session:
        await _open(session, actor, parked_id)
        openly = actor.is_vetted or not await _is_dual_use(request, parked_id)
        record = await parked_record(session, parked_id, openly=openly)
    return render(
        request,
        "parked_record.html",
        record=record,
        kinds=KINDS,
        may_drop=actor.is_(OPERATOR),
    )


async def _retry(request: Request, actor: PageActor, parked_id: UUID) -> Response:
    async with _reading(request, actor) as session:
        await _open(session, actor, parked_id)
    async with request.app.state.worker_sessions.begin() as session:
        left = await redrive.retry_one(session, request.app.state.consumer, parked_id)
    return _after(request, left)


async def _ask_to_retry_all(
    request: Request, actor: PageActor, kind: str = "", topic: str = "", association: str = ""
) -> Response:
    whose = _only(actor) or association
    async with _reading(request, actor) as session:
        begun = await session.scalar(NOW)
        run = Run(kind=kind, topic=topic, association=whose, begun=begun)
        run = run.model_copy(update={"total": await parked_count(session, run.wanted)})
    return render(request, "parked_retry.html", run=run, ended=False, tried=False)


async def _retry_all(request: Request, actor: PageActor, run: Annotated[Run, Form()]) -> Response:
    """Try some again; the page that answers asks for the next ones until none is left."""
    run = run.model_copy(update={"association": _only(actor) or run.association})
    async with _reading(request, actor) as session:
        some = await parked_records(session, run.wanted, limit=AT_ONCE)
    for record in some:
        run = await _again(request, run, record)
    return render(request, "parked_retry.html", run=run, ended=len(some) < AT_ONCE, tried=True)


async def _again(request: Request, run: Run, record: Parked) -> Run:
    """Try one again, in a transaction of its own; one that is gone meanwhile is done."""
    async with request.app.state.worker_sessions.begin() as session:
        try:
            left = await redrive.retry_one(session, request.app.state.consumer, record.id)
        except redrive.ParkedRecordNotFound:
            left = 0
    return run.model_copy(update={"done": run.done + 1, "failed": run.failed + (left > 0)})


async def _ask_to_drop(request: Request, actor: PageActor, parked_id: UUID) -> Response:
    actor.must_be(OPERATOR)
    return await _drop_page(request, actor, parked_id)


async def _drop(
    request: Request,
    actor: PageActor,
    parked_id: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    actor.must_be(OPERATOR)
    if not reason.strip():
        return await _drop_page(request, actor, parked_id, refused=True)
    async with request.app.state.worker_sessions.begin() as session:
        left = await redrive.drop(
            session, request.app.state.consumer, parked_id, why=reason.strip(), actor=actor.id
        )
    return _after(request, left)


@asynccontextmanager
async def _reading(request: Request, actor: Actor) -> AsyncIterator[AsyncSession]:
    """A session that sees what the actor may: all rows for operators, else behind the wall."""
    actor.must_be(OPERATOR, BACK_OFFICE)
    state = request.app.state
    sessions = state.worker_sessions if actor.is_(OPERATOR) else state.sessions
    async with sessions.begin() as session:
        await tenancy.enter(session, actor)
        yield session


async def _is_dual_use(request: Request, parked_id: UUID) -> bool:
    """By what the whole service knows, of which the actor may see less."""
    async with request.app.state.worker_sessions() as session:
        return await is_dual_use(session, parked_id)


def _only(actor: Actor) -> str:
    """The one association whose records the actor sees; empty for all."""
    return "" if actor.is_(OPERATOR) else actor.association


async def _open(session: AsyncSession, actor: Actor, parked_id: UUID) -> Parked:
    """The record, if the actor may know of it."""
    head = (await parked_record(session, parked_id)).head
    if _only(actor) not in ("", head.association):
        raise NotFound("This record is not parked any more.")
    return head


async def _drop_page(
    request: Request, actor: Actor, parked_id: UUID, *, refused: bool = False
) -> Response:
    async with _reading(request, actor) as session:
        head = await _open(session, actor, parked_id)
    t: Translator = request.state.t
    missing = Fault("/reason", "TLK-D001", t.gettext("Say why this record can be left out"))
    return render(
        request,
        "parked_drop.html",
        status=422 if refused else 200,
        record=head,
        faults=[missing] if refused else [],
    )


def _after(request: Request, left: int) -> Response:
    t: Translator = request.state.t
    service = request.app.state.settings.service
    if not left:
        done = t.gettext("Done: everything of this subject is applied.")
        return see_other(f"/{service}/parked", note=done)
    still = t.ngettext(
        "%(num)s record of this subject is still parked. Look at its reason.",
        "%(num)s records of this subject are still parked. Look at their reasons.",
        left,
    )
    return see_other(f"/{service}/parked", note=still % {"num": left})
