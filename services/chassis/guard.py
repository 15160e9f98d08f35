"""Keeps every effect once and in order, whatever the broker repeats or reorders.

Two facts are kept per consumer, in the transaction of the effect: the next offset of each
partition (a batch that begins below is cut, one that begins above has jumped), and the last
`sequence` applied of each subject.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import EVENTS
from contracts.event import Classification
from services.chassis import parking, telemetry
from services.chassis.parking import Former, Kind, parked, record_of, row_of
from services.chassis.received import Received, Record, Unreadable

Position = tuple[str, int]  # topic and partition
Reading = Received[Any] | Unreadable

COMPACTED: Final = frozenset(
    e.topic for e in EVENTS.values() if e.classification is Classification.PERSONAL
)

ADVANCE: Final = text("""
  insert into progress (consumer, topic, partition, next_offset, complete_to)
  select :consumer, topic, partition, next_offset, to_timestamp(latest / 1000.0)
  from unnest(cast(:topics as text[]), cast(:partitions as int[]),
              cast(:next_offsets as bigint[]), cast(:latest as bigint[]))
       as batch (topic, partition, next_offset, latest)
  order by topic, partition
  on conflict (consumer, topic, partition) do update
  set next_offset = greatest(progress.next_offset, excluded.next_offset),
      complete_to = greatest(progress.complete_to, excluded.complete_to),
      moved_at = clock_timestamp()
  returning topic, partition, coalesce(old.next_offset, 0)
""")

KNOWN: Final = text("""
  select subject, sequence, false as waits from applied
  where consumer = :consumer and subject = any(cast(:subjects as text[]))
  union all
  select subject, sequence, true from parked
  where consumer = :consumer and subject = any(cast(:subjects as text[]))
""")

APPLIED: Final = text("""
  insert into applied (consumer, subject, sequence)
  select :consumer, subject, sequence
  from unnest(cast(:subjects as text[]), cast(:sequences as bigint[])) as batch (subject, sequence)
  order by subject
  on conflict (consumer, subject) do update set sequence = excluded.sequence
""")


class Jumped(Exception):
    """A batch begins above the stored position: the caller seeks back, once.

    `positions` has the offset to continue from for every partition of the batch.
    """

    def __init__(self, positions: dict[Position, int], jumps: frozenset[Position]) -> None:
        super().__init__(f"the batch begins above the stored position of {sorted(jumps)}")
        self.positions = positions
        self.jumps = jumps


async def advance(
    session: AsyncSession,
    consumer: str,
    records: Sequence[Record],
    *,
    accepted: Collection[Position] = (),
) -> list[Record]:
    """Move the stored positions over `records` and give those that are new.

    Whoever else holds one of the partitions waits here until this transaction ends, and then
    finds its records below the position. Records missing at an `accepted` partition do not matter.

    Raises:
        Jumped: a partition begins above its position and is not accepted.
    """
    latest: dict[Position, Record] = {}
    for record in records:
        latest[record.topic, record.partition] = record
    where = sorted(latest)
    stored = await session.execute(
        ADVANCE,
        {
            "consumer": consumer,
            "topics": [topic for topic, _ in where],
            "partitions": [partition for _, partition in where],
            "next_offsets": [latest[position].offset + 1 for position in where],
            "latest": [latest[position].timestamp_ms for position in where],
        },
    )
    expected: dict[Position, int] = {(topic, number): offset for topic, number, offset in stored}
    new = [r for r in records if r.offset >= expected[r.topic, r.partition]]
    jumps = frozenset(_jumps(new, expected)) - frozenset(accepted)
    if jumps:
        raise Jumped(expected, jumps)
    return new


def _jumps(records: Iterable[Record], expected: dict[Position, int]) -> Iterable[Position]:
    seen: set[Position] = set()
    for record in records:
        position = (record.topic, record.partition)
        if position not in seen and record.offset > expected[position]:
            yield position
        seen.add(position)


class Batch:
    """What is known of the subjects of one batch, and what becomes of its records."""

    def __init__(self, session: AsyncSession, consumer: str) -> None:
        self._session = session
        self._consumer = consumer
        self._last: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._waiting: dict[str, int] = {}  # the lowest sequence parked; 0 where it is unknown
        self._parked: list[dict[str, Any]] = []
        self._formers: dict[tuple[str, int, int], Former] = {}
        self.taken: list[Received[Any]] = []

    @classmethod
    async def open(cls, session: AsyncSession, consumer: str, subjects: Iterable[str]) -> "Batch":
        """Load the last sequence of each subject, and why it waits if it does."""
        batch = cls(session, consumer)
        wanted = {"consumer": consumer, "subjects": sorted(set(subjects))}
        known = await session.execute(KNOWN, wanted)
        for subject, sequence, waits in known:
            if waits:
                batch._wait(subject, sequence)
            else:
                batch._last[subject] = sequence
        return batch

    async def offer(self, reading: Reading, read: Callable[[Record], Reading]) -> None:
        """Take the reading, skip it as a repetition, or park it, by the sequence of its subject."""
        if isinstance(reading, Unreadable):
            if self._repeats(reading.subject, reading.sequence):
                return
            self.park(reading, Kind(reading.kind), reading.reason)
            return
        subject, sequence = reading.subject, reading.sequence
        last = self._last.get(subject, 0)
        if sequence <= last:
            telemetry.REPEATED.labels(self._consumer).inc()
            return
        first = self._waiting.get(subject)
        follows = sequence == last + 1 or reading.record.topic in COMPACTED
        if first is not None and not (follows and sequence < first):
            self.park(reading, Kind.BEHIND, "an earlier event of the subject is parked")
        elif not follows:
            self.park(reading, Kind.HOLE, f"event {last + 1} of the subject has not come yet")
        else:
            self._take(reading)
            if first is not None:
                await self._heal(subject, read)

    def _repeats(self, subject: str | None, sequence: int | None) -> bool:
        if subject is None or sequence is None:
            return False
        return sequence <= self._last.get(subject, 0)

    def _take(self, received: Received[Any]) -> None:
        self._last[received.subject] = self._moved[received.subject] = received.sequence
        if received.event is None:
            telemetry.SKIPPED.labels(self._consumer).inc()
        else:
            self.taken.append(received)

    async def _heal(self, subject: str, read: Callable[[Record], Reading]) -> None:
        """The missing event came: offer what waited behind it again, in order."""
        readings = await self.take_back(subject, read)
        for reading in readings:
            await self.offer(reading, read)

    async def take_back(self, subject: str, read: Callable[[Record], Reading]) -> list[Reading]:
        """Unpark everything of a subject, oldest first; what fails again keeps its parking."""
        mine = (parked.c.consumer == self._consumer) & (parked.c.subject == subject)
        rows = (
            await self._session.execute(delete(parked).where(mine).returning(parked))
        ).mappings()
        self._waiting.pop(subject, None)
        here = [row for row in self._parked if row["subject"] == subject]
        self._parked = [row for row in self._parked if row["subject"] != subject]
        found: list[Any] = sorted(
            [*rows, *here], key=lambda row: (row["sequence"] or 0, row["offset"])
        )
        for row in found:
            if "parked_at" in row:
                where = (row["topic"], row["partition"], row["offset"])
                self._formers[where] = Former(row["id"], row["attempts"], row["parked_at"])
        return [read(record_of(row)) for row in found]

    def park(self, reading: Reading, kind: Kind, reason: str) -> None:
        """Set a record aside; the later ones of its subject wait behind it."""
        record = reading.record
        former = self._formers.get((record.topic, record.partition, record.offset))
        self._parked.append(row_of(self._consumer, reading, kind, reason, former))
        self._wait(reading.subject, reading.sequence)
        telemetry.PARKED.labels(self._consumer, kind).inc()

    def _wait(self, subject: str | None, sequence: int | None) -> None:
        if subject is not None:
            self._waiting[subject] = min(self._waiting.get(subject, sequence or 0), sequence or 0)

    def refuse(self, received: Received[Any], *, reason: str) -> None:
        """Its handler refused a record that was taken: nothing is applied, its subject waits."""
        self._last[received.subject] = self._moved[received.subject] = received.sequence - 1
        self.park(received, Kind.HANDLER, reason)

    def is_waiting(self, received: Received[Any]) -> bool:
        """Whether an earlier event of the same subject is parked."""
        first = self._waiting.get(received.subject)
        return first is not None and received.sequence > first

    @property
    def still_parked(self) -> int:
        """How many records this batch sets aside."""
        return len(self._parked)

    async def close(self) -> None:
        """Write down what was applied and what is parked."""
        if self._moved:
            subjects = sorted(self._moved)
            await self._session.execute(
                APPLIED,
                {
                    "consumer": self._consumer,
                    "subjects": subjects,
                    "sequences": [self._moved[subject] for subject in subjects],
                },
            )
        await parking.park(self._session, self._parked)
