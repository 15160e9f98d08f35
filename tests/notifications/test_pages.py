"""The ledger and Today as people and systems see them."""

import re
from datetime import timedelta

import pytest

from contracts.exchanges import (
    DelegateAnswered,
    DelegateLapsed,
    VisitEnded,
    VisitReady,
    VisitStarted,
)
from contracts.notifications import DeliveryRedriven, TaskDone, TaskRaised, TaskReopened
from contracts.vocabulary import DelegateAnswer, DeliveryState, VisitState
from services.chassis import clock, history
from services.chassis.database import Sessions
from services.notifications.deliveries.model import Delivery
from services.notifications.today.model import Task, TaskKind
from tests.notifications.builders import NOON
from tests.notifications.conftest import SignIn, fail_the_first, rows
from tests.notifications.events import (
    MAREK,
    OLENA,
    Story,
    cancelled,
    committed,
    drafted,
    invited,
    marek,
    of_visit,
    opened,
    person,
    session_planned,
)

LEDGER = "/notifications/deliveries"
TODAY = "/notifications/today"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


async def two_invitations(story: Story) -> None:
    await story.tell(person(), marek(), opened(), session_planned(1), session_planned(2))
    await story.tell(invited(OLENA), invited(MAREK))


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


class TestLedger:
    async def test_shows_names_and_addresses_to_the_own_association(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA", "back_office")

        page = await lesia.get(LEDGER)

        assert page.status_code == 200
        assert "Олена Коваленко" in page.text
        assert "olena@example.org" in page.text
        assert page.text.index("Marek Nowak") < page.text.index("Олена Коваленко")

    async def test_shows_the_other_side_that_somebody_was_told_but_not_whom(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        zuzana = await sign_in("SK")

        page = await zuzana.get(LEDGER)
        answer = await zuzana.get("/notifications/v1/deliveries")

        assert "EX-2027-031" in page.text
        assert "example.org" not in page.text
        assert "Коваленко" not in page.text
        assert {item["address"] for item in answer.json()["items"]} == {None}

    @pytest.mark.parametrize("search", ["коваленко", "Kovalenko", "olena@", "OLENA@EXAMPLE.ORG"])
    async def test_n09_finds_a_person_however_it_is_written(
        self, story: Story, sign_in: SignIn, search: str
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA")

        page = await lesia.get(LEDGER, params={"search": search})

        assert "olena@example.org" in page.text
        assert "marek@example.org" not in page.text

    async def test_filters_by_state_and_kind(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        await fail_the_first(sessions)
        lesia = await sign_in("UA")

        failed = await lesia.get(LEDGER, params={"state": "dead", "template": "invitation"})
        none = await lesia.get(LEDGER, params={"template": "visit_agreed"})

        assert "olena@example.org" in failed.text
        assert "marek@example.org" not in failed.text
        assert "No message fits this filter" in none.text

    async def test_pages_through_all_without_hole_or_double(
        self, story: Story, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        lesia = await sign_in("UA")

        first = (await lesia.get("/notifications/v1/deliveries", params={"size": 1})).json()
        second = (
            await lesia.get(
                "/notifications/v1/deliveries", params={"size": 1, "cursor": first["next"]}
            )
        ).json()

        assert [item["name"] for item in (*first["items"], *second["items"])] == [
            "Marek Nowak",
            "Олена Коваленко",
        ]
        assert second["next"] is None

    async def test_is_empty_in_words_at_first(self, sign_in: SignIn) -> None:
        lesia = await sign_in("UA")

        assert "No message has gone out yet" in (await lesia.get(LEDGER)).text

    async def test_is_not_for_analysts(self, sign_in: SignIn) -> None:
        analyst = await sign_in("UA", "analyst")

        assert (await analyst.get(LEDGER)).status_code == 403


class TestOneDelivery:
    async def test_shows_each_attempt_with_code_and_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")

        page = await lesia.get(f"{LEDGER}/{failed}")

        assert "550" in page.text
        assert "no such mailbox" in page.text
        assert "Send again" in page.text

    async def test_is_sent_again_with_a_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")
        csrf = csrf_of((await lesia.get(f"{LEDGER}/{failed}")).text)

        answer = await lesia.post(
            f"{LEDGER}/{failed}/resend", data={"csrf": csrf, "reason": "the mailbox was made"}
        )

        assert answer.status_code == 303
        async with sessions() as session:
            [*_, row] = await history.rows_of(session, str(failed))
            delivery = await session.get_one(Delivery, failed)
        event = history.event_of(row)
        assert isinstance(event, DeliveryRedriven)
        assert (event.reason, delivery.state) == ("the mailbox was made", DeliveryState.QUEUED)

    async def test_is_not_sent_again_without_a_reason(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        failed = await fail_the_first(sessions)
        lesia = await sign_in("UA")
        csrf = csrf_of((await lesia.get(f"{LEDGER}/{failed}")).text)

        answer = await lesia.post(f"{LEDGER}/{failed}/resend", data={"csrf": csrf, "reason": " "})

        assert answer.status_code == 422
        assert "Say why the message is to be sent again." in answer.text

    async def test_one_that_did_not_fail_is_not_sent_again(
        self, story: Story, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await two_invitations(story)
        [first, _] = await rows(sessions, Delivery)
        lesia = await sign_in("UA")
        lesia.headers["Accept"] = "application/json"

        answer = await lesia.put(
            f"/notifications/v1/deliveries/{first.id}/redrive", json={"reason": "again"}
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "TLK-N002")


async def tasks(sessions: Sessions) -> dict[tuple[TaskKind, str], str]:
    return {(t.kind, t.association): t.state.value for t in await rows(sessions, Task)}


class TestToday:
    async def test_nothing_waits_at_first(self, sign_in: SignIn) -> None:
        page = await (await sign_in("SK")).get(TODAY)

        assert "Nothing waits for you." in page.text

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

    async def test_sends_analysts_to_their_home(self, sign_in: SignIn) -> None:
        analyst = await sign_in("SK", "analyst")

        answer = await analyst.get(TODAY)

        assert (answer.status_code, answer.headers["location"]) == (303, "/analytics/")
