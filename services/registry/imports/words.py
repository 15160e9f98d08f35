"""The words in which pages speak of imports."""

from typing import Final

from services.chassis.ui.i18n import Translator, Word
from services.registry.imports.deciding import Decision
from services.registry.imports.fields import Kind
from services.registry.imports.names import STATE
from services.registry.imports.reading import Around
from services.registry.imports.states import State

KINDS: Final = {
    Kind.MEMBERS: Word("import kind", "Members of clusters"),
    Kind.CLUSTERS: Word("import kind", "Clusters"),
    Kind.PEOPLE: Word("import kind", "People"),
}
STATES: Final = {
    State.QUEUED: (STATE[State.QUEUED], "info"),
    State.READING: (STATE[State.READING], "live"),
    State.MATCHING: (STATE[State.MATCHING], "warn"),
    State.CHECKING: (STATE[State.CHECKING], "live"),
    State.WAITING: (STATE[State.WAITING], "warn"),
    State.SAVING: (STATE[State.SAVING], "live"),
    State.DONE: (STATE[State.DONE], "ok"),
    State.UNDOING: (STATE[State.UNDOING], "live"),
    State.UNDONE: (STATE[State.UNDONE], "off"),
    State.PARTLY_UNDONE: (STATE[State.PARTLY_UNDONE], "warn"),
    State.FAILED: (STATE[State.FAILED], "off"),
    State.CANCELLED: (STATE[State.CANCELLED], "off"),
}
# What undoing does, as the page of confirmation promises it.
UNDOES: Final = {
    Kind.MEMBERS: Word(
        "import undo",
        "Undoing takes the memberships back, lets those go on that the list ended, and gives known "
        "organisations their former values. "
        "New organisations stay in the register, without a membership.",
    ),
    Kind.CLUSTERS: Word(
        "import undo",
        "Undoing withdraws new clusters and gives known ones their former profile back.",
    ),
    Kind.PEOPLE: Word(
        "import undo",
        "Undoing forgets new people and gives known ones back what was kept of them before.",
    ),
}
STEPS: Final = (
    Word("import step", "Upload"),
    Word("import step", "Match columns"),
    Word("import step", "Fix problems"),
    Word("import step", "Confirm"),
    Word("import step", "Done"),
)
EFFECTS: Final = {
    "new": Word("import effect", "New"),
    "changed": Word("import effect", "Changed"),
    "skipped": Word("import effect", "Skipped"),
    "bad": Word("import effect", "With problems"),
}
LEFT_OUT: Final = {
    Around.TITLE: Word("import left out", "It stands above the names of the columns."),
    Around.TOTAL: Word("import left out", "It sums up other rows."),
    Around.REMARK: Word("import left out", "It is a remark below the list."),
}
CHOICES: Final = {
    "keep": Word("import choice", "Keep the first row, leave this one out"),
    "take": Word("import choice", "Take this row instead of the first one"),
    "skip": Word("import choice", "Leave both out"),
}
# Where the records of an import are listed.
LISTS: Final = {
    Kind.MEMBERS: (
        (Word("import records", "See the members"), "/registry/organisations?import={number}"),
        (Word("import records", "See the clusters"), "/registry/clusters?import={number}"),
    ),
    Kind.CLUSTERS: (
        (Word("import records", "See the clusters"), "/registry/clusters?import={number}"),
    ),
    Kind.PEOPLE: ((Word("import records", "See the people"), "/registry/people?import={number}"),),
}
DECISIONS: Final = {
    Decision.UPDATE: Word("import decision", "Update what is known"),
    Decision.LEAVE: Word("import decision", "Leave the row out, keep what is known"),
    Decision.BOTH: Word("import decision", "Keep both: enter the row as another person"),
}
SEPARATORS: Final = {
    ";": Word("separator", "Semicolon"),
    ",": Word("separator", "Comma"),
    "\t": Word("separator", "Tab"),
    "|": Word("separator", "Vertical bar"),
}
ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1257": "Windows-1257",
}


def separator(sign: str, t: Translator) -> str:
    """The name of a separator."""
    return t.word(SEPARATORS[sign]) if sign in SEPARATORS else sign
