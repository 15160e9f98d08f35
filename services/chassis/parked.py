"""What is parked, for the page and the command: the first record of each subject and what waits.

Data of personal topics are never shown, only the names of their fields; those that say they are
dual use are shown to vetted people only (R-14).
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
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
    session: AsyncSession, parked_id: UUID, *, vetted: bool = False
) -> ParkedInFull:
    """One record with everything that may be shown of it, to somebody `vetted` or not.

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
        data=_shown(row.topic, row.value, vetted=vetted),
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


def _shown(topic: str, value: bytes | None, *, vetted: bool) -> str:
    if value is None:
        return ""
    try:
        data = json.loads(value)
    except ValueError:
        return "" if topic in PERSONAL else value[:4000].decode(errors="replace")
    if topic in PERSONAL or (not vetted and _is_dual_use(data)):
        return "\n".join(sorted(data)) if isinstance(data, dict) else ""
    return json.dumps(data, ensure_ascii=False, indent=2)


def _is_dual_use(data: Any) -> bool:
    """Whether it says so anywhere inside."""
    if isinstance(data, dict):
        return data.get("dual_use") is True or any(map(_is_dual_use, data.values()))
    return isinstance(data, list) and any(map(_is_dual_use, data))


PERSONAL: Final = frozenset(
    found.topic for found in EVENTS.values() if found.classification is Classification.PERSONAL
)
