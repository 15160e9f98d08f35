"""The interface for programs: every act, its refusals as problem documents, its doors."""

from typing import Any

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from services.chassis.database import Sessions
from tests.exchanges.asking import VISITS, a_session, a_visit, person, problem_of
from tests.exchanges.builders import DEADLINE, a_plan
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import committed, planned

pytestmark = pytest.mark.usefixtures("copies")


class TestPlan:
    async def test_answers_with_the_visit(self, sign_in: SignIn) -> None:
        client = await sign_in("SK")

        answer = await client.post(VISITS, json=a_visit())

        assert answer.status_code == 201, answer.text
        visit = answer.json()
        assert answer.headers["Location"] == f"{VISITS}/EX-2027-001"
        assert (visit["number"], visit["state"]) == ("EX-2027-001", "building")
        assert [session["mode"] for session in visit["sessions"]] == [
            "on_site",
            "on_site",
            "online",
        ]
        assert visit["sessions"][0]["starts"] == {
            "wall": "2027-03-16T09:00:00",
            "zone": "Europe/Bratislava",
            "instant": "2027-03-16T08:00:00Z",
        }
        assert visit["host_name"] == "Nitra Plastics Cluster"

    async def test_done_twice_under_one_key_is_done_once(self, sign_in: SignIn) -> None:
        client = await sign_in("SK")
        key = {"Idempotency-Key": str(uuid7())}

        answers = [await client.post(VISITS, json=a_visit(), headers=key) for _ in range(2)]

        assert answers[0].json() == answers[1].json()
        assert len((await client.get(VISITS)).json()["items"]) == 1

    @pytest.mark.parametrize(
        ("broken", "pointer"),
        [
            ({"sessions": []}, "/sessions"),
            ({"sessions": [a_session(16, zone="Mars")]}, "/sessions/0/starts"),
            ({"sessions": [a_session(28, "02:30", "05:00")]}, "/sessions/0/starts"),
            ({"title": {"en": "two\nlines"}}, "/title/en"),
            ({"host_organisation_id": str(uuid7())}, "/host_organisation_id"),
            ({"host_contact": person("no mail")}, "/host_contact/mail"),
            ({"colour": "red"}, "/colour"),
        ],
    )
    async def test_names_what_is_wrong(
        self, sign_in: SignIn, broken: dict[str, Any], pointer: str
    ) -> None:
        client = await sign_in("SK")

        problem = problem_of(await client.post(VISITS, json=a_visit(**broken)), 422)

        assert pointer in [error["pointer"] for error in problem["errors"]]

    async def test_is_for_coordinators(self, sign_in: SignIn) -> None:
        client = await sign_in("SK", roles=("analyst",))

        problem = problem_of(await client.post(VISITS, json=a_visit()), 403)

        assert "coordinator of SK, UA" in problem["detail"]

    async def test_is_for_people_who_are_signed_in(self, outside: AsyncClient) -> None:
        problem_of(await outside.post(VISITS, json=a_visit()), 401)


class TestActs:
    async def test_a_whole_visit(self, sign_in: SignIn) -> None:
        sk, ua = await sign_in("SK"), await sign_in("UA")
        number = (await sk.post(VISITS, json=a_visit())).json()["number"]
        here = f"{VISITS}/{number}"

        added = await sk.post(f"{here}/sessions", json=a_session(17, "14:00", "16:00"))
        last = added.json()["sessions"][2]["id"]
        dropped = await sk.delete(f"{here}/sessions/{last}")
        invited = await sk.post(
            f"{here}/delegates",
            json={"people": [person("o@example.org")], "reply_by_at": DEADLINE.isoformat()},
        )
        withdrawn = await ua.delete(
            f"{here}/delegates/{invited.json()['delegates'][0]['participant_id']}"
        )
        drafted = await ua.put(f"{here}/commitment", json={"goals": {"en": "Two projects"}})
        shown_hash = drafted.json()["commitment"]["hash"]
        signed_by_host = await sk.post(
            f"{here}/signatures", json={"party": "hop", "hash": shown_hash}
        )
        cancelled = await ua.put(f"{here}/cancellation", json={"reason": "party"})

        assert [len(a.json()["sessions"]) for a in (added, dropped)] == [4, 3]
        assert invited.json()["delegates"][0]["name"] == "Олена Бондар"
        assert withdrawn.json()["delegates"][0]["state"] == "withdrawn"
        assert [s["party"] for s in signed_by_host.json()["commitment"]["signatures"]] == ["hop"]
        assert cancelled.json()["state"] == "dissolved"
        facts = (await sk.get(f"{here}/history")).json()
        assert facts[0]["type"] == "talka.exchanges.visit.dissolved.v1"
        assert len(facts) == 13

    async def test_h06_signing_another_text_is_refused_and_says_what_changed(
        self, sign_in: SignIn
    ) -> None:
        sk = await sign_in("SK")
        here = f"{VISITS}/{(await sk.post(VISITS, json=a_visit())).json()['number']}"
        draft = await sk.put(f"{here}/commitment", json={"goals": {"en": "Two projects"}})
        await sk.post(f"{here}/sessions", json=a_session(17, "14:00", "16:00"))

        problem = problem_of(
            await sk.post(
                f"{here}/signatures",
                json={"party": "hop", "hash": draft.json()["commitment"]["hash"]},
            ),
            409,
        )

        assert problem["code"] == "TLK-X051"
        assert "“Programme”" in problem["detail"]

    async def test_x11_a_move_says_before_what_it_means_and_does_it(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        [oksana] = await committed(sessions, visit)
        sk = await sign_in("SK")
        moves = {
            "moves": [
                {
                    "session_id": str(visit.programme[1].id),
                    "starts": "2027-03-17T14:00:00",
                    "ends": "2027-03-17T17:00:00",
                }
            ]
        }

        preview = await sk.post(f"{VISITS}/{visit.number}/moves/preview", json=moves)
        unsaid = await sk.post(f"{VISITS}/{visit.number}/moves", json=moves)
        moved = await sk.post(f"{VISITS}/{visit.number}/moves", json=moves | {"reason": "party"})

        assert [each["pointer"] for each in unsaid.json()["errors"]] == ["/reason"]
        assert preview.json()["concerned"] == [str(oksana)]
        assert preview.json()["signatures_reopened"] == ["vo", "ho"]
        assert preview.json()["signatures_kept"] == ["vop", "hop"]
        assert (moved.json()["state"], moved.json()["id"]) == ("rescheduling", str(visit.id))

    async def test_readiness_arrivals_and_attendance_are_refused_in_words(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        [oksana] = await committed(sessions, visit)
        sk, ua = await sign_in("SK"), await sign_in("UA")
        here = f"{VISITS}/{visit.number}"
        session_id = visit.programme[0].id

        ready = await ua.put(f"{here}/readiness")
        early = await sk.post(f"{here}/arrivals", json={"participant_ids": [str(oksana)]})
        listed = await sk.put(
            f"{here}/sessions/{session_id}/attendance", json={"minutes": {str(oksana): 60}}
        )
        ended = await sk.put(f"{here}/end")

        assert ready.json()["state"] == "ready"
        assert "2027-03-16" in problem_of(early, 409)["detail"]
        assert "first check-in" in problem_of(listed, 409)["detail"]
        assert "under way" in problem_of(ended, 409)["detail"]


class TestList:
    async def numbers(self, client: AsyncClient, **query: Any) -> list[str]:
        answer = await client.get(VISITS, params=query)
        return [visit["number"] for visit in answer.json()["items"]]

    async def test_is_ordered_and_paged_by_first_day(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        for day in (18, 16, 17):
            await planned(sessions, a_plan(day))
        client = await sign_in("SK")

        first = (await client.get(VISITS, params={"limit": 2})).json()
        rest = (await client.get(VISITS, params={"limit": 2, "cursor": first["next"]})).json()

        numbers = [visit["number"] for visit in first["items"] + rest["items"]]
        assert numbers == ["EX-2027-002", "EX-2027-003", "EX-2027-001"]
        assert rest.get("next") is None

    async def test_is_filtered(self, sign_in: SignIn, sessions: Sessions) -> None:
        await planned(sessions, a_plan(16))
        client = await sign_in("SK")
        queries: list[tuple[dict[str, Any], bool]] = [
            ({}, True),
            ({"q": "nitra plastics"}, True),
            ({"q": "ex-2027"}, True),
            ({"q": "field"}, True),
            ({"q": "textile"}, False),
            ({"host": "SK", "guest": "UA"}, True),
            ({"host": "UA"}, False),
            ({"state": "building"}, True),
            ({"state": ["committed", "ready"]}, False),
            ({"since": "2027-03-16"}, True),
            ({"since": "2027-03-17"}, False),
            ({"mine": True}, False),
        ]

        for query, found in queries:
            assert (await self.numbers(client, **query) == ["EX-2027-001"]) is found, query

    async def test_mine_are_those_i_planned(self, sign_in: SignIn) -> None:
        client = await sign_in("SK")
        await client.post(VISITS, json=a_visit())

        assert await self.numbers(client, mine=True) == ["EX-2027-001"]


class TestClusters:
    async def test_are_found_whatever_the_spelling(self, sign_in: SignIn) -> None:
        client = await sign_in("SK")

        answer = await client.get("/exchanges/v1/clusters", params={"q": "ЛЬВІВ plastics"})

        assert [cluster["name_en"] for cluster in answer.json()] == ["Lviv Plastics Cluster"]
        assert answer.json()[0]["as_of"].startswith("2027-03-01")
        assert answer.json()[0]["completeness"] == 75
