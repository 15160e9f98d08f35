"""What all events have in common: type, topic, who may read them, and ids that sort by time."""

import os
import time as clock
from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from .deprecation import Deprecation


class Classification(StrEnum):
    """Who may read a topic; personal data live in `PERSONAL` topics only."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"


class Personal:
    """Marks a field (`Annotated[str, Personal()]`) whose value says something about a person."""


class Event(BaseModel):
    """A fact that one service states to all others.

    Immutable. Unknown fields are ignored, so an old consumer reads a newer event.
    A concrete event names its `type`, the base class of its aggregate the rest. `subject` and
    `time` travel in the envelope; every other field is data. A class with `tombstone` has no
    data: its record is empty and removes the subject from a compacted topic. `deprecated` says
    since when a type is on its way out, and which one takes its place.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    topic: ClassVar[str]
    classification: ClassVar[Classification]
    tombstone: ClassVar[bool] = False
    deprecated: ClassVar[Deprecation | None] = None

    subject: str = Field(exclude=True)  # the aggregate's id: record key, scope of order
    time: AwareDatetime = Field(exclude=True)  # from when the fact is true (UTC)

    @classmethod
    def topic_of(cls, association: str) -> str:  # noqa: ARG003 - some have one per association
        """The topic in which the association's events of this class stand."""
        return cls.topic

    def shared_with(self) -> frozenset[str]:
        """The associations whose people may read this fact beside the one that stated it."""
        return frozenset()


def event_classes(of: type[Event] = Event) -> Iterator[type[Event]]:
    """Every concrete event class that is loaded, depth first, base classes left out."""
    for child in of.__subclasses__():
        if "type" in vars(child):
            yield child
        yield from event_classes(child)


def uuid7() -> UUID:
    """A new id that sorts by the millisecond of its making (RFC 9562, version 7)."""
    milliseconds = clock.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10)) & ((1 << 74) - 1)
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
