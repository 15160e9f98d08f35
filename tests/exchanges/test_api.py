"""The interface for programs: every act, its refusals as problem documents, its doors."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from icalendar import Calendar

from contracts.event import uuid7
from services.chassis.database import Sessions
from services.chassis.staff import StaffCopy
from services.exchanges.visits.model import Visit
from tests.exchanges.builders import DEADLINE, LVIV_CLUSTER, NITRA, NITRA_CLUSTER, a_plan
from tests.exchanges.conftest import SignIn
from tests.exchanges.stories import committed, drafted, planned, the_copies

VISITS = "/exchanges/v1/visits"


@pytest.fixture(autouse=True)
async def copies(sessions: Sessions) -> None:
    await the_copies(sessions)


def person(mail: str) -> dict[str, Any]:
    return {
        "names": {"original": "Олена Бондар"},
        "mail": mail,
        "language": "uk",
        "zone": "Europe/Kyiv",
    }


def a_session(day: int, starts: str = "09:00", ends: str = "12:00", **more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Workshop"},
        "kind": "workshop",
        "mode": "on_site",
        "starts": f"2027-03-{day}T{starts}:00",
        "ends": f"2027-03-{day}T{ends}:00",
        "zone": "Europe/Bratislava",
        "place": NITRA.model_dump(mode="json", exclude_none=True),
    } | more


def a_visit(**more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Plastics for the field"},
        "visiting_organisation_id": str(LVIV_CLUSTER),
        "host_organisation_id": str(NITRA_CLUSTER),
        "visitor_contact": person("andrii@example.org"),
        "host_contact": person("martin@example.org"),
        "sessions": [
            a_session(16),
            a_session(17),
            a_session(18, mode="online", place=None),
        ],
    } | more


def problem_of(answer: Response, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    problem: dict[str, Any] = answer.json()
    assert problem["detail"]
    return problem


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

        assert "coordinator of SK or UA" in problem["detail"]

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
        assert "agenda" in problem["detail"]

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
        moved = await sk.post(f"{VISITS}/{visit.number}/moves", json=moves)

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


class TestCalendar:
    async def test_one_visit_is_a_file_with_a_tag(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        client = await sign_in("UA")
        address = f"/exchanges/visits/{visit.number}.ics"

        answer = await client.get(address)
        again = await client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert len(Calendar.from_ical(answer.text).walk("VEVENT")) == 3
        assert again.status_code == 304

    async def test_a_subscription_needs_no_cookie(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        await planned(sessions)
        client = await sign_in("UA")
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]

        feed = await outside.get(address)

        assert feed.status_code == 200, feed.text
        assert len(Calendar.from_ical(feed.text).walk("VEVENT")) == 3

    async def test_a_new_subscription_ends_the_old_one(
        self, sign_in: SignIn, outside: AsyncClient
    ) -> None:
        client = await sign_in("UA")
        old, new = [
            (await client.post("/exchanges/v1/subscriptions")).json()["address"] for _ in range(2)
        ]

        problem_of(await outside.get(old), 410)
        assert (await outside.get(new)).status_code == 200

    async def test_ends_with_the_role_of_who_subscribed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        staff_id = uuid7()
        client = await sign_in("UA", staff_id=staff_id)
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]
        await self._dismiss(sessions, staff_id)

        problem_of(await outside.get(address), 410)

    async def _dismiss(self, sessions: Sessions, staff_id: UUID) -> None:
        async with sessions.begin() as session:
            person = await session.get(StaffCopy, staff_id)
            assert person is not None
            person.dismissed = True

    async def test_h16_a_dual_use_visit_is_in_no_feed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        visit = await planned(sessions)
        async with sessions.begin() as session:
            (await session.get_one(Visit, visit.id)).dual_use = True
        client = await sign_in("UA")
        address = (await client.post("/exchanges/v1/subscriptions")).json()["address"]

        assert "VEVENT" not in (await outside.get(address)).text

    async def test_somebody_elses_link_is_no_calendar(self, outside: AsyncClient) -> None:
        problem_of(await outside.get(f"/exchanges/calendar/{'x' * 43}.ics"), 404)


class TestDoors:
    """Another association's visit is nowhere to be seen."""

    async def test_by_no_address(self, sign_in: SignIn, sessions: Sessions) -> None:
        visit = await planned(sessions)
        await drafted(sessions, visit)
        pl = await sign_in("PL")

        for key in (visit.number, str(visit.id)):
            for address in (f"{VISITS}/{key}", f"{VISITS}/{key}/history"):
                assert problem_of(await pl.get(address), 404)["code"] == "TLK-X001"
            answer = await pl.get(f"/exchanges/visits/{key}.ics")
            assert problem_of(answer, 404)["code"] == "TLK-X001"
        cancelled = await pl.put(f"{VISITS}/{visit.number}/cancellation", json={"reason": "party"})
        problem_of(cancelled, 404)

    async def test_in_no_list_and_no_feed(
        self, sign_in: SignIn, sessions: Sessions, outside: AsyncClient
    ) -> None:
        await planned(sessions)
        pl = await sign_in("PL")
        address = (await pl.post("/exchanges/v1/subscriptions")).json()["address"]

        assert (await pl.get(VISITS)).json()["items"] == []
        assert "VEVENT" not in (await outside.get(address)).text

    async def test_the_support_office_reads_it_without_names_and_decides_nothing(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        visit = await planned(sessions)
        await committed(sessions, visit)
        office = await sign_in("ECA", roles=("support_office",))

        answer = await office.get(f"{VISITS}/{visit.number}")
        refused = await office.put(
            f"{VISITS}/{visit.number}/cancellation", json={"reason": "party"}
        )

        assert answer.json()["delegates"][0]["name"] is None
        assert "@example.org" not in answer.text
        problem_of(refused, 403)
