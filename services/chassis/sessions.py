"""The sessions that this service has seen: when each was last seen, and whether it has ended.

A row knows a session by the hash of its id. All moments are the database's, so a clock that is
moved or wrong changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.sessions import SessionEnded
from services.chassis.consumer import Consumer
from services.chassis.received import Received
from services.chassis.tickets import LONGEST_SECONDS, Ticket

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


class Seen(NamedTuple):
    """What is known of a session, in seconds since 1970; `seen` is 0 where it never came."""

    now: int
    seen: int
    ended: bool


async def now(session: AsyncSession) -> int:
    """The database's moment, in seconds since 1970."""
    return int((await session.execute(NOW)).scalar_one())


async def look_up(session: AsyncSession, ticket: Ticket) -> Seen:
    """What this service knows of the ticket's session."""
    row = (await session.execute(LOOK_UP, {"sha256": ticket.sha256})).one()
    return Seen(row.now, row.seen, row.ended)


async def note(session: AsyncSession, ticket: Ticket) -> None:
    """Note that the session was seen now."""
    row = {"sha256": ticket.sha256, "staff_id": ticket.staff_id, "begun": ticket.begun}
    await session.execute(NOTE, row)


async def end(session: AsyncSession, ended: Sequence[tuple[str, UUID]]) -> bool:
    """End sessions (hash, staff id) here; gives whether any of them was not over before."""
    ids, people = zip(*dict(ended).items(), strict=True)
    rows = await session.execute(END, {"ids": list(ids), "people": list(people)})
    return rows.first() is not None


def follow(consumer: Consumer) -> None:
    """Let the service's consumer end sessions that ended elsewhere."""
    consumer.on(SessionEnded)(on_session_ended)


async def on_session_ended(session: AsyncSession, events: Sequence[Received[SessionEnded]]) -> None:
    """Refuse the session from here on, also where it was never seen."""
    await end(session, [(received.subject, received.event.staff_id) for received in events])


async def forget(session: AsyncSession, _now: datetime) -> int:
    """Delete the rows of sessions that are over by their age; gives how many."""
    gone = await session.execute(FORGET, {"longest": 2 * LONGEST_SECONDS})
    return len(gone.all())
