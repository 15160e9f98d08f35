"""The relay: sends the history to Kafka, behind a snapshot cursor.

Its one row of state is the PostgreSQL snapshot S1 up to which everything has been published. A
round sends, in `position` order, every row that a newer snapshot S2 sees and S1 did not, so a row
that commits late is never skipped and an open transaction delays only itself. An advisory lock is
held while a chunk is under way: one relay is active, another takes over when it is gone. A crash
between Kafka's acknowledgement and the commit repeats the chunk; consumers ignore repetitions.
"""

import asyncio
import hashlib
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from services.chassis import failpoints, telemetry
from services.chassis.logs import log
from services.chassis.outlet import Outlet, Row

CHUNK_ROWS: Final = 5000
BUSY_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 0.5
LONG_WAIT: Final = timedelta(seconds=3)  # for Kafka; people are told then
SEND_SECONDS: Final = 20.0  # for a chunk; a new producer tries again after that
PLACE: Final = struct.Struct(">qq").pack
KEPT_ROUND_SECONDS: Final = 60.0  # an empty round moves the cursor only this often

STATE: Final = """
  select version, snap::text, floor, bound::text, target::text, target_floor,
         target_bound::text, pos, sealed
  from relay_begin()
"""

# what headers are made of comes as bytes, and in the order in which `outlet` unpacks it
COLUMNS: Final = """
  position, digest, topic, type, source, sequence,
  convert_to(event_id::text, 'UTF8') as id, convert_to(subject, 'UTF8') as subject,
  convert_to(to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8') as time,
  convert_to(association, 'UTF8') as association, convert_to(actor, 'UTF8') as actor,
  convert_to(correlation_id, 'UTF8') as correlation_id,
  convert_to(causation_id, 'UTF8') as causation_id,
  convert_to(traceparent, 'UTF8') as traceparent, data
"""

LATE: Final = f"""
  with late as materialized (
    select * from history where xid = any(array(select pg_snapshot_xip($1::text::pg_snapshot)))
    union all
    select * from history
    where xid >= pg_snapshot_xmax($1::text::pg_snapshot) and xid < $5::text::xid8)
  select {COLUMNS} from late
  where position > $3 and position <= $4 and pg_visible_in_snapshot(xid, $2::text::pg_snapshot)
  order by position limit $6
"""  # noqa: S608

NEW: Final = f"""
  select {COLUMNS} from history
  where position > greatest($3::bigint, $4::bigint)
    and not pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
    and pg_visible_in_snapshot(xid, $2::text::pg_snapshot)
  order by position limit $5
"""  # noqa: S608

SAVE: Final = """
  with seal as (
    insert into seals (positions, hash) select $10, $9 where cardinality($10::bigint[]) > 0)
  update relay_state set version = version + 1, moved_at = clock_timestamp(),
    snap = $2::text::pg_snapshot, floor = $3, bound = $4::text::xid8,
    target = $5::text::pg_snapshot, target_floor = $6, target_bound = $7::text::xid8,
    pos = $8, sealed = $9
  where version = $1 returning version
"""


MEND: Final = "see docs/operations.md, The relay has lost its place"


class RelayLostItsPlace(Exception):
    """The cursor is gone or from the future: somebody must say from where to go on."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the history: a snapshot, with the last position and an xid taken before it."""

    snap: str
    floor: int
    bound: str

    @property
    def left_some_behind(self) -> bool:
        """Whether a row at or below `floor` could still be committed after this moment."""
        _, xmax, running = self.snap.split(":")
        return bool(running) or int(xmax) < int(self.bound)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the relay stands: published up to `mark`, and on the way to `target` up to a row."""

    mark: Mark
    target: Mark | None
    position: int
    sealed: bytes


class Relay:
    """Publishes one service's history; `wake` it after a commit, it also looks by itself."""

    def __init__(
        self, database_url: str, *, service: str, outlet: Outlet, chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._service = service
        self._outlet = outlet
        self._chunk_rows = chunk_rows
        self._woken = asyncio.Event()
        self._saved_at = 0.0
        self._failing_since: datetime | None = None
        self._sending_since: datetime | None = None

    @property
    def failing_since(self) -> datetime | None:
        """Since when nothing goes out; None in ordinary life. A long wait for Kafka counts."""
        if self._failing_since is None and self._sending_since is not None:
            waited = datetime.now(UTC) - self._sending_since
            return self._sending_since if waited > LONG_WAIT else None
        return self._failing_since

    def wake(self) -> None:
        """Something has been committed in this process: look now."""
        self._woken.set()

    async def run(self) -> None:
        """Publish until cancelled, or until Kafka or the database fails: begin again then."""
        try:
            connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=60)
            try:
                await self._rounds(connection)
            finally:
                await connection.close(timeout=2)
        except Exception:
            self._failing_since = self.failing_since or self._sending_since or datetime.now(UTC)
            telemetry.RELAY_FAILING.labels(self._service).set(1)
            raise
        finally:
            await self._outlet.close()

    async def _rounds(self, connection: asyncpg.Connection) -> None:
        wait = BUSY_SECONDS
        while True:
            self._woken.clear()
            sent = await self.step(connection)
            if self._failing_since is not None:
                self._failing_since = None
                telemetry.RELAY_FAILING.labels(self._service).set(0)
            wait = BUSY_SECONDS if sent else min(wait * 2, IDLE_SECONDS)
            if sent < self._chunk_rows:
                await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def step(self, connection: asyncpg.Connection) -> int:
        """Send one chunk and save the cursor; gives how many rows, 0 also while another is active.

        Raises:
            RelayLostItsPlace: the state is gone or belongs to another database.
        """
        started = time.perf_counter()
        async with connection.transaction():
            state = await connection.fetchrow(STATE)
            if state is None:
                if not await connection.fetchval("select count(*) from relay_state"):
                    raise RelayLostItsPlace(f"the relay's state row is gone; {MEND}")
                return 0
            if _xmax(state["snap"]) > _xmax(state["target"]):
                raise RelayLostItsPlace(f"the relay's cursor is from another database; {MEND}")
            rows = await self._chunk(connection, state)
        if rows:
            telemetry.RELAY_ROUND_SECONDS.labels(self._service).observe(
                time.perf_counter() - started
            )
            await failpoints.hit("relay.cursor_saved")
        return rows

    async def _chunk(self, connection: asyncpg.Connection, state: Row) -> int:
        since = Mark(state["snap"], state["floor"], state["bound"])
        until = Mark(state["target"], state["target_floor"], state["target_bound"])
        rows = await self._unsent(connection, since, until, state["pos"])
        await failpoints.hit("relay.chunk_read")
        if rows:
            await self._send(rows)
        elif time.monotonic() - self._saved_at < KEPT_ROUND_SECONDS and not state["pos"]:
            return 0
        sealed = seal_of(state["sealed"], rows) if rows else state["sealed"]
        if len(rows) < self._chunk_rows:
            place = Place(until, None, 0, sealed)
        else:
            place = Place(since, until, rows[-1]["position"], sealed)
        positions = [row["position"] for row in rows]
        await self._save(connection, state["version"], place, positions)
        return len(rows)

    async def _unsent(
        self, connection: asyncpg.Connection, since: Mark, until: Mark, position: int
    ) -> list[Row]:
        """The next rows that `until` sees and `since` did not, at most a chunk, by position."""
        rows: list[Row] = []
        if position < since.floor and since.left_some_behind:
            late = (since.snap, until.snap, position, since.floor, since.bound)
            rows = await connection.fetch(LATE, *late, self._chunk_rows)
        if len(rows) < self._chunk_rows:
            new = (since.snap, until.snap, position, since.floor)
            rows += await connection.fetch(NEW, *new, self._chunk_rows - len(rows))
        return rows

    async def _send(self, rows: list[Row]) -> None:
        published = [row for row in rows if row["topic"] is not None]
        self._sending_since = self._sending_since or datetime.now(UTC)
        async with asyncio.timeout(SEND_SECONDS):
            refused = await self._outlet.send(published)
        self._sending_since = None
        await failpoints.hit("relay.acked")
        telemetry.SENT.labels(self._service).inc(len(published) - len(refused))
        for row in refused:  # it stays in the history; its subject waits at every consumer
            telemetry.REFUSED.labels(self._service).inc()
            log.error("kafka refuses an event for good", event_id=row["id"].decode())

    async def _save(
        self, connection: asyncpg.Connection, version: int, place: Place, positions: list[int]
    ) -> None:
        """Move the cursor, and add the rows to the hash chain in the order they were sent."""
        mark, target = place.mark, place.target
        moved = await connection.fetchval(
            SAVE,
            version,
            mark.snap,
            mark.floor,
            mark.bound,
            target and target.snap,
            target and target.floor,
            target and target.bound,
            place.position,
            place.sealed,
            positions,
        )
        if moved is None:
            raise RelayLostItsPlace("another relay moved the cursor")
        self._saved_at = time.monotonic()


def _xmax(snapshot: str) -> int:
    return int(snapshot.split(":")[1])


def seal_of(former: bytes, rows: list[Row]) -> bytes:
    """The chain's next hash: over the former one, and what each row says where, in order."""
    chain = hashlib.sha256(former)
    chain.update(
        b"".join([row["digest"] + PLACE(row["position"], row["sequence"]) for row in rows])
    )
    return chain.digest()
