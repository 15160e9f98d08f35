"""Records set aside with their reason, so that everything else of their partition goes on.

The later events of a subject wait behind its first parked record. A parked record is tried again
or dropped with a reason; both replay what waits, in order.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    FetchedValue,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import uuid7
from services.chassis.received import Received, Record, Unreadable

metadata = MetaData()


class Kind(StrEnum):
    """Why a record is set aside."""

    UNDECODABLE = "undecodable"
    SCHEMA = "schema"
    HANDLER = "handler"
    HOLE = "hole"  # an earlier event of the subject has not come yet
    BEHIND = "behind"  # an earlier event of the subject is parked


parked = Table(
    "parked",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("subject", Text),
    Column("sequence", BigInteger),
    Column("type", Text),
    Column("association", Text),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("headers", JSONB, nullable=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("parked_at", DateTime(timezone=True), server_default=FetchedValue()),
    Column("tried_at", DateTime(timezone=True), server_default=FetchedValue()),
)

dropped = Table(
    "dropped",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("subject", Text),
    Column("sequence", BigInteger),
    Column("reason", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("dropped_at", DateTime(timezone=True), server_default=FetchedValue()),
)


@dataclass(frozen=True, slots=True)
class Former:
    """What a record that is parked again keeps of its first parking."""

    id: UUID
    attempts: int
    parked_at: datetime


def row_of(
    consumer: str, what: Received[Any] | Unreadable, kind: Kind, reason: str, former: Former | None
) -> dict[str, Any]:
    """The row that keeps `what` with everything needed to try it again."""
    record = what.record
    known = what if isinstance(what, Unreadable) else what.envelope
    row: dict[str, Any] = {
        "id": former.id if former else uuid7(),
        "consumer": consumer,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "subject": known.subject,
        "sequence": known.sequence,
        "type": known.type,
        "association": known.association,
        "kind": kind,
        "reason": reason[:2000],
        "attempts": former.attempts + 1 if former else 1,
        "key": record.key,
        "value": record.value,
        "headers": [
            [name, None if value is None else base64.b64encode(value).decode()]
            for name, value in record.headers
        ],
        "timestamp_ms": record.timestamp_ms,
    }
    return row | ({"parked_at": former.parked_at} if former else {})


def record_of(row: RowMapping) -> Record:
    """The record as it came from Kafka."""
    return Record(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        value=row["value"],
        headers=tuple(
            (name, None if value is None else base64.b64decode(value))
            for name, value in row["headers"]
        ),
        timestamp_ms=row["timestamp_ms"],
    )


async def park(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Set records aside; one that a rewound batch brings again stays as it is."""
    once = insert(parked).on_conflict_do_nothing(
        index_elements=["consumer", "topic", "partition", "offset"]
    )
    again = [row for row in rows if "parked_at" in row]  # keeps when it was parked first
    new = [row for row in rows if "parked_at" not in row]
    for alike in filter(None, (again, new)):
        await session.execute(once, alike)
