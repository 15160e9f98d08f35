"""Declarations over HTTP: each once, none lost, every fault named, nobody held up by others."""

import asyncio
import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import column, insert, table, text

from contracts.declarations import ClusterDeclared
from contracts.envelope import BATCH
from contracts.event import uuid7
from services.chassis.database import Sessions
from services.chassis.intake import Intake
from services.chassis.reading import canonical
from tests.chassis.declarations import EVENTS, LINES, changed, declared, lines_of, post
from tests.chassis.site import a_client, issue, recorded
from tests.waiting import until_somebody_waits


class TestModes:
    async def test_takes_one_in_structured_mode(self, erp: AsyncClient, sessions: Sessions) -> None:
        sent = declared("c-7")

        answer = await post(erp, sent)

        assert answer.status_code == 202
        taken = answer.json()
        assert (taken["id"], taken["status"], len(taken["events"])) == (sent["id"], "accepted", 1)
        assert await recorded(sessions) == ["c-7"]

    async def test_takes_one_in_binary_mode(self, erp: AsyncClient, sessions: Sessions) -> None:
        sent = declared("c-7")
        names = ("specversion", "id", "source", "type", "time")
        headers = {f"ce-{name}": sent[name] for name in names}

        answer = await post(erp, sent["data"], "application/json", **headers)

        assert answer.status_code == 202
        assert await recorded(sessions) == ["c-7"]

    @pytest.mark.parametrize("kind", [BATCH, "application/json"])
    async def test_takes_a_batch_in_its_order(
        self, erp: AsyncClient, sessions: Sessions, kind: str
    ) -> None:
        answer = await post(erp, [declared("c-2"), declared("c-1"), declared("c-3")], kind)

        assert answer.status_code == 202
        assert (answer.json()["accepted"], answer.json()["refused"]) == (3, 0)
        assert await recorded(sessions) == ["c-2", "c-1", "c-3"]

    async def test_takes_one_a_line(self, erp: AsyncClient, sessions: Sessions) -> None:
        answer = await post(erp, lines_of([declared("c-1"), declared("c-2")]), LINES)

        assert [item["line"] for item in answer.json()["items"]] == [1, 2]
        assert await recorded(sessions) == ["c-1", "c-2"]

    async def test_names_the_declaration_as_the_cause_of_its_events(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        sent = declared()

        await post(erp, sent)

        async with sessions() as session:
            row = (await session.execute(text("select * from history"))).one()
        assert (row.causation_id, row.correlation_id) == (sent["id"], sent["id"])
        assert row.actor.startswith("key:")

    async def test_checks_without_taking(self, erp: AsyncClient, sessions: Sessions) -> None:
        body = json.dumps([declared(), changed(web=5)])

        answer = await erp.post(
            EVENTS + "?check=only", content=body, headers={"Content-Type": BATCH}
        )

        assert [item["status"] for item in answer.json()["items"]] == ["checked", "refused"]
        assert await recorded(sessions) == []

    @pytest.mark.parametrize("query", ["check=yes", "check", "checked=only", "check=only&check="])
    async def test_r17_takes_nothing_when_it_is_not_clear_whether_it_is_to(
        self, erp: AsyncClient, sessions: Sessions, query: str
    ) -> None:
        answer = await erp.post(f"{EVENTS}?{query}", json=declared())

        assert (answer.status_code, "check=only" in answer.json()["detail"]) == (400, True)
        assert await recorded(sessions) == []


class TestOnce:
    async def test_gives_the_same_answer_to_the_same_id_and_data(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        sent = declared()
        first = await post(erp, sent)

        again = await post(erp, dict(reversed(sent.items())))

        assert (again.status_code, again.json()) == (202, first.json())
        assert await recorded(sessions) == ["c-1"]

    async def test_refuses_the_same_id_with_other_data(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        sent = declared()
        await post(erp, sent)

        answer = await post(erp, declared("c-2", id=sent["id"]))

        assert (answer.status_code, answer.json()["code"]) == (409, "TLK-D029")
        assert await recorded(sessions) == ["c-1"]

    async def test_lets_each_source_and_association_count_for_itself(
        self, site: FastAPI, erp: AsyncClient, sessions: Sessions
    ) -> None:
        key = await issue(sessions, of="SK")
        await post(erp, declared("c-1", id="1"))
        await post(erp, declared("c-2", id="1", source="/crm"))
        async with a_client(site, Authorization=f"Bearer {key.secret}") as other:
            answer = await post(other, declared("c-3", id="1"))

        assert answer.status_code == 202
        assert await recorded(sessions) == ["c-1", "c-2", "c-3"]

    async def test_takes_one_of_many_at_once(self, erp: AsyncClient, sessions: Sessions) -> None:
        sent = declared()

        answers = await asyncio.gather(*(post(erp, sent) for _ in range(50)))

        assert {answer.text for answer in answers} == {answers[0].text}
        assert await recorded(sessions) == ["c-1"]

    async def test_takes_one_that_stands_twice_in_a_batch(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        sent = declared()

        answer = await post(
            erp, [sent, declared("c-2"), sent, declared("c-3", id=sent["id"])], BATCH
        )

        items = answer.json()["items"]
        assert items[0]["events"] == items[2]["events"]
        assert (items[3]["status"], items[3]["http_status"]) == ("refused", 409)
        assert await recorded(sessions) == ["c-1", "c-2"]

    async def test_two_processes_take_it_once(self, erp: AsyncClient, sessions: Sessions) -> None:
        """Another process takes it after we looked, and commits before we do."""
        sent = declared()
        theirs = uuid7()
        async with sessions.begin() as session:
            row = _row_of(sent, events=[theirs])
            await session.execute(insert(table("intake", *map(column, row))).values(row))
            ours = asyncio.create_task(post(erp, sent))
            await until_somebody_waits(sessions)

        answer = await ours

        assert answer.json()["events"] == [str(theirs)]
        assert await recorded(sessions) == []

    async def test_a_refused_one_may_be_corrected_under_its_id(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        sent = declared(en="refuse")
        assert (await post(erp, sent)).status_code == 422

        answer = await post(erp, declared("c-9", id=sent["id"]))

        assert answer.status_code == 202
        assert await recorded(sessions) == ["c-9"]


class TestNeighbours:
    @pytest.mark.parametrize(("word", "status"), [("refuse", 422), ("bug", 500), ("database", 500)])
    async def test_one_that_fails_holds_up_nobody(
        self, erp: AsyncClient, sessions: Sessions, word: str, status: int
    ) -> None:
        batch = [declared("c-1"), declared("c-2", en=word), declared("c-3")]

        answer = await post(erp, batch, BATCH)

        assert answer.status_code == 207
        items = answer.json()["items"]
        assert [item["status"] for item in items] == ["accepted", "refused", "accepted"]
        assert items[1]["http_status"] == status
        assert await recorded(sessions) == ["c-1", "c-3"]

    async def test_requests_side_by_side_get_their_own_answers(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        words = ["A", "refuse", "B", "database", "C"] * 4
        sent = [declared(f"c-{n}", en=word) for n, word in enumerate(words)]

        answers = await asyncio.gather(*(post(erp, each) for each in sent))

        expected = {"refuse": 422, "database": 500}
        assert [a.status_code for a in answers] == [expected.get(word, 202) for word in words]
        assert len(await recorded(sessions)) == 12

    async def test_a_broken_line_leaves_the_others(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        lines = [json.dumps(declared("c-1")), "", "{broken", json.dumps(declared("c-2"))]

        answer = await post(erp, "\n".join(lines), LINES)

        assert answer.status_code == 207
        assert [(item["line"], item["status"]) for item in answer.json()["items"]] == [
            (1, "accepted"),
            (3, "refused"),
            (4, "accepted"),
        ]
        assert answer.json()["items"][1]["detail"] == (
            "This is no JSON: it breaks off in line 3 at column 2."
        )
        assert await recorded(sessions) == ["c-1", "c-2"]

    async def test_says_that_a_body_is_empty(self, erp: AsyncClient) -> None:
        answer = await post(erp, b"")

        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            "The body is empty: send JSON.",
        )

    async def test_names_the_fault_that_the_service_found(self, erp: AsyncClient) -> None:
        answer = await post(erp, declared(en="refuse"))

        assert (answer.status_code, answer.json()["detail"]) == (422, "Please correct the name.")
        assert answer.json()["errors"] == [
            {"pointer": "/data/names/en", "code": "TLK-D777", "text": "No."}
        ]


class TestRegistration:
    def test_refuses_a_class_of_another_service(self) -> None:
        with pytest.raises(ValueError, match="not taken by exchanges"):
            Intake("exchanges").on(ClusterDeclared)(_nothing)

    def test_refuses_a_class_twice(self) -> None:
        intake = Intake("registry")
        intake.on(ClusterDeclared)(_nothing)

        with pytest.raises(ValueError, match="already takes"):
            intake.on(ClusterDeclared)(_nothing)


def _row_of(sent: dict[str, Any], *, events: list[UUID]) -> dict[str, Any]:
    digest = hashlib.sha256(sent["type"].encode() + b"\0" + canonical(sent["data"])).digest()
    return {
        "association": "UA",
        "source": sent["source"],
        "id": sent["id"],
        "type": sent["type"],
        "digest": digest,
        "actor": "key:another",
        "events": events,
    }


async def _nothing(*_: object) -> list[Any]:
    return []
