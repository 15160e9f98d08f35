"""Declarations over HTTP: `POST /{service}/v1/events`, one, a batch, or one a line.

A plain ASGI endpoint, because floods come here. Answers: 202 with the ids of the events; what is
wrong with one declaration as a problem document; for several, an answer each, and 207 when not all
were taken. `?check=only` looks for faults and takes nothing. Each association has a budget of its
own, counted in declarations; what is left of it is in the answer. Many are read, taken and told a
few at a time: neighbours are answered in between, and a list of thousands needs little memory.
"""

import asyncio
import math
from asyncio import Semaphore
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contracts.declarations import Declaration
from services.chassis import clock, ending, http, intake_refused, keys, tenancy
from services.chassis.budgets import Budgets, Pace
from services.chassis.database import Sessions
from services.chassis.errors import DomainError
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Intake, Item, Outcome, Way
from services.chassis.intake_answers import Answers, told
from services.chassis.intake_desk import MOST_TOGETHER, Desk
from services.chassis.intake_envelope import Attributes
from services.chassis.intake_lists import Part, Posted, elements_of, is_list, lines_of, read_each
from services.chassis.intake_reading import Reader
from services.chassis.intake_refused import Refused
from services.chassis.limits import (
    FORMS,
    LISTS,
    MAX_BODY_BYTES,
    MAX_BODY_SECONDS,
    NDJSON,
    kind_of,
)
from services.chassis.reading import read_json
from services.chassis.refusals import BadRequest, TooMany, WrongMediaType

PATIENCE_SECONDS: Final = 1.0  # how long a request waits for its budget
CHECK_ONLY: Final = ("check", "only")
TOGETHER: Final = 10  # of a list; nobody else is answered while they are read
LONG_LISTS: Final = 2  # bodies of one association that are held at a time


class Door:
    """The endpoint of one service."""

    def __init__(self, intake: Intake, desk: Desk, budgets: Budgets, sessions: Sessions) -> None:
        self._intake = intake
        self._desk = desk
        self._sessions = sessions
        self._budgets = budgets  # of declarations, by association
        self._pace = Pace(a_second=budgets.a_second, together=TOGETHER)
        self._long_lists = defaultdict[str, Semaphore](partial(Semaphore, LONG_LISTS))

    @property
    def route(self) -> Route:
        """Where the door stands."""
        return Route(f"/{self._intake.service}/v1/events", endpoint=self, methods=["POST"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        actor = await http.identify(request)
        keys.must_have(actor, keys.DECLARE)
        actor.must_be(BACK_OFFICE)
        try:
            await self._wait_for_budget(actor.association)
            answer = await self._answer(request, actor)
        finally:
            request.state.answer_headers = self._budget_told(actor.association)
        await answer(scope, receive, send)

    async def _wait_for_budget(self, association: str) -> None:
        """Let one more declaration in, when it is its turn.

        Raises:
            TooMany: after a while; it says when to come back.
        """
        budgets = self._budgets
        budgets.spend(association)
        wait = budgets.seconds_until(association, 0)
        if wait > PATIENCE_SECONDS:
            budgets.spend(association, -1)
            await asyncio.sleep(PATIENCE_SECONDS)  # who does not wait is made to
            raise TooMany(
                mark("your association used up its declarations for now; send the rest later"),
                after=wait - PATIENCE_SECONDS,
            )
        if wait:
            await asyncio.sleep(wait)
        await self._pace.keep(association, 1)

    def _budget_told(self, association: str) -> dict[str, str]:
        """The budget and what is left of it, in the fields that the IETF's draft names."""
        budgets = self._budgets
        left, full = max(0, int(budgets.left(association))), budgets.most
        window = math.ceil(full / budgets.a_second)
        until_full = math.ceil(budgets.seconds_until(association, full))
        return {
            "RateLimit-Policy": f'"declarations";q={full};w={window}',
            "RateLimit": f'"declarations";r={left};t={until_full}',
        }

    async def _answer(self, request: Request, actor: Actor) -> Response:
        if request.query_params.multi_items() not in ([], [CHECK_ONLY]):
            raise BadRequest(mark("after the ? may stand check=only and nothing else; mend that"))
        kind = kind_of(request)
        if kind in FORMS or not kind:
            raise WrongMediaType(mark("send JSON in UTF-8, as CloudEvents in one of their forms"))
        if kind in LISTS:
            async with self._turn(request, actor.association):
                return await self._list(request, actor, lines_of if kind in NDJSON else elements_of)
        body = await request.body()
        in_headers = "ce-specversion" in request.headers or "ce-id" in request.headers
        if not in_headers and is_list(body):
            return await self._list(request, actor, elements_of)
        reader = Reader(self._intake, actor, clock.now())
        posted = read_json(body)
        if in_headers:
            return await self._one(request, reader, _attributes(request), posted)
        if not isinstance(posted, dict):
            raise BadRequest(mark("a declaration is an object in braces"))
        attributes = {name: value for name, value in posted.items() if name != "data"}
        return await self._one(request, reader, attributes, posted.get("data"))

    @asynccontextmanager
    async def _turn(self, request: Request, association: str) -> AsyncIterator[None]:
        """Let the body of a long list be read only when few others of the association are held.

        Raises:
            TooMany: they still are after the time that a body has to arrive.
        """
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) <= MAX_BODY_BYTES:
            yield
            return
        held = self._long_lists[association]
        try:
            async with asyncio.timeout(MAX_BODY_SECONDS):
                await held.acquire()
        except TimeoutError as fault:
            raise TooMany(
                mark("too many declarations are waiting; send these again in a moment")
            ) from fault
        try:
            yield
        finally:
            held.release()

    async def _one(
        self, request: Request, reader: Reader, attributes: Attributes, data: Any
    ) -> Response:
        checked = _only_checks(request)
        try:
            item = reader.read(attributes, data)
            [outcome] = [None] if checked else await self._desk.take([item])
            if isinstance(outcome, DomainError):
                raise outcome
        except DomainError as refusal:
            if not checked:
                await self._keep(request, [Refused(attributes, refusal)])
            raise
        body = {"id": item.declared.envelope.id} | told(outcome, str)
        return self._json(to_json(body), 200 if checked else 202, [type(item.declared.event)])

    async def _list(
        self, request: Request, actor: Actor, divide: Callable[[bytes], Sequence[Part]]
    ) -> Response:
        """Read, take and tell a few at a time, so that neighbours are answered in between."""
        body = await request.body()
        parts = await asyncio.to_thread(divide, body)
        posted = read_each(Reader(self._intake, actor, clock.now()), body, parts)
        answers = Answers(request.state.t.gettext)
        while some := await self._next(posted, actor.association):
            outcomes = await self._outcomes(request, some)
            more = len(some) if len(answers) else len(some) - 1  # the first has been let in already
            self._budgets.spend(actor.association, more)
            await self._pace.keep(actor.association, more)
            answers.add(some, outcomes)
        only_checks = _only_checks(request)
        status = 200 if only_checks else 207 if answers.refused else 202
        return self._json(answers.body(), status, answers.kinds)

    async def _next(self, posted: Iterator[Posted], association: str) -> list[Posted]:
        """Those that are taken together: few in company, many when nobody else is there."""
        most = TOGETHER if self._pace.has_company(association) else MOST_TOGETHER
        some: list[Posted] = []
        while few := list(islice(posted, min(TOGETHER, most - len(some)))):
            some += few
            await asyncio.sleep(0)  # the turn of everybody else
        return some

    async def _outcomes(self, request: Request, posted: Sequence[Posted]) -> list[Outcome | None]:
        """What became of each; nothing of what was right and only to be checked."""
        if _only_checks(request):
            return [each.found if isinstance(each.found, DomainError) else None for each in posted]
        items = [each.found for each in posted if isinstance(each.found, Item)]
        taken = iter(await self._desk.take(items))
        outcomes = [next(taken) if isinstance(found, Item) else found for *_, found in posted]
        refusals = [
            Refused(each.envelope, outcome)
            for each, outcome in zip(posted, outcomes, strict=True)
            if isinstance(outcome, DomainError)
        ]
        await self._keep(request, refusals)
        return [*outcomes]

    async def _keep(self, request: Request, refusals: Sequence[Refused]) -> None:
        """Let the back office find refusals again."""
        if not refusals:
            return
        actor: Actor = request.state.actor
        async with self._sessions.begin() as session:
            await tenancy.enter(session, actor)
            await intake_refused.keep(session, actor, Way.HTTP, refusals, at=clock.now())

    def _json(self, body: bytes, status: int, posted: Collection[type[Declaration]]) -> Response:
        """The answer, which says of what was posted whether its types are on their way out."""
        headers = ending.headers_of(posted, service=self._intake.service)
        return Response(body, status, headers, media_type="application/json")


def _attributes(request: Request) -> dict[str, Any]:
    """The envelope in binary mode: header values are percent-encoded, as the binding says."""
    attributes: dict[str, Any] = {
        name[3:]: unquote(value)
        for name, value in request.headers.items()
        if name.startswith("ce-")
    }
    return attributes


def _only_checks(request: Request) -> bool:
    return CHECK_ONLY in request.query_params.multi_items()
