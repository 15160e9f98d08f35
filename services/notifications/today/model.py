"""A task: something that waits for people of one association, about a visit or a thing they keep.

Events raise and settle it; a person may say it is done, or take that back. Its id follows from
what it is about, so raising it twice is raising it once.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy.orm import Mapped, mapped_column

from contracts.notifications import About, Assignee, TaskDone, TaskRaised, TaskReopened
from contracts.vocabulary import Role, TaskState
from services.chassis.errors import Conflict, NotFound
from services.chassis.faults import mark
from services.notifications.database import Base

TASKS: Final = UUID("0197a4f0-5b7e-7d11-9c52-6f0f4e2b8a10")  # namespace of task ids


class TaskKind(StrEnum):
    """What is to be done."""

    SIGN = "sign"
    COLLECT_ANSWERS = "collect_answers"
    REPLACE_LAPSED = "replace_lapsed"
    SAY_READY = "say_ready"
    CHECK_IN = "check_in"
    RECORD_ATTENDANCE = "record_attendance"
    FILE_REPORT = "file_report"
    DECIDE_MERGE = "decide_merge"
    ANSWER_DATA_REQUEST = "answer_data_request"


FOR_BACK_OFFICES: Final = frozenset({TaskKind.DECIDE_MERGE, TaskKind.ANSWER_DATA_REQUEST})


class TaskNotFound(NotFound):
    """There is no such task, or it is another association's."""

    code = "TLK-N004"
    title = "No such task"


class WrongTaskState(Conflict):
    """The task is done already, or still open."""

    code = "TLK-N005"
    title = "Not possible in this state"


class Task(Base):
    """The aggregate. `association` is whose people are to act; `due_at` may be unknown."""

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind]
    aggregate: Mapped[str]  # what it is about: a visit, an organisation, a request
    # the columns are called as when tasks were about visits alone: two versions run side by side
    about_id: Mapped[UUID] = mapped_column("visit_id")
    about_number: Mapped[str | None] = mapped_column("visit_number")
    association: Mapped[str]
    state: Mapped[TaskState]
    due_at: Mapped[datetime | None]
    raised_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]

    @property
    def role(self) -> Role:
        """Who is to act."""
        return Role.BACK_OFFICE if self.kind in FOR_BACK_OFFICES else Role.COORDINATOR

    def raised(self, *, at: datetime) -> TaskRaised:
        """State what is to be done, and until when."""
        return TaskRaised(**self._record(at))

    def finish(self, *, by: UUID | None, at: datetime) -> TaskDone:
        """It is done; `by` is absent when a fact settled it.

        Raises:
            WrongTaskState: it was done before.
        """
        if self.state is TaskState.DONE:
            raise WrongTaskState(
                mark("this task is done already; reload the page to see what is left")
            )
        self.state, self.done_at, self.done_by = TaskState.DONE, at, by
        return TaskDone(**self._record(at), by_id=by)

    def reopen(self, *, by: UUID | None, at: datetime) -> TaskReopened:
        """It was not done after all, or has to be done again.

        Raises:
            WrongTaskState: it is open.
        """
        if self.state is TaskState.OPEN:
            raise WrongTaskState(mark("this task is still open; reload the page to see it"))
        self.state, self.done_at, self.done_by = TaskState.OPEN, None, None
        return TaskReopened(**self._record(at), by_id=by)

    def _record(self, at: datetime) -> dict[str, Any]:
        return {
            "subject": str(self.id),
            "time": at,
            "kind": self.kind.value,
            "about": About(aggregate=self.aggregate, id=self.about_id, number=self.about_number),
            "assignee": Assignee(role=self.role),
            "due_at": self.due_at,
        }


def task_id(kind: TaskKind, about_id: UUID, association: str) -> UUID:
    """The id of the one task of this kind about a thing, for one association."""
    return uuid5(TASKS, f"{kind.value}/{about_id}/{association}")
