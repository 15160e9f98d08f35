"""Today as people see it: what is to be done, by when, and ticking it off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.data_requests import (
    DataRequestAnswered,
    DataRequestKind,
    DataRequestPassedOn,
    DataRequestReminded,
)
from contracts.exchanges import (
    DelegateAnswered,
    DelegateLapsed,
    VisitEnded,
    VisitReady,
    VisitStarted,
)
from contracts.notifications import TaskDone, TaskRaised, TaskReopened
from contracts.organisations import OrganisationMerged, OrganisationMergeRequested
from contracts.vocabulary import DelegateAnswer, VisitState
from services.chassis import clock, history
from services.chassis.database import Sessions
from services.notifications.today.model import Task, TaskKind
from tests.notifications.builders import NOON
from tests.notifications.conftest import SignIn, rows
from tests.notifications.events import (
    MAREK,
    OLENA,
    cancelled,
    committed,
    drafted,
    invited,
    of_visit,
    opened,
    session_planned,
)
from tests.notifications.pages import csrf_of, two_invitations
from tests.notifications.story import Story

TODAY = "/notifications/today"
OURS = UUID(int=7)


pytestmark = pytest.mark.usefixtures("noon")


async def tasks(sessions: Sessions) -> dict[tuple[TaskKind, str], str]:
    return {(t.kind, t.association): t.state.value for t in await rows(sessions, Task)}


class TestToday:
    async def test_nothing_waits_at_first(self, sign_in: SignIn) -> None:
        page = await (await sign_in("SK")).get(TODAY)

        assert "Nothing waits for you." in page.text
        assert "No visit is planned yet." in page.text

    async def test_j01_after_a_visit_none_is_to_come(self, story: Story, sign_in: SignIn) -> None:
        await story.tell(opened(), cancelled())

        page = await (await sign_in("SK")).get(TODAY)

        assert "No visit is to come." in page.text

    async def test_who_invited_waits_for_the_answers(self, story: Story, sign_in: SignIn) -> None:
        await two_invitations(story)
        await story.tell(
            of_visit(DelegateAnswered, participant_id=OLENA, answer=DelegateAnswer.ACCEPTED)
        )

        page = await (await sign_in("SK")).get(TODAY)

        assert "1 answer is missing" in page.text
        assert "EX-2027-031" in page.text
        assert "Later" in page.text

    async def test_who_invited_hears_of_those_whose_time_ran_out(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        await story.tell(
            of_visit(DelegateLapsed, participant_id=OLENA),
            of_visit(DelegateLapsed, participant_id=MAREK),
        )

        page = await (await sign_in("SK")).get(TODAY)

        assert "2 people did not answer in time" in page.text
        assert await tasks(sessions) == {
            (TaskKind.COLLECT_ANSWERS, "SK"): "done",
            (TaskKind.REPLACE_LAPSED, "SK"): "open",
        }

    async def test_the_first_deadline_counts(self, story: Story, sessions: Sessions) -> None:
        late, soon = NOON + timedelta(days=9), NOON + timedelta(days=2)
        await story.tell(opened(), invited(OLENA, reply_by_at=soon))

        await story.tell(invited(MAREK, reply_by_at=late))

        [task] = await rows(sessions, Task)
        assert task.due_at == soon

    async def test_speaks_the_readers_language(self, story: Story, sign_in: SignIn) -> None:
        await two_invitations(story)

        page = await (await sign_in("SK", language="uk")).get(TODAY)

        assert "Бракує 2 відповідей" in page.text

    async def test_a_deadline_that_passed_is_overdue(
        self, story: Story, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await two_invitations(story)
        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=11))

        page = await (await sign_in("SK")).get(TODAY)

        assert "Overdue" in page.text

    async def test_tasks_follow_the_life_of_a_visit(self, story: Story, sessions: Sessions) -> None:
        await story.tell(opened(), session_planned(1), drafted())
        asked = await tasks(sessions)
        await story.tell(committed())
        agreed = await tasks(sessions)
        await story.tell(
            of_visit(VisitReady, state=VisitState.READY, share=1.0),
            of_visit(VisitStarted, state=VisitState.IN_PROGRESS),
        )
        started = await tasks(sessions)
        await story.tell(of_visit(VisitEnded, state=VisitState.ENDED))
        ended = await tasks(sessions)

        assert asked == {(TaskKind.SIGN, "UA"): "open", (TaskKind.SIGN, "SK"): "open"}
        assert agreed == {
            (TaskKind.SIGN, "UA"): "done",
            (TaskKind.SIGN, "SK"): "done",
            (TaskKind.SAY_READY, "UA"): "open",
            (TaskKind.CHECK_IN, "SK"): "open",
        }
        assert started == agreed | {
            (TaskKind.SAY_READY, "UA"): "done",
            (TaskKind.CHECK_IN, "SK"): "done",
            (TaskKind.RECORD_ATTENDANCE, "SK"): "open",
        }
        assert ended == started | {
            (TaskKind.RECORD_ATTENDANCE, "SK"): "done",
            (TaskKind.FILE_REPORT, "UA"): "open",
        }

    async def test_nothing_waits_about_a_visit_that_was_cancelled(
        self, story: Story, sessions: Sessions
    ) -> None:
        await two_invitations(story)
        await story.tell(drafted(), committed(), cancelled())

        assert set((await tasks(sessions)).values()) == {"done"}

    async def test_is_ticked_off_and_taken_back(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await story.tell(opened(), session_planned(1), drafted())
        zuzana = await sign_in("SK")
        [task] = [t for t in await rows(sessions, Task) if t.association == "SK"]
        csrf = csrf_of((await zuzana.get(TODAY)).text)

        done = await zuzana.post(f"{TODAY}/{task.id}/done", data={"csrf": csrf})
        after = await zuzana.get(TODAY)
        await zuzana.post(f"{TODAY}/{task.id}/undo", data={"csrf": csrf})

        assert done.status_code == 303
        assert "Just done" in after.text
        async with sessions() as session:
            kinds = [
                type(history.event_of(row)) for row in await history.rows_of(session, str(task.id))
            ]
        assert kinds == [TaskRaised, TaskDone, TaskReopened]
        assert (await tasks(sessions))[TaskKind.SIGN, "SK"] == "open"

    async def test_r05_a_request_to_merge_waits_for_the_back_office_that_was_asked(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        asked = OrganisationMergeRequested(
            subject=str(OURS), time=NOON, other_id=UUID(int=8), association_asked="UA"
        )
        await story.tell(asked)
        back_office, coordinator = await sign_in("UA", "back_office"), await sign_in("UA")

        theirs, elsewhere = await back_office.get(TODAY), await (await sign_in("PL")).get(TODAY)
        waiting = await tasks(sessions)
        merged = OrganisationMerged(subject=str(OURS), time=NOON, into_id=UUID(int=8))
        await story.tell(merged)

        assert "Say whether two organisations are one" in theirs.text
        assert "/registry/organisations/requests?state=requested" in theirs.text
        assert "/done" in theirs.text
        assert "/done" not in (await coordinator.get(TODAY)).text
        assert "Nothing waits for you." in elsewhere.text
        assert waiting == {(TaskKind.DECIDE_MERGE, "UA"): "open"}
        assert await tasks(sessions) == {(TaskKind.DECIDE_MERGE, "UA"): "done"}

    async def test_d04_an_answer_that_is_owed_waits_for_the_back_office_that_owes_it(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        request: dict[str, Any] = {
            "subject": str(OURS),
            "time": NOON,
            "kind": DataRequestKind.ERASE,
            "received_by": "UA",
            "due_day": NOON.date(),
            "number": "DR-1017",
        }
        await story.tell(DataRequestReminded(**request, answers="UA", days_left=7))
        page = (await (await sign_in("UA", "back_office")).get(TODAY)).text
        owed = [await tasks(sessions)]
        for told in (
            DataRequestPassedOn(**request, answers="PL", former="UA"),
            DataRequestAnswered(**request, answers="PL"),
        ):
            await story.tell(told)
            owed.append(await tasks(sessions))

        assert "Answer a request about data" in page
        assert ">DR-1017<" in page
        assert f"/registry/data-requests/{OURS}" in page
        kind = TaskKind.ANSWER_DATA_REQUEST
        assert owed == [
            {(kind, "UA"): "open"},
            {(kind, "UA"): "done", (kind, "PL"): "open"},
            {(kind, "UA"): "done", (kind, "PL"): "done"},
        ]

    async def test_leads_a_back_office_to_what_it_does_all_year(self, sign_in: SignIn) -> None:
        office = (await (await sign_in("UA", "back_office")).get(TODAY)).text
        coordinator = (await (await sign_in("UA", "coordinator")).get(TODAY)).text

        for address in ("/registry/clusters?state=submitted", "/registry/imports/new"):
            assert address in office
            assert address not in coordinator

    async def test_sends_analysts_to_their_home(self, sign_in: SignIn) -> None:
        analyst = await sign_in("SK", "analyst")

        answer = await analyst.get(TODAY)

        assert (answer.status_code, answer.headers["location"]) == (303, "/analytics/")
