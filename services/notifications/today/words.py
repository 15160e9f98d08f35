"""Tasks in words: what is to be done, the act that does it, and where."""

from typing import Final

from services.chassis.ui.i18n import Translator, Word
from services.notifications.today.model import TaskKind
from services.notifications.today.queries import Group, TaskRow

GROUPS: Final = {
    Group.OVERDUE: Word("tasks", "Overdue"),
    Group.TODAY: Word("tasks", "Today"),
    Group.THIS_WEEK: Word("tasks", "This week"),
    Group.LATER: Word("tasks", "Later"),
}

WHAT: Final = {
    TaskKind.SIGN: Word("task", "Sign the commitment"),
    TaskKind.SAY_READY: Word("task", "Say that everybody is ready"),
    TaskKind.CHECK_IN: Word("task", "Check the delegates in"),
    TaskKind.RECORD_ATTENDANCE: Word("task", "Record who is present"),
    TaskKind.FILE_REPORT: Word("task", "See that the report is filed"),
    TaskKind.DECIDE_MERGE: Word("task", "Say whether two organisations are one"),
    TaskKind.ANSWER_DATA_REQUEST: Word("task", "Answer a request about data"),
}

ACTS: Final = {
    TaskKind.SIGN: (Word("act", "Read and sign"), "/commitment"),
    TaskKind.COLLECT_ANSWERS: (Word("act", "See the answers"), ""),
    TaskKind.REPLACE_LAPSED: (Word("act", "Invite somebody else"), "/invite"),
    TaskKind.SAY_READY: (Word("act", "Open the visit"), ""),
    TaskKind.CHECK_IN: (Word("act", "Check in"), "/attendance"),
    TaskKind.RECORD_ATTENDANCE: (Word("act", "Record attendance"), "/attendance"),
    TaskKind.FILE_REPORT: (Word("act", "Open the visit"), ""),
}


DECIDE: Final = Word("act", "Decide")
OPEN_REQUEST: Final = Word("act", "Open the request")


def what(t: Translator, row: TaskRow) -> str:
    """What is to be done, in a few words."""
    kind = row.task.kind
    if kind is TaskKind.COLLECT_ANSWERS:
        missing = t.ngettext("%(n)d answer is missing", "%(n)d answers are missing", row.missing)
        return missing % {"n": row.missing}
    if kind is TaskKind.REPLACE_LAPSED:
        lapsed = t.ngettext(
            "%(n)d person did not answer in time", "%(n)d people did not answer in time", row.lapsed
        )
        return lapsed % {"n": row.lapsed}
    return t.word(WHAT[kind])


def act(row: TaskRow) -> tuple[Word, str]:
    """The one act that does it: its word and its address."""
    if row.task.kind is TaskKind.DECIDE_MERGE:
        return DECIDE, "/registry/organisations/requests?state=requested"
    if row.task.kind is TaskKind.ANSWER_DATA_REQUEST:
        return OPEN_REQUEST, f"/registry/data-requests/{row.task.about_id}"
    word, part = ACTS[row.task.kind]
    return word, f"/exchanges/visits/{row.number}{part}"
