"""What stands in a public stream: rows of the history, by position, rendered for the wire."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.analytics import StreamedVisitEvent
from contracts.deprecation import Stage, stage_of
from contracts.envelope import to_structured
from contracts.event import Event
from services.chassis.errors import Gone, NotFound
from services.chassis.faults import mark
from services.chassis.history import envelope_of, event_of, history

OFFERED: Final = {"visits": StreamedVisitEvent.topic}


class NoSuchStream(NotFound):
    """No stream of this name is offered."""

    code = "TLK-A003"
    title = "No such stream"

    def __init__(self, asked: str) -> None:
        super().__init__(
            mark("there is no stream {asked}; there are: {known}"),
            asked=asked,
            known=", ".join(OFFERED),
        )


class StreamIsEnding(Gone):
    """The stream is for those who follow it already; newcomers take its successor."""

    code = "TLK-A006"
    title = "This stream is ending"


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a stream as bytes for the wire, with its position as resume point."""

    position: int
    data: bytes


def topic_of(stream: str) -> str:
    """The topic whose events the stream carries.

    Raises:
        NoSuchStream: it is not offered.
    """
    if stream not in OFFERED:
        raise NoSuchStream(stream)
    return OFFERED[stream]


async def frames_after(session: AsyncSession, topic: str, position: int, limit: int) -> list[Frame]:
    """The next events behind `position`, in their order."""
    rows = await session.execute(
        _of(topic, history.c.position > position).order_by(history.c.position).limit(limit)
    )
    return [_frame(row) for row in rows.mappings()]


async def last_frames(session: AsyncSession, topic: str, limit: int) -> list[Frame]:
    """The newest events, in their order."""
    newest = _of(topic).order_by(history.c.position.desc()).limit(limit)
    rows = (await session.execute(newest)).mappings().all()
    return [_frame(row) for row in reversed(rows)]


async def last_position(session: AsyncSession, topic: str) -> int:
    """The position of the newest event, 0 before the first."""
    newest = select(func.max(history.c.position)).where(history.c.topic == topic)
    return await session.scalar(newest) or 0


def _of(topic: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    return select(history).where(history.c.topic == topic, *conditions)


def _frame(row: RowMapping) -> Frame:
    text = to_structured(event_of(row), envelope_of(row))
    return Frame(row["position"], f"id: {row['position']}\ndata: {text}\n\n".encode())


def must_have_a_future(stream: str, classes: Iterable[type[Event]], on: date) -> None:
    """Let nobody begin to follow a stream whose types are deprecated (C-05).

    Raises:
        StreamIsEnding: it names what to follow instead.
    """
    for found in classes:
        if found.deprecated is not None and stage_of(found.deprecated, on) is not Stage.ACTIVE:
            raise StreamIsEnding(
                mark("{stream} ends on {day}; nobody new follows it: read {instead} instead"),
                stream=stream,
                day=found.deprecated.sunset.isoformat(),
                instead=found.deprecated.instead,
            )
