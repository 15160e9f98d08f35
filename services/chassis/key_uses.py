"""How often keys open the doors of a service: counted in memory, written down every few seconds.

Nobody waits for the counting; a process that is killed loses the last seconds of it.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.database import Sessions
from services.chassis.identity import Actor

EVERY_SECONDS: Final = 2.0
KEPT: Final = timedelta(days=400)
WEEK: Final = timedelta(days=7)

WRITE: Final = text("""
  insert into key_uses (key_id, on_day, association, uses, last_used_at)
  values (:key_id, :on_day, :association, :uses, :last_used_at)
  on conflict (key_id, on_day) do update
  set uses = key_uses.uses + excluded.uses,
      last_used_at = greatest(key_uses.last_used_at, excluded.last_used_at)
""")
READ: Final = text("""
  select key_id, sum(uses) filter (where on_day > :week_ago) as this_week,
         max(last_used_at) as last_used_at
  from key_uses where key_id = any(cast(:keys as uuid[])) group by key_id
""")
FORGET: Final = text("delete from key_uses where on_day < :before")


@dataclass(frozen=True, slots=True)
class Use:
    """What is known of the use of one key at one service."""

    this_week: int
    last_used_at: datetime


class KeyUses:
    """Counts in one process; `run` writes down what was counted."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._counted: dict[tuple[UUID, date], tuple[str, int, datetime]] = {}

    def count(self, actor: Actor) -> None:
        """The key that is behind the actor opened a door."""
        at = datetime.now(UTC)
        place = (UUID(actor.id.removeprefix("key:")), at.date())
        _, uses, _ = self._counted.get(place, ("", 0, at))
        self._counted[place] = (actor.association, uses + 1, at)

    async def run(self) -> None:
        """Write down until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                await self.write()
        except asyncio.CancelledError:
            await self.write()
            raise

    async def write(self) -> None:
        """Write down what was counted since the last time."""
        counted, self._counted = self._counted, {}
        if not counted:
            return
        rows = [
            {
                "key_id": key_id,
                "on_day": on_day,
                "association": association,
                "uses": uses,
                "last_used_at": last,
            }
            for (key_id, on_day), (association, uses, last) in sorted(counted.items())
        ]
        async with self._sessions.begin() as session:
            await session.execute(WRITE, rows)


async def uses_of(session: AsyncSession, keys: Collection[UUID]) -> dict[UUID, Use]:
    """The use of these keys at this service, as far as there was any."""
    asked = {"keys": sorted(keys), "week_ago": datetime.now(UTC).date() - WEEK}
    return {
        row.key_id: Use(int(row.this_week or 0), row.last_used_at)
        for row in await session.execute(READ, asked)
    }


async def forget(session: AsyncSession, now: datetime) -> int:
    """Let go of what is older than the longest life of a key."""
    gone = await session.execute(FORGET, {"before": (now - KEPT).date()})
    return int(getattr(gone, "rowcount", 0) or 0)
