"""Tasks: when they are due for whom, and what becomes of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.vocabulary import TaskState
from services.notifications.today.model import Task, TaskKind, WrongTaskState, task_id
from services.notifications.today.queries import Group, group_of
from services.notifications.today.rules import report_due
from tests.notifications.builders import NOON, VISIT

TUESDAY = datetime(2027, 3, 16, 12, tzinfo=UTC)
STAFF = UUID(int=9)


def a_task(**changes: Any) -> Task:
    usual: dict[str, Any] = {
        "id": UUID(int=1),
        "kind": TaskKind.SIGN,
        "aggregate": "visit",
        "about_id": VISIT,
        "about_number": "EX-2027-031",
        "association": "SK",
        "state": TaskState.OPEN,
        "due_at": None,
        "raised_at": NOON,
        "done_at": None,
        "done_by": None,
    }
    return Task(**usual | changes)


class TestGroup:
    @pytest.mark.parametrize(
        ("due_at", "group"),
        [
            (TUESDAY - timedelta(minutes=1), Group.OVERDUE),
            (TUESDAY, Group.TODAY),
            (datetime(2027, 3, 16, 22, 59, tzinfo=UTC), Group.TODAY),
            (datetime(2027, 3, 16, 23, 1, tzinfo=UTC), Group.THIS_WEEK),
            (datetime(2027, 3, 21, 22, 0, tzinfo=UTC), Group.THIS_WEEK),
            (datetime(2027, 3, 21, 23, 1, tzinfo=UTC), Group.LATER),
            (None, Group.LATER),
        ],
    )
    def test_follows_the_readers_day_and_week(self, due_at: datetime | None, group: Group) -> None:
        assert group_of(due_at, at=TUESDAY, zone="Europe/Bratislava") is group

    def test_is_another_day_in_another_zone(self) -> None:
        late = datetime(2027, 3, 16, 22, 30, tzinfo=UTC)

        assert group_of(late, at=TUESDAY, zone="Europe/Prague") is Group.TODAY
        assert group_of(late, at=TUESDAY, zone="Europe/Kyiv") is Group.THIS_WEEK


class TestReportDue:
    def test_counts_working_days_of_the_visiting_country(self) -> None:
        ended = datetime(2027, 3, 19, 15, tzinfo=UTC)

        in_slovakia = report_due(ended, "SK", "Europe/Bratislava")
        in_ukraine = report_due(ended, "UA", "Europe/Bratislava")

        assert in_ukraine.date().isoformat() == "2027-04-02"
        assert in_slovakia.date().isoformat() == "2027-04-06"  # Good Friday and Easter Monday

    def test_is_the_end_of_the_day_at_the_host(self) -> None:
        due = report_due(TUESDAY, "PL", "Europe/Bratislava")

        assert (due.hour, due.utcoffset()) == (23, timedelta(hours=2))


class TestTask:
    def test_is_done_by_a_person_and_taken_back(self) -> None:
        task = a_task()

        done = task.finish(by=STAFF, at=NOON)
        reopened = task.reopen(by=STAFF, at=NOON)

        assert (done.by_id, reopened.by_id, task.state) == (STAFF, STAFF, TaskState.OPEN)
        assert (done.kind, done.about.number) == ("sign", "EX-2027-031")

    def test_is_not_done_twice(self) -> None:
        with pytest.raises(WrongTaskState):
            a_task(state=TaskState.DONE).finish(by=None, at=NOON)

    def test_is_not_reopened_while_it_is_open(self) -> None:
        with pytest.raises(WrongTaskState):
            a_task().reopen(by=None, at=NOON)

    def test_has_one_id_for_what_it_is_about(self) -> None:
        assert task_id(TaskKind.SIGN, VISIT, "SK") == task_id(TaskKind.SIGN, VISIT, "SK")
        assert task_id(TaskKind.SIGN, VISIT, "SK") != task_id(TaskKind.SIGN, VISIT, "UA")
