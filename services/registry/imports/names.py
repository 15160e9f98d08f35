"""The words for the states of imports, in refusals and on pages alike."""

from typing import Final

from services.chassis.words import Word
from services.registry.imports.states import State

STATE: Final = {
    State.QUEUED: Word("import state", "Queued"),
    State.READING: Word("import state", "Reading"),
    State.MATCHING: Word("import state", "Waits for you"),
    State.CHECKING: Word("import state", "Checking"),
    State.WAITING: Word("import state", "Waits for you"),
    State.SAVING: Word("import state", "Saving"),
    State.DONE: Word("import state", "Done"),
    State.UNDOING: Word("import state", "Being undone"),
    State.UNDONE: Word("import state", "Undone"),
    State.PARTLY_UNDONE: Word("import state", "Undone in part"),
    State.FAILED: Word("import state", "Failed"),
    State.CANCELLED: Word("import state", "Discarded"),
}
