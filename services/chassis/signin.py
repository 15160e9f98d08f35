"""Sessions of people: begun at the sign-in, known to every service, ended everywhere.

The cookie is a sealed ticket that every service reads by itself; each keeps a row of the sessions
it has seen. A session ends after two idle hours, after twelve hours, or when its person signs out
anywhere. Times are the database's, so a clock that is moved or wrong changes nothing.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sessions import SessionEnded
from services.chassis import clock, history, sessions, staff
from services.chassis.errors import NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.settings import Settings
from services.chassis.tickets import LONGEST_SECONDS, BadTicket, Ticket

IDLE_SECONDS: Final = 2 * 3600
NOTE_SECONDS: Final = 60  # how exactly "last seen" is noted in the row …
RENEW_SECONDS: Final = 300  # … and in the cookie, which carries it to the other services


class OpenDemo(ValueError):
    """The demo sign-in would be reachable from other machines."""

    code = "TLK-E014"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. `renewed` is the cookie to set when the old one grew too old."""

    actor: Actor
    ticket: Ticket
    renewed: str | None


async def begin(session: AsyncSession, staff_id: UUID) -> Ticket:
    """Begin a session for a person who proved who they are; always under a new id.

    Raises:
        NotSignedIn: the person works for nobody today.
    """
    await staff.actor_of(session, staff_id)
    ticket = Ticket.new(staff_id, now=await sessions.now(session))
    await sessions.note(session, ticket)
    return ticket


async def resume(session: AsyncSession, cookie: str, secret: SecretStr) -> SignedIn:
    """Who is signed in with this cookie; notes that the session was seen.

    Raises:
        NotSignedIn: it was not sealed by us, has ended, or its person works for nobody now.
    """
    try:
        ticket = Ticket.opened(cookie, secret)
    except BadTicket:
        raise NotSignedIn(mark("sign in first")) from None
    known = await sessions.look_up(session, ticket)
    idle = known.now - max(known.seen, ticket.seen)
    if known.ended or idle > IDLE_SECONDS or known.now - ticket.begun > LONGEST_SECONDS:
        raise NotSignedIn(mark("your session has ended; sign in again"))
    actor = await staff.actor_of(session, ticket.staff_id)
    if known.now - known.seen > NOTE_SECONDS:
        await sessions.note(session, ticket)
    renewed = None
    if known.now - ticket.seen > RENEW_SECONDS:
        renewed = replace(ticket, seen=known.now).sealed(secret)
    return SignedIn(actor, ticket, renewed)


async def end(session: AsyncSession, signed_in: SignedIn) -> None:
    """End the session here now, and at every other service when the event has come there."""
    ticket = signed_in.ticket
    if await sessions.end(session, [(ticket.sha256, ticket.staff_id)]):
        ended = SessionEnded(subject=ticket.sha256, time=clock.now(), staff_id=ticket.staff_id)
        await history.record(session, ended, actor=signed_in.actor)


def cookie_name(origin: str) -> str:
    """Over https the name itself binds the cookie to this origin; loopback has no https."""
    return "__Host-talka" if origin.startswith("https:") else "talka"


def cookie(settings: Settings, value: str) -> str:
    """The header that sets the session cookie; an empty value removes it."""
    secure = "; Secure" if settings.origin.startswith("https:") else ""
    ends = "" if value else "; Max-Age=0"
    name = cookie_name(settings.origin)
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{ends}"


def refuse_open_demo(settings: Settings, *, host: str) -> None:
    """Let a server start that listens on `host`, unless anybody out there could be anybody.

    Raises:
        OpenDemo: the demo sign-in is on, and `host` or the origin is not this machine alone.
    """
    if settings.signin != "demo":
        return
    for name in (host, urlsplit(settings.origin).hostname or ""):
        if not _is_loopback(name):
            raise OpenDemo(
                "With the demo sign-in anybody can be anybody,"
                f" and {name} can be reached from other machines."
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
