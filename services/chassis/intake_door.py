"""Declarations over HTTP: `POST /{service}/v1/events`, one, a batch, or one a line.

A plain ASGI endpoint, because floods come here. Answers: 202 with the ids of the events; what is
wrong with one declaration as a problem document; for several, an answer each, and 207 when not all
were taken. `?check=only` looks for faults and takes nothing. Each association has a budget of its
own, counted in declarations; what is left of it is in the answer.
"""

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contracts.envelope import BATCH
from services.chassis import clock, ending, http, intake_refused, keys, tenancy
from services.chassis.budgets import Budgets, Pace
from services.chassis.database import Sessions
from services.chassis.errors import DomainError, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Intake, Item, Outcome, Way
from services.chassis.intake_desk import Desk
from services.chassis.intake_envelope import Attributes
from services.chassis.intake_reading import Reader
from services.chassis.intake_refused import Refused
from services.chassis.limits import FORMS, NDJSON
from services.chassis.problems import field_fault
from services.chassis.reading import read_json
from services.chassis.refusals import BadRequest, TooLarge, TooMany, WrongMediaType

PATIENCE_SECONDS: Final = 1.0  # how long a request waits for its budget
MOST: Final = 5_000  # declarations in a request
TOGETHER: Final = 10  # of many in a request; nobody else is answered while they are read

# its place among others, its envelope, and what was found
Posted = tuple[dict[str, Any], Attributes, Item | DomainError]


class Door:
    """The endpoint of one service."""

    def __init__(self, intake: Intake, desk: Desk, budgets: Budgets, sessions: Sessions) -> None:
        self._intake = intake
        self._desk = desk
        self._sessions = sessions
        self._budgets = budgets  # of declarations, by association
        self._pace = Pace(a_second=budgets.a_second, together=TOGETHER)

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
            answer = await self._answer(request, actor, await request.body())
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

    async def _answer(self, request: Request, actor: Actor, body: bytes) -> Response:
        reader = Reader(self._intake, actor, clock.now())
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in FORMS or not kind:
            raise WrongMediaType(mark("send JSON in UTF-8, as CloudEvents in one of their forms"))
        if kind in NDJSON:
            _must_be_few(sum(1 for line in body.split(b"\n") if line.strip()))
            return await self._many(request, _of_lines(reader, body))
        posted = read_json(body)
        if "ce-specversion" in request.headers or "ce-id" in request.headers:
            return await self._one(request, reader, _attributes(request), posted)
        if kind == BATCH or isinstance(posted, list):
            if not isinstance(posted, list):
                raise BadRequest(mark("a batch is a list in square brackets"))
            _must_be_few(len(posted))
            found = (
                (_place(at, each), _envelope(each), reader.try_document(each))
                for at, each in enumerate(posted)
            )
            return await self._many(request, found)
        if not isinstance(posted, dict):
            raise BadRequest(mark("a declaration is an object in braces"))
        attributes = {name: value for name, value in posted.items() if name != "data"}
        return await self._one(request, reader, attributes, posted.get("data"))

    async def _one(
        self, request: Request, reader: Reader, attributes: Attributes, data: Any
    ) -> Response:
        try:
            item = reader.read(attributes, data)
            named = {"id": item.declared.envelope.id}
            if _only_checks(request):
                return self._json(named | {"status": "checked"}, 200, [item])
            [outcome] = await self._desk.take([item])
            if isinstance(outcome, DomainError):
                raise outcome
        except DomainError as refusal:
            await self._keep(request, [Refused(attributes, refusal)])
            raise
        return self._json(named | _told(outcome, str), 202, [item])

    async def _many(self, request: Request, reading: Iterator[Posted]) -> Response:
        """Read and take a few at a time, so that neighbours are answered in between."""
        actor: Actor = request.state.actor
        only_checks = _only_checks(request)
        posted: list[Posted] = []
        taken: list[Outcome] = []
        while few := list(islice(reading, TOGETHER)):
            items = [found for _, _, found in few if isinstance(found, Item)]
            taken += await self._desk.take([] if only_checks else items)
            more = len(few) if posted else len(few) - 1  # the first has been let in already
            self._budgets.spend(actor.association, more)
            await self._pace.keep(actor.association, more)
            posted += few
        outcomes = iter(taken)
        gettext = request.state.t.gettext
        answers = []
        refusals: list[Refused] = []
        for place, envelope, found in posted:
            if isinstance(found, Item) and only_checks:
                answers.append(place | {"status": "checked"})
                continue
            outcome = next(outcomes) if isinstance(found, Item) else found
            answers.append(place | _told(outcome, gettext))
            if isinstance(outcome, DomainError):
                refusals.append(Refused(envelope, outcome))
        await self._keep(request, refusals)
        counts = {"accepted": len(answers) - len(refusals), "refused": len(refusals)}
        status = 202 if not refusals else 207
        items = [found for _, _, found in posted if isinstance(found, Item)]
        return self._json(counts | {"items": answers}, 200 if only_checks else status, items)

    async def _keep(self, request: Request, refusals: Sequence[Refused]) -> None:
        """Let the back office find refusals again; not those of a mere check."""
        if not refusals or _only_checks(request):
            return
        actor: Actor = request.state.actor
        async with self._sessions.begin() as session:
            await tenancy.enter(session, actor)
            await intake_refused.keep(session, actor, Way.HTTP, refusals, at=clock.now())

    def _json(self, body: dict[str, Any], status: int, items: Sequence[Item]) -> Response:
        """The answer, which says of what was posted whether its types are on their way out."""
        posted = {type(item.declared.event) for item in items}
        headers = ending.headers_of(posted, service=self._intake.service)
        return Response(to_json(body), status, headers, media_type="application/json")


def _must_be_few(number: int) -> None:
    """Refuse before anything is read what is more than one request may hold."""
    if number > MOST:
        raise TooLarge(
            mark("a request holds at most {most} declarations; send them in several requests"),
            most=MOST,
        )


def _told(outcome: Outcome, gettext: Callable[[str], str]) -> dict[str, Any]:
    if isinstance(outcome, DomainError):
        return _refused(outcome, gettext)
    return {"status": "accepted", "events": [str(event) for event in outcome.events]}


def _refused(refusal: DomainError, gettext: Callable[[str], str]) -> dict[str, Any]:
    """Why one of several was refused; `http_status` is what it would have got alone."""
    faults = refusal.faults if isinstance(refusal, Invalid) else []
    return {
        "status": "refused",
        "http_status": refusal.status,
        "code": refusal.code,
        "detail": refusal.said(gettext),
        "errors": [field_fault(each, gettext).model_dump(exclude_none=True) for each in faults],
    }


def _attributes(request: Request) -> dict[str, Any]:
    """The envelope in binary mode: header values are percent-encoded, as the binding says."""
    attributes: dict[str, Any] = {
        name[3:]: unquote(value)
        for name, value in request.headers.items()
        if name.startswith("ce-")
    }
    return attributes


def _of_lines(reader: Reader, body: bytes) -> Iterator[Posted]:
    """The declarations of a body with one a line; empty lines count, but say nothing."""
    index = 0
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        place = {"index": index, "line": number}
        try:
            document = read_json(line)
        except BadRequest as refusal:
            yield place, {}, refusal
        else:
            found = reader.try_document(document)
            yield _place(index, document) | place, _envelope(document), found
        index += 1


def _place(index: int, document: Any) -> dict[str, Any]:
    """By what the poster recognises one of several."""
    return {"index": index} | ({"id": document.get("id")} if isinstance(document, dict) else {})


def _envelope(document: Any) -> Attributes:
    """The envelope of a document in structured mode; none of what is no object."""
    return document if isinstance(document, dict) else {}


def _only_checks(request: Request) -> bool:
    return request.query_params.get("check") == "only"
