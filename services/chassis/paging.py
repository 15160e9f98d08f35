"""Pages of long lists by key, not by number: nothing is skipped or doubled while rows come in.

A cursor holds the sort keys of the last row shown; to callers it is opaque.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark

LARGEST: Final = 200
T = TypeVar("T")
Key = str | int | date | datetime | UUID

Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the page before")]
Size = Annotated[int, Query(ge=1, le=LARGEST, description="How many rows the page may have")]


class Page(BaseModel, Generic[T]):
    """Some rows of a list. `next` is the cursor of the page that follows; absent on the last."""

    items: list[T]
    next: str | None = None


async def page(
    session: AsyncSession,
    rows: Select[*tuple[Any, ...]],
    *keys: ColumnElement[Any] | InstrumentedAttribute[Any],
    cursor: str | None,
    size: int,
) -> tuple[Sequence[Any], str | None]:
    """The rows after `cursor` in the order of `keys`, and the cursor of the page after them.

    The keys are columns of `rows`, ascending, unique together and never null.

    Raises:
        Invalid: the cursor is none of ours, or belongs to another list.
    """
    if cursor is not None:
        after = values_of(cursor, *(key.type.python_type for key in keys))
        rows = rows.where(tuple_(*keys) > tuple_(*after))
    marked = rows.add_columns(*keys).order_by(*keys).limit(size + 1)
    found = (await session.execute(marked)).all()
    shown = found[:size]
    more = len(found) > size
    items = [row[0] if len(row) == len(keys) + 1 else row[: -len(keys)] for row in shown]
    return items, cursor_of(*shown[-1][-len(keys) :]) if more else None


def cursor_of(*values: Key) -> str:
    """The cursor of a row with these sort keys."""
    parts = [value if isinstance(value, str | int) else _text(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: type[Any]) -> tuple[Key, ...]:
    """The sort keys in a cursor, each of its kind.

    Raises:
        Invalid: it is none of ours, or belongs to another list.
    """
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(_read(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error):
        text = mark("This is no page of this list, or no longer. Begin with the first one.")
        raise Invalid(text, [Fault("/query/cursor", "TLK-D005", text)]) from None


def _text(value: date | datetime | UUID) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(part: object, kind: type[Any]) -> Key:
    if kind in (str, int):
        if type(part) is not kind or (isinstance(part, str) and "\0" in part):
            raise ValueError(part)
        return part  # type: ignore[return-value]  # just compared
    if not isinstance(part, str):
        raise TypeError(part)
    read: Key = UUID(part) if kind is UUID else kind.fromisoformat(part)
    return read
