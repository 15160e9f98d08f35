"""The append-only history of a service: outbox, audit trail and replay source in one.

A row is written in the transaction of the change it tells of and never altered; only the data of
a personal row can be emptied. The column `xid` stands first in the table: it is taken before
`position`, and the relay relies on that.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    FetchedValue,
    LargeBinary,
    MetaData,
    RowMapping,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import read
from contracts.envelope import Envelope
from contracts.event import Classification, Event, uuid7
from services.chassis import telemetry
from services.chassis.errors import Invalid
from services.chassis.identity import Actor
from services.chassis.received import Received

MAX_DATA_BYTES: Final = 900_000  # below max.message.bytes of every topic

metadata = MetaData()

history = Table(
    "history",
    metadata,
    Column("position", BigInteger, primary_key=True, server_default=FetchedValue()),
    Column("event_id", Uuid, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("topic", Text),  # null: private, in the history only
    Column("type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("association", Text, nullable=False),
    Column("readers", ARRAY(Text), nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("traceparent", Text),
    Column("data", LargeBinary),  # null: a tombstone, or emptied
    Column("salt", LargeBinary),  # personal rows only; goes with the data
    Column("digest", LargeBinary, nullable=False),
    Column("emptied_at", DateTime(timezone=True)),
    Column("recorded_at", DateTime(timezone=True), server_default=FetchedValue()),
)

# built once: to build an insert takes as long as to execute it
NEXT_SEQUENCE: Final = func.last_sequence(bindparam("counted")) + 1
EMPTY: Final = text("select empty_own_history(:of)")
RECORD: Final = insert(history).values(sequence=NEXT_SEQUENCE).inline()
RECORD_ALL: Final = text("""
  insert into history (event_id, subject, sequence, topic, type, source, time, association, readers,
                       actor, correlation_id, causation_id, traceparent, data, salt, digest)
  select event_id, subject,
         last_sequence(subject) + row_number() over (partition by subject order by place),
         topic, type, source, time, association, cast(readers as text[]), actor,
         correlation_id, causation_id, traceparent, data, salt, digest
  from unnest(cast(:event_id as uuid[]), cast(:subject as text[]), cast(:topic as text[]),
              cast(:type as text[]), cast(:source as text[]), cast(:time as timestamptz[]),
              cast(:association as text[]), cast(:readers as text[]), cast(:actor as text[]),
              cast(:correlation_id as text[]), cast(:causation_id as text[]),
              cast(:traceparent as text[]), cast(:data as bytea[]), cast(:salt as bytea[]),
              cast(:digest as bytea[])) with ordinality
       as made (event_id, subject, topic, type, source, time, association, readers, actor,
                correlation_id, causation_id, traceparent, data, salt, digest, place)
  order by place
""")


async def record(
    session: AsyncSession,
    event: Event,
    *,
    actor: Actor,
    cause: Received[Any] | None = None,
    private: bool = False,
) -> UUID:
    """Write `event` into the caller's transaction; never flush, never commit. Gives the event's id.

    The subject's next `sequence` is taken in the same statement. Two writers of one subject meet
    at the unique index: the second waits, then fails. A `private` event is never published.

    Raises:
        Invalid: the event is larger than a record may be.
    """
    row = _row(event, actor=actor, private=private) | _links(session, cause)
    await session.execute(RECORD, row | {"counted": event.subject})
    session.sync_session.info["recorded"] = True
    identifier: UUID = row["event_id"]
    return identifier


async def empty(session: AsyncSession, subject: str) -> None:
    """Take the data out of what the actor's association recorded of a person; the rest stays.

    The rows keep their digests, so the chain still verifies.
    """
    await session.flush()
    await session.execute(EMPTY, {"of": subject})


async def record_all(
    session: AsyncSession, events: Sequence[tuple[Event, Actor, Received[Any] | None]]
) -> list[UUID]:
    """Write many events (event, actor, cause) as `record` does each, in their order, at once.

    Raises:
        Invalid: an event is larger than a record may be.
    """
    rows = [
        _row(event, actor=actor, private=False) | _links(session, cause)
        for event, actor, cause in events
    ]
    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns["readers"] = [f"{{{','.join(readers)}}}" for readers in columns["readers"]]
        await session.execute(RECORD_ALL, columns)
        session.sync_session.info["recorded"] = True
    return [row["event_id"] for row in rows]


def _row(event: Event, *, actor: Actor, private: bool) -> dict[str, Any]:
    data = None if event.tombstone else event.model_dump_json().encode()
    if data is not None and len(data) > MAX_DATA_BYTES:
        raise Invalid(f"this would be an event of {len(data)} bytes; {MAX_DATA_BYTES} is the most")
    personal = event.classification is Classification.PERSONAL
    row: dict[str, Any] = {
        "event_id": uuid7(),
        "subject": event.subject,
        "topic": None if private else event.topic_of(actor.association),
        "type": event.type,
        "source": f"/{event.type.split('.')[1]}",
        "time": event.time,
        "association": actor.association,
        "readers": sorted({actor.association} | event.shared_with()),
        "actor": actor.id,
        "data": data,
        "salt": os.urandom(16) if personal and data is not None else None,
    }
    return row | {"digest": digest_of(row)}


def _links(session: AsyncSession, cause: Received[Any] | None) -> dict[str, str | None]:
    """What this event belongs to: the act of one transaction, or the event that led to it."""
    if cause is None:
        correlation = session.sync_session.info.setdefault("correlation_id", str(uuid7()))
        return {
            "correlation_id": correlation,
            "causation_id": None,
            "traceparent": telemetry.trace(),
        }
    former = cause.envelope
    return {
        "correlation_id": former.correlation_id or former.id,
        "causation_id": former.id,
        "traceparent": former.traceparent,
    }


def digest_of(row: Mapping[str, Any] | RowMapping) -> bytes:
    """What the hash chain covers of a row: who, what, when, and a salted digest of the data.

    Position and sequence are added by the seal; emptied data keep the digest they had.
    """
    return digest_beside(row, digest_of_data(row))


def digest_of_data(row: Mapping[str, Any] | RowMapping) -> str:
    """What stands for the data in the digest of a row; nobody guesses salted data from it."""
    return hashlib.sha256((row["salt"] or b"") + (row["data"] or b"")).hexdigest()


def digest_beside(row: Mapping[str, Any] | RowMapping, data: str) -> bytes:
    """The digest of a row whose data are known by their digest only."""
    parts = (
        str(row["event_id"]),
        row["subject"],
        row["topic"] or "",
        row["type"],
        row["time"].timestamp().hex(),
        row["association"],
        ",".join(row["readers"]),
        row["actor"],
        data,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


async def rows_of(
    session: AsyncSession, subject: str, *, of_type: str | None = None
) -> Sequence[RowMapping]:
    """The history of one subject, or its facts of a type, as far as the actor may read it."""
    mine = select(history).where(history.c.subject == subject).order_by(history.c.position)
    if of_type is not None:
        mine = mine.where(history.c.type == of_type)
    return (await session.execute(mine)).mappings().all()


def envelope_of(row: RowMapping | Any) -> Envelope:
    """The envelope in which the relay sends this row."""
    return Envelope(
        id=str(row["event_id"]),
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        time=row["time"],
        sequence=row["sequence"],
        association=row["association"],
        actor=row["actor"],
        correlation_id=row["correlation_id"],
        causation_id=row["causation_id"],
        traceparent=row["traceparent"],
    )


def event_of(row: RowMapping) -> Event:
    """The event that this row tells of, read back by its class."""
    return read(envelope_of(row), row["data"])
