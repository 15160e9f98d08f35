"""Refusals as answers: RFC 9457 problem documents for systems, a page for people.

What was not foreseen is answered with a trace id and nothing else; the log has the rest.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match

from services.chassis import telemetry
from services.chassis.database import is_transient, sqlstate
from services.chassis.errors import Conflict, DomainError, Fault, Invalid, NotSignedIn, Unavailable
from services.chassis.faults import faults_of, mark
from services.chassis.logs import log, without_secrets
from services.chassis.refusals import Failed, MethodNotAllowed, of_status
from services.chassis.words import bare

MEDIA_TYPE: Final = "application/problem+json"
LOST_RACES: Final = ("23505", "23P01")  # unique and exclusion constraints
UNSTORABLE: Final = ("22021", "22P05")  # a character that PostgreSQL has no place for


class FieldFault(BaseModel):
    """One thing to correct, with a JSON pointer into what was sent.

    `values` are what the sentence names: limits, what there is to choose from, and the like.
    """

    pointer: str
    code: str
    text: str
    rule: str | None = None
    values: dict[str, Any] | None = None


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `code` is stable; `talka explain` tells more of it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault] = []
    trace_id: str


Page = Callable[[Request, Problem], Response]


def install(app: FastAPI, *, page: Page | None = None) -> None:
    """Answer every refusal and every fault of `app`; people get `page` instead of a document."""
    app.state.problem_page = page
    for kind in (DomainError, RequestValidationError, HTTPException, SQLAlchemyError):
        app.add_exception_handler(kind, _refuse)
    app.add_exception_handler(Exception, _fail)


def problem_of(fault: DomainError, request: Request) -> Problem:
    """The problem document of a refusal; sentences of its faults in the reader's language."""
    translator = getattr(request.state, "t", None)
    gettext: Callable[[str], str] = translator.gettext if translator else str
    return Problem(
        type=f"urn:talka:problem:{fault.code}",
        title=gettext(fault.title),
        status=fault.status,
        code=fault.code,
        detail=fault.said(gettext),
        errors=[field_fault(each, gettext) for each in fault.faults],
        trace_id=telemetry.trace_id(),
    )


def field_fault(fault: Fault, gettext: Callable[[str], str]) -> FieldFault:
    """One fault with its sentence in the language of `gettext`."""
    return FieldFault(
        pointer=fault.pointer,
        code=fault.code,
        text=fault.said(gettext),
        rule=fault.rule,
        values={name: bare(value) for name, value in fault.values.items()} or None,
    )


def answer(
    request: Request, fault: DomainError, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a refused request: the way to the sign-in, a page, or a problem document."""
    extra = dict(headers or {})
    if isinstance(fault, MethodNotAllowed):
        extra["Allow"] = allowed = ", ".join(_allowed(request))
        fault = MethodNotAllowed(
            mark("this is not done with this address; it takes {verbs}"), verbs=allowed
        )
    problem = problem_of(fault, request)
    if wants_page(request):
        if isinstance(fault, NotSignedIn):
            return _to_the_sign_in(request)
        page: Page | None = getattr(request.app.state, "problem_page", None)
        if page is not None:
            shown = page(request, problem)
            shown.headers.update(extra)
            return shown
    if isinstance(fault, NotSignedIn):
        extra["WWW-Authenticate"] = 'Bearer realm="talka"'
    if isinstance(fault, Unavailable):
        extra["Retry-After"] = "5"
    body = problem.model_dump(exclude_none=True)
    return JSONResponse(body, problem.status, extra, media_type=MEDIA_TYPE)


def wants_page(request: Request) -> bool:
    """Whether a person with a browser is asking; interfaces for systems have `/v1/` in the path."""
    return "/v1/" not in request.url.path and "text/html" in request.headers.get("accept", "")


def _allowed(request: Request) -> list[str]:
    """The verbs that the address is there for."""
    found = [
        verb
        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for scope in [{**request.scope, "method": verb}]
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    ]
    return sorted([*found, "HEAD"] if "GET" in found else found)


def _to_the_sign_in(request: Request) -> Response:
    service = request.url.path.split("/")[1]
    asked = f"/{service}/"
    if request.method == "GET":
        asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
    address = f"/{service}/signin?next={quote(asked, safe='/')}"
    if "hx-request" in request.headers:  # a fragment cannot hold the sign-in page
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


async def _refuse(request: Request, fault: Exception) -> Response:
    refusal = foreseen(fault)
    if refusal is None:
        raise fault
    log.info("refused", code=refusal.code, status=refusal.status, path=_path(request))
    return answer(request, refusal, getattr(fault, "headers", None))


def foreseen(fault: Exception) -> DomainError | None:
    """The refusal that a library's exception stands for; None when nobody foresaw it."""
    match fault:
        case DomainError():
            return fault
        case RequestValidationError() if _in_the_path(fault):
            return of_status(404)
        case RequestValidationError():
            return Invalid(mark("please correct the fields named below"), _of_request(fault))
        case HTTPException():
            return of_status(fault.status_code)
        case StaleDataError():
            return Conflict(mark("somebody changed this since you opened it; look at it again"))
        case _:
            return _of_database(fault)


def _in_the_path(fault: RequestValidationError) -> bool:
    """Whether the address itself could name nothing, whatever else was sent."""
    return any(each["loc"][0] == "path" for each in fault.errors())


def _of_database(fault: Exception) -> DomainError | None:
    if is_transient(fault):
        return Unavailable(
            mark("the database is away for a moment; try again, with the same key if you gave one")
        )
    if sqlstate(fault) in LOST_RACES:
        return Conflict(mark("somebody did the same at the same moment; look at it again"))
    if sqlstate(fault) in UNSTORABLE:
        return Invalid(mark("a text holds a character that cannot be stored; remove it"))
    return None


def _of_request(fault: RequestValidationError) -> list[Fault]:
    return faults_of({**error, "loc": _place(error["loc"])} for error in fault.errors())


def _place(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a fault stands: inside the body, or in what came beside it ("query", "path")."""
    return loc[1:] if loc and loc[0] == "body" else loc


async def _fail(request: Request, fault: Exception) -> Response:
    log.error("request failed", path=_path(request), trace=telemetry.trace_id(), exc_info=fault)
    return answer(request, Failed(mark("nobody foresaw this; report it with the trace id below")))


def _path(request: Request) -> str:
    return without_secrets(request.url.path)
