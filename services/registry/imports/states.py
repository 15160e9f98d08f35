"""The life of one import: what may follow on what, and who has the next move."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where an import stands."""

    QUEUED = "queued"
    READING = "reading"
    MATCHING = "matching"  # the columns wait for somebody
    CHECKING = "checking"
    WAITING = "waiting"  # the rows wait for somebody
    SAVING = "saving"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    PARTLY_UNDONE = "partly_undone"  # some rows stay, each with its reason
    FAILED = "failed"
    CANCELLED = "cancelled"


NEXT: Final = {
    State.QUEUED: {State.READING, State.CANCELLED},
    State.READING: {State.MATCHING, State.FAILED, State.CANCELLED},
    State.MATCHING: {State.QUEUED, State.CHECKING, State.CANCELLED},
    State.CHECKING: {State.WAITING, State.CANCELLED},
    State.WAITING: {State.MATCHING, State.CHECKING, State.SAVING, State.CANCELLED},
    State.SAVING: {State.DONE},
    State.DONE: {State.UNDOING},
    State.UNDOING: {State.UNDONE, State.PARTLY_UNDONE},
    State.UNDONE: set[State](),
    State.PARTLY_UNDONE: {State.UNDOING},
    State.FAILED: set[State](),
    State.CANCELLED: set[State](),
}
AT_WORK: Final = frozenset(
    {State.QUEUED, State.READING, State.CHECKING, State.SAVING, State.UNDOING}
)
OPEN: Final = frozenset({*AT_WORK, State.MATCHING, State.WAITING}) - {State.UNDOING}
NOTHING_SAVED: Final = OPEN - {State.SAVING}
CAN_UNDO: Final = frozenset({State.DONE, State.PARTLY_UNDONE})
OVER: Final = frozenset({*CAN_UNDO, State.UNDONE, State.FAILED, State.CANCELLED})
