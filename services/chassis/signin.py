"""Sessions of people: begun at the sign-in, known to every service, ended everywhere.

The cookie is a sealed ticket that every service reads by itself; each keeps a row of the sessions
it has seen. A session ends after two idle hours, after twelve hours, or when its person signs out
anywhere. Times are the database's, so a clock that is moved or wrong changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sessions import SessionEnded
from services.chassis import clock, history, staff
from services.chassis.consumer import Consumer
from services.chassis.errors import NotSignedIn
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.chassis.settings import Settings
from services.chassis.tickets import BadTicket, Ticket

IDLE_SECONDS: Final = 2 * 3600
LONGEST_SECONDS: Final = 12 * 3600
NOTE_SECONDS: Final = 60  # how exactly "last seen" is noted in the row …
RENEW_SECONDS: Final = 300  # … and in the cookie, which carries it to the other services

NOW: Final = text("select extract(epoch from clock_timestamp())::bigint")

LOOK_UP: Final = text("""
  select extract(epoch from clock_timestamp())::bigint as now,
         coalesce(extract(epoch from seen_at)::bigint, 0) as seen, ended_at is not null as ended
  from (values (1)) as always left join sessions on sha256 = :sha256
""")

NOTE: Final = text("""
  insert into sessions (sha256, staff_id, begun_at, seen_at)
  values (:sha256, :staff_id, to_timestamp(:begun), clock_timestamp())
  on conflict (sha256) do update set seen_at = excluded.seen_at
""")

END: Final = text("""
  insert into sessions (sha256, staff_id, begun_at, seen_at, ended_at)
  select sha256, staff_id, clock_timestamp(), clock_timestamp(), clock_timestamp()
  from unnest(cast(:ids as text[]), cast(:people as uuid[])) as ended (sha256, staff_id)
  order by sha256
  on conflict (sha256) do update set ended_at = clock_timestamp() where sessions.ended_at is null
  returning sha256
""")

FORGET: Final = text("""
  delete from sessions
  where greatest(begun_at, ended_at) < clock_timestamp() - make_interval(secs => :longest)
  returning sha256
""")


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
    ticket = Ticket.new(staff_id, now=int(await session.scalar(NOW) or 0))
    await _note(session, ticket)
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
    row = (await session.execute(LOOK_UP, {"sha256": ticket.sha256})).one()
    idle = row.now - max(row.seen, ticket.seen)
    if row.ended or idle > IDLE_SECONDS or row.now - ticket.begun > LONGEST_SECONDS:
        raise NotSignedIn(mark("your session has ended; sign in again"))
    actor = await staff.actor_of(session, ticket.staff_id)
    if row.now - row.seen > NOTE_SECONDS:
        await _note(session, ticket)
    renewed = None
    if row.now - ticket.seen > RENEW_SECONDS:
        renewed = replace(ticket, seen=row.now).sealed(secret)
    return SignedIn(actor, ticket, renewed)


async def end(session: AsyncSession, signed_in: SignedIn) -> None:
    """End the session here now, and at every other service when the event has come there."""
    ticket = signed_in.ticket
    if await _end(session, [(ticket.sha256, ticket.staff_id)]):
        ended = SessionEnded(subject=ticket.sha256, time=clock.now(), staff_id=ticket.staff_id)
        await history.record(session, ended, actor=signed_in.actor)


def follow(consumer: Consumer) -> None:
    """Let the service's consumer end sessions that ended elsewhere."""
    consumer.on(SessionEnded)(on_session_ended)


async def on_session_ended(session: AsyncSession, events: Sequence[Received[SessionEnded]]) -> None:
    """Refuse the session from here on, also where it was never seen."""
    await _end(session, [(received.subject, received.event.staff_id) for received in events])


async def forget(session: AsyncSession, _now: datetime) -> int:
    """Delete the rows of sessions that are over by their age; gives how many."""
    gone = await session.execute(FORGET, {"longest": 2 * LONGEST_SECONDS})
    return len(gone.all())


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
                f"TLK-E014  With the demo sign-in anybody can be anybody, and {name} can be reached"
                " from other machines. Listen on 127.0.0.1, or set TALKA_SIGNIN=none."
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", "test"} or host.endswith(".localhost")


async def _note(session: AsyncSession, ticket: Ticket) -> None:
    row = {"sha256": ticket.sha256, "staff_id": ticket.staff_id, "begun": ticket.begun}
    await session.execute(NOTE, row)


async def _end(session: AsyncSession, sessions: Sequence[tuple[str, UUID]]) -> bool:
    """End sessions; gives whether any of them was not over before."""
    ids, people = zip(*dict(sessions).items(), strict=True)
    ended = await session.execute(END, {"ids": list(ids), "people": list(people)})
    return ended.first() is not None
