"""What is parked, for the page and the command: the first record of each subject and what waits.

Data of personal topics are never shown, only the names of their fields; those about something
dual use are shown to vetted people only (R-14), also when they do not say themselves that it is.
"""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Row, Select, column, select, table, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.catalogue import EVENTS
from contracts.event import Classification
from services.chassis.parking import Kind
from services.chassis.redrive import ParkedRecordNotFound

FIRSTS: Final = """
  from (
    select id, topic, type, subject, sequence, association, kind, reason, attempts, parked_at,
           tried_at, row_number() over (one order by sequence nulls first, "offset") as place,
           count(*) over one - 1 as behind
    from parked window one as (partition by consumer, coalesce(subject, id::text))
  ) as lined_up
  where place = 1 and (:kind = '' or kind = :kind)
    and (:topic = '' or topic = :topic) and (:association = '' or association = :association)
    and (not :able or subject is not null and tried_at < :tried_before)
"""
LIST: Final = text(f"select * {FIRSTS} order by parked_at, id limit :limit")
COUNT: Final = text(f"select count(*) {FIRSTS}")

ONE: Final = text("""
  select *, (select count(*) from parked later where later.consumer = parked.consumer
               and later.subject = parked.subject and later.id <> parked.id) as behind
  from parked where id = :id
""")

OF_ITS_SUBJECT: Final = text("""
  select other.subject, other.value, other.id = one.id as own from parked one join parked other
    on other.id = one.id or other.consumer = one.consumer and other.subject = one.subject
  where one.id = :id order by own desc, other.sequence nulls first limit 200
""")
# the tables that know of dual use, each with a key of what it knows
TABLES: Final = text("""
  select of_table.relname, key.attname
  from pg_index index join pg_class of_table on of_table.oid = index.indrelid
  join pg_attribute key on key.attrelid = of_table.oid and key.attnum = any (index.indkey)
  join pg_attribute flag on flag.attrelid = of_table.oid and flag.attname = 'dual_use'
  where index.indisprimary and key.atttypid = 'uuid'::regtype and not flag.attisdropped
    and of_table.relnamespace = current_schema()::regnamespace
""")
SAYS_SO: Final = re.compile(r'"dual_use"\s*:\s*true')  # also in what is no JSON as a whole
IDS: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are meant; no text means all."""

    kind: str = ""
    topic: str = ""
    association: str = ""
    tried_before: datetime | None = None  # of these only, and only those that name a subject

    @property
    def values(self) -> dict[str, Any]:
        """What the statements need to know."""
        return {
            "kind": self.kind,
            "topic": self.topic,
            "association": self.association,
            "able": self.tried_before is not None,
            "tried_before": self.tried_before or datetime.max.replace(tzinfo=UTC),
        }


ALL: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Parked:
    """A record set aside; `behind` later records of its subject wait for it."""

    id: UUID
    topic: str
    type: str | None
    subject: str | None
    sequence: int | None
    association: str | None
    kind: Kind
    reason: str
    attempts: int
    parked_at: datetime
    tried_at: datetime
    behind: int


@dataclass(frozen=True, slots=True)
class ParkedInFull:
    """A record set aside, with its place, its headers and what may be shown of its data."""

    head: Parked
    partition: int
    offset: int
    headers: Sequence[tuple[str, str]]
    data: str


async def parked_records(
    session: AsyncSession, wanted: Wanted = ALL, *, limit: int = 100
) -> Sequence[Parked]:
    """What stands first in the way, oldest first; records that only wait behind are counted."""
    found = await session.execute(LIST, wanted.values | {"limit": limit})
    return [_head(row) for row in found]


async def parked_count(session: AsyncSession, wanted: Wanted = ALL) -> int:
    """How many records stand first in the way."""
    return await session.scalar(COUNT, wanted.values) or 0


async def parked_record(
    session: AsyncSession, parked_id: UUID, *, openly: bool = False
) -> ParkedInFull:
    """One record with everything that may be shown of it; `openly` with values of its data.

    Raises:
        ParkedRecordNotFound: it is not parked any more, or belongs to another association.
    """
    row = (await session.execute(ONE, {"id": parked_id})).one_or_none()
    if row is None:
        raise ParkedRecordNotFound("This record is not parked any more.")
    return ParkedInFull(
        head=_head(row),
        partition=row.partition,
        offset=row.offset,
        headers=[(name, _header(value)) for name, value in row.headers],
        data=_shown(row.topic, row.value, openly=openly),
    )


def _head(row: Row[Any]) -> Parked:
    return Parked(
        id=row.id,
        topic=row.topic,
        type=row.type,
        subject=row.subject,
        sequence=row.sequence,
        association=row.association,
        kind=Kind(row.kind),
        reason=row.reason,
        attempts=row.attempts,
        parked_at=row.parked_at,
        tried_at=row.tried_at,
        behind=row.behind,
    )


def _header(value: str | None) -> str:
    return "" if value is None else base64.b64decode(value).decode(errors="replace")


async def is_dual_use(session: AsyncSession, parked_id: UUID) -> bool:
    """Whether a record is about something dual use; the session has to see all rows.

    It says so itself, another record of its subject does, or a table of this service knows it of
    its subject or of something that its data name.
    """
    told = (await session.execute(OF_ITS_SUBJECT, {"id": parked_id})).all()
    values = [(row.value or b"").decode(errors="replace") for row in told]
    if any(map(SAYS_SO.search, values)):
        return True
    own = [value for row, value in zip(told, values, strict=True) if row.own]
    texts = (*own, *(row.subject or "" for row in told))
    named = {UUID(found) for text in texts for found in IDS.findall(text)}
    known: list[Select[bool]] = [
        select(column("dual_use", Boolean)).select_from(table(name)).where(column(key).in_(named))
        for name, key in await session.execute(TABLES)
    ]
    return bool(known) and True in await session.scalars(union_all(*known))


def _shown(topic: str, value: bytes | None, *, openly: bool) -> str:
    if value is None:
        return ""
    try:
        data = json.loads(value)
    except ValueError:
        return "" if topic in PERSONAL or not openly else value[:4000].decode(errors="replace")
    if topic in PERSONAL or not openly:
        return "\n".join(sorted(data)) if isinstance(data, dict) else ""
    return json.dumps(data, ensure_ascii=False, indent=2)


PERSONAL: Final = frozenset(
    found.topic for found in EVENTS.values() if found.classification is Classification.PERSONAL
)
