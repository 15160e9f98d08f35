"""What the intake keeps of declarations: those it took, and why it refused others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    column,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.errors import Fault, NotFound
from services.chassis.intake import Way
from services.chassis.words import Word
from services.registry.taken import COMMON

REFUSED: Final = table(
    "refused_declarations",
    *(column(name, Text) for name in COMMON),
    column("status", Integer),
    column("faults", JSONB),
    column("times", Integer),
    column("refused_at", DateTime(timezone=True)),
)


T = TypeVar("T")


class DeclarationNotFound(NotFound):
    """Nothing was posted under this source and id."""

    code = "TLK-R060"
    title = "No such declaration"


class State(StrEnum):
    """What became of a declaration; one that said what was known changed nothing."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class First(Generic[T]):
    """The first so many of a list, and how many `more` there are."""

    rows: Sequence[T]
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class About:
    """A thing that a declaration is about, and its page."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Dependent:
    """One thing that something later is about, or that a cluster holds by now.

    `about` is None when it is not for this reader. The later fact has a type and an id; so has
    what a cluster holds if it was declared. `declaration`: source and id of what to withdraw first.
    """

    kind: Word
    about: About | None
    type: str = ""
    event_id: UUID | None = None
    declaration: tuple[str, str] | None = None

    @property
    def event(self) -> str:
        """Type and id of the fact, as a sentence names it."""
        return f"{self.type} {self.event_id or ''}".strip()


@dataclass(frozen=True, slots=True)
class Consequence:
    """One event that came of a declaration, and what it is about."""

    event_id: UUID
    type: str
    time: datetime
    about: About | None


@dataclass(frozen=True, slots=True)
class Posted:
    """One declaration of the list; `later`: source and id of what corrected it or took it back."""

    source: str
    id: str
    type: str
    way: Way
    state: State
    poster: str
    at: datetime
    about: About | None
    later: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a declaration was refused, the last of so many times."""

    faults: list[Fault]
    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class InFull:
    """One declaration with all that is known of it.

    `data` are None where they are not kept, or not for this reader. `refusal` is of the same id.
    """

    posted: Posted
    data: dict[str, Any] | None
    consequences: list[Consequence]
    refusal: Refusal | None
    puts_right: Posted | None
    put_right_by: list[Posted]
    built_upon: First[Consequence]
    dependants: First[Dependent]

    @property
    def name(self) -> UUID | None:
        """The event id by which a correction names it; None when nothing came of it."""
        return self.consequences[0].event_id if self.consequences else None
