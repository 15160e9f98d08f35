"""What routes ask for: who is asking, and a transaction that is theirs.

The transaction commits before the answer leaves: an answer that says "done" is never wrong.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from services.chassis import idempotency, keys, links, signin, tenancy
from services.chassis.errors import NotAllowed, NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.limits import FORMS, SAFE
from services.chassis.links import Link
from services.chassis.problems import wants_page
from services.chassis.reading import canonical, read_json
from services.chassis.refusals import ForeignOrigin
from services.chassis.settings import Settings
from services.chassis.signin import SignedIn
from services.chassis.ui.i18n import bind


async def identify(request: Request) -> Actor:
    """Who is asking: a system by its key, or a person by the session cookie.

    Raises:
        NotSignedIn: nobody, or somebody whose key or session no longer holds.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        known: keys.Keys = request.app.state.keys
        client = request.client.host if request.client else ""
        actor = await known.actor(authorization, client=client)
    elif _is_a_program(request):
        raise NotSignedIn(
            mark(
                "send a key with the request, as Authorization: Bearer tlk_…; the back office of"
                " your association makes keys on its page “Keys”"
            )
        )
    else:
        actor = (await signed_in(request)).actor
    request.state.actor = actor
    bind(request, language=actor.language, zone=actor.zone)
    return actor


def _is_a_program(request: Request) -> bool:
    """Whether nothing in the request is of a browser, which could be led to the sign-in."""
    settings: Settings = request.app.state.settings
    return signin.cookie_name(settings.origin) not in request.cookies and not wants_page(request)


async def signed_in(request: Request) -> SignedIn:
    """The session that the request's cookie belongs to.

    Raises:
        NotSignedIn: there is none, or it has ended.
    """
    settings: Settings = request.app.state.settings
    cookie = request.cookies.get(signin.cookie_name(settings.origin), "")
    async with request.app.state.worker_sessions.begin() as session:
        found = await signin.resume(session, cookie, settings.secret)
    if found.renewed is not None:
        request.state.session_cookie = signin.cookie(settings, found.renewed)
    request.state.csrf = found.ticket.form_token(settings.secret)
    return found


def acting_with(scope: str, *, keys_write: bool = False) -> Callable[[Request], Awaitable[Actor]]:
    """A dependency that gives the actor: any person, or a key that was made for `scope`.

    A key writes only what comes to posting declarations.
    """

    async def acting(request: Request) -> Actor:
        actor = await identify(request)
        keys.must_have(actor, scope)
        if request.method not in SAFE and not (keys_write and actor.is_key):
            await _check_write(request, actor)
        return actor

    return acting


async def _check_write(request: Request, actor: Actor) -> None:
    if actor.is_key:
        raise NotAllowed(
            mark("a key reads, and posts declarations; sign in as a person to do this")
        )
    await _check_form(request)


async def _check_form(request: Request) -> None:
    """A form brings back the token of its page; other bodies no other site can send."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMS and (await request.form()).get("csrf") != request.state.csrf:
        raise ForeignOrigin(
            mark("this form is too old; open the page again and send it from there")
        )


Acting = Annotated[Actor, Depends(acting_with(keys.READ))]
PageActor = Acting  # whoever is not signed in and asks for a page is led to the sign-in
Declaring = Annotated[Actor, Depends(acting_with(keys.DECLARE, keys_write=True))]


@asynccontextmanager
async def _begun(request: Request, actor: Actor) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions.begin() as session:
        await tenancy.enter(session, actor)
        await idempotency.claim(session, actor, request)
        yield session


async def _transaction(request: Request, actor: Acting) -> AsyncIterator[AsyncSession]:
    async with _begun(request, actor) as session:
        yield session


async def _declaring(request: Request, actor: Declaring) -> AsyncIterator[AsyncSession]:
    async with _begun(request, actor) as session:
        yield session


# "function" scope: the commit comes before the answer leaves. The default commits after it,
# and a commit that fails there still answers 200.
Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
DeclaringTransaction = Annotated[AsyncSession, Depends(_declaring, scope="function")]


@dataclass(frozen=True, slots=True)
class Through:
    """Somebody came through a link: their transaction, the link, and who they act as."""

    session: AsyncSession
    link: Link
    actor: Actor


async def _through_link(request: Request, token: str) -> AsyncIterator[Through]:
    async with request.app.state.sessions.begin() as session:
        link = await links.find(session, token)
        await tenancy.enter(session, link.actor, link=token)
        yield Through(session, link, link.actor)


# for routes with `{token}` in their path; whether the link is still open is asked of the link
ThroughLink = Annotated[Through, Depends(_through_link, scope="function")]


class Route(APIRoute):
    """A route of an interface for systems: bodies are read strictly, repeats get their answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        body = self.body_field
        kind: Any = body.field_info.annotation if body is not None else None
        reader: TypeAdapter[Any] | None = TypeAdapter(kind) if kind is not None else None

        async def answer(request: Request) -> Response:
            if reader is not None:
                await _check_body(request, reader)
            return await idempotency.once(request, handle)

        return answer


async def _check_body(request: Request, reader: TypeAdapter[Any]) -> None:
    """Refuse what FastAPI would let pass: unknown fields, and texts where numbers belong."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return
    sent = canonical(read_json(await request.body()))
    try:
        reader.validate_json(sent, strict=True, extra="forbid")
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in found]
        ) from None


class Router(APIRouter):
    """Routes of an interface for systems, under `/{service}/v1`."""

    def __init__(self, **given: Any) -> None:
        super().__init__(route_class=Route, **given)
