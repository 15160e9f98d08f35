"""The acts on a visit as pages: what they ask, what they say beforehand, and what they refuse."""

import pytest
from aiokafka.errors import KafkaError
from fastapi import FastAPI
from httpx import AsyncClient, Response

from contracts import exchanges as facts
from contracts.event import uuid7
from contracts.vocabulary import VisitState
from services.chassis import clock
from services.chassis.database import Sessions
from services.exchanges.visits.commands import holding
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DAY, NOON, a_plan
from tests.exchanges.pages import a_person, a_row, get, hidden, of, send
from tests.exchanges.stories import (
    TARAS,
    ZUZANA,
    committed,
    drafted,
    facts_of,
    in_state,
    invited,
    planned,
    stated,
    under_way,
)

ANSWER_BY = {"reply_by_at": "2027-03-06", "reply_time": "17:00", "funded": "yes"}

pytestmark = pytest.mark.usefixtures("copies")


class TestInvite:
    async def test_asks_four_people_at_once(self, taras: AsyncClient, visit: Visit) -> None:
        people: dict[str, str] = {}
        for row in range(4):
            people |= a_person(f"people/{row}/", f"p{row}@example.org")

        answer = await send(taras, of(visit, "/invite"), people | ANSWER_BY)

        assert answer.headers["location"] == of(visit)
        page = await get(taras, of(visit))
        assert page.text.count("until 6 Mar 2027, 16:00 CET") == 4  # 17:00 in Kyiv

    async def test_p03_says_that_invitations_wait_while_kafka_is_away(
        self, app: FastAPI, taras: AsyncClient, visit: Visit
    ) -> None:
        form = a_person("people/0/", "oksana@example.org") | ANSWER_BY
        with pytest.raises(KafkaError):  # nothing listens there
            await app.state.relay.run()

        await send(taras, of(visit, "/invite"), form)

        said = (await get(taras, of(visit))).text
        assert "The invitations are saved, and go out as soon as messages can leave again" in said
        assert "on their way" not in said

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"people/0/mail": "oksana@"}, ("people/0/mail", "Give a mail address")),
            ({"people/0/names": ""}, ("people/0/names", "missing")),
            ({"reply_by_at": ""}, ("reply_by_at", "missing")),
            ({"reply_by_at": "2027-02-01"}, ("reply_by_at", "passed already")),
            ({"reply_by_at": "2027-03-17"}, ("reply_by_at", "before the first session")),
            ({"people/0/names": "", "people/0/mail": ""}, ("people/0/names", "at least one")),
            ({"people/0/mail": "lena@example.org"}, ("people/0/mail", "in this visit already")),
        ],
    )
    async def test_names_the_field_and_keeps_the_words(
        self,
        taras: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        wrong: dict[str, str],
        told: tuple[str, str],
    ) -> None:
        field, text = told
        await invited(sessions, visit, "lena@example.org")
        form = {
            **a_person("people/0/", "oksana@example.org"),
            "reply_by_at": "2027-03-06",
            "reply_time": "16:45",
        }

        page = await send(taras, of(visit, "/invite"), form | wrong)

        assert page.status_code in (409, 422)
        error = page.text.partition(f'id="f-{field.replace("/", "-")}-error"')[2][:200]
        assert text in error
        assert 'value="16:45"' in page.text

    async def test_withdraws_one_person(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        oksana, _ = await invited(sessions, visit, "oksana@example.org", "lena@example.org")
        address = of(visit, f"/delegates/{oksana}/withdraw")

        page = await get(zuzana, address)
        answer = await send(zuzana, address, {"reason": ""})

        [withdrawn] = (
            each
            for each in await facts_of(sessions, visit.id)
            if isinstance(each, facts.DelegateWithdrawn)
        )
        assert withdrawn.reason is None  # none that nobody chose
        assert "1 other person stays on the visit and gets nothing." in page.text
        assert answer.headers["location"] == of(visit)
        assert "Withdrawn: oksana" in (await get(zuzana, of(visit))).text


class TestCommitment:
    async def test_begins_with_the_goals(self, zuzana: AsyncClient, visit: Visit) -> None:
        address = of(visit, "/commitment")

        empty = await send(zuzana, f"{address}/goals", {"goals": " "}, page=address)
        answer = await send(zuzana, f"{address}/goals", {"goals": "Two projects"}, page=address)

        assert empty.status_code == 422
        assert 'id="f-goals-error"' in empty.text
        assert answer.headers["location"] == address
        page = await get(zuzana, address)
        for text in ("Two projects", "Lviv Plastics Cluster", "Session of 16 March", "SHA-256"):
            assert text in page.text

    async def test_is_signed_for_the_own_association(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        commitment = await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))

        answer = await send(zuzana, address, fields)

        assert (fields["party"], fields["hash"]) == ("hop", commitment.hash)
        assert answer.headers["location"] == of(visit)
        assert (await stated(sessions, commitment.id))[-1] == "CommitmentSigned"
        assert "Sign the text" not in (await get(zuzana, address)).text

    async def test_h06_a_text_that_changed_is_shown_with_its_difference_and_not_signed(
        self, zuzana: AsyncClient, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        commitment = await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))
        await send(taras, f"{address}/goals", {"goals": "Three projects"}, page=address)

        page = await send(zuzana, address, fields)

        assert page.status_code == 409
        assert "<del>Two joint projects</del>" in page.text
        assert "<ins>Three projects</ins>" in page.text
        assert "CommitmentSigned" not in await stated(sessions, commitment.id)
        assert hidden(page)["hash"] != fields["hash"]

    async def test_h06_a_text_that_was_tampered_with_tells_no_difference(
        self, zuzana: AsyncClient, taras: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await drafted(sessions, visit)
        address = of(visit, "/commitment")
        fields = hidden(await get(zuzana, address))
        await send(taras, f"{address}/goals", {"goals": "Three projects"}, page=address)

        for shown in (fields["shown"].replace("Two", "Ten"), "{", "[]", '{"goals": {}}', ""):
            page = await send(zuzana, address, fields | {"shown": shown})
            assert (page.status_code, "<del>" in page.text) == (409, False)


class TestProgramme:
    async def test_takes_one_more_session(self, zuzana: AsyncClient, visit: Visit) -> None:
        form = {name.partition("/")[2].partition("/")[2]: v for name, v in a_row(0).items()}

        bad = await send(zuzana, of(visit, "/sessions/new"), form | {"ends": "07:00"})
        answer = await send(zuzana, of(visit, "/sessions/new"), form | {"title": "Dinner"})

        assert 'id="f-ends-error"' in bad.text
        assert answer.headers["location"] == of(visit)
        assert "Dinner" in (await get(zuzana, of(visit))).text

    async def test_lets_a_session_go_but_not_the_last(
        self, zuzana: AsyncClient, sessions: Sessions
    ) -> None:
        visit = await planned(sessions, a_plan(16), a_plan(17))
        first, second = (of(visit, f"/sessions/{s.id}/drop") for s in visit.programme)

        answer = await send(zuzana, first, {})
        last = await send(zuzana, second, {})

        assert answer.headers["location"] == of(visit)
        assert last.status_code == 422
        assert "A visit has at least one session" in last.text


class TestHolding:
    async def test_checks_in_who_is_ticked(
        self,
        zuzana: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        oksana, _ = await committed(sessions, visit, "oksana@example.org", "lena@example.org")
        async with sessions.begin() as session:
            await holding.mark_ready(session, TARAS, key=visit.number, at=NOON + DAY)
        address = of(visit, "/checkin")

        before = await get(zuzana, address)
        early = await send(zuzana, address, {"present": [str(oksana)]})
        monkeypatch.setattr(clock, "now", lambda: visit.programme[0].starts_at)
        nobody = await send(zuzana, address, {})
        answer = await send(zuzana, address, {"present": [str(oksana), str(uuid7())]})

        assert ("It opens on 16 Mar 2027" in before.text, "Who is here?" in before.text) == (
            True,
            False,
        )
        assert (early.status_code, "Check-in opens on" in early.text) == (409, True)
        assert (nobody.status_code, "Tick who is here." in nobody.text) == (422, True)
        assert answer.headers["location"] == of(visit)
        page = await get(zuzana, address)
        assert ("1 delegate is here already" in page.text, "lena" in page.text) == (True, True)

    async def test_keeps_the_attendance_of_a_session(
        self,
        zuzana: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        oksana, lena = await under_way(sessions, visit, "oksana@example.org", "lena@example.org")
        first = visit.programme[0]
        monkeypatch.setattr(clock, "now", lambda: first.ends_at)
        address = of(visit, f"/attendance?session={first.id}")

        page = await get(zuzana, address)
        too_long = await send(zuzana, address, {f"minutes/{oksana}": "500"})
        no_number = await send(zuzana, address, {f"minutes/{oksana}": "long"})
        answer = await send(zuzana, address, {f"minutes/{oksana}": "90", f"minutes/{lena}": ""})

        assert page.text.count('value="180"') == 2
        assert f'id="f-minutes-{oksana}-error"' in too_long.text
        assert 'value="500"' in too_long.text
        assert (no_number.status_code, "Give a whole number.<" in no_number.text) == (422, True)
        assert answer.headers["location"] == of(visit, "/attendance")
        [kept] = [
            event
            for event in await facts_of(sessions, visit.id)
            if event.type.endswith("attendance_recorded.v1")
        ]
        assert [each.minutes for each in kept.attended] == [90]  # type: ignore[attr-defined]
        overview = await get(zuzana, of(visit, "/attendance"))
        assert ("1 present" in overview.text, "has not begun" in overview.text) == (True, True)

    async def test_j01_takes_nobody_for_present_who_was_not_checked_in(
        self,
        zuzana: AsyncClient,
        sessions: Sessions,
        visit: Visit,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        oksana, _ = await committed(sessions, visit, "oksana@example.org", "lena@example.org")
        async with sessions.begin() as session:
            await holding.mark_ready(session, TARAS, key=visit.number, at=NOON + DAY)
        first = visit.programme[0]
        async with sessions.begin() as session:
            await holding.check_in(
                session,
                ZUZANA,
                key=visit.number,
                participant_ids=[oksana],
                at=first.starts_at,
            )
        monkeypatch.setattr(clock, "now", lambda: first.ends_at)

        page = await get(zuzana, of(visit, f"/attendance?session={first.id}"))

        assert page.text.count('value="180"') == 1

    async def test_begins_with_the_check_in(
        self, zuzana: AsyncClient, sessions: Sessions, visit: Visit
    ) -> None:
        await in_state(sessions, visit, VisitState.READY)

        answer: Response = await get(zuzana, of(visit, "/attendance"))

        assert answer.headers["location"] == of(visit, "/checkin")
