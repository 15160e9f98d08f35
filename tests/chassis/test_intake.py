"""Declarations over HTTP: each once, none lost, every fault named, nobody held up by others."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import column, insert, table, text

from contracts.declarations import ClusterDeclared
from contracts.envelope import BATCH, STRUCTURED
from contracts.event import uuid7
from contracts.released import example_text
from services.chassis import intake_door
from services.chassis.database import Sessions
from services.chassis.intake import Intake
from services.chassis.keys import READ
from services.chassis.reading import canonical
from services.chassis.settings import Settings
from tests.chassis.site import a_client, employ, issue, recorded

EVENTS = "/registry/v1/events"
LINES = "application/x-ndjson"
EXAMPLE: dict[str, Any] = json.loads(example_text(ClusterDeclared.type))


def declared(ref: str = "c-1", *, en: str = "A cluster", **attributes: Any) -> dict[str, Any]:
    """The golden example for another cluster; its English name says what the handler is to do."""
    data = EXAMPLE["data"] | {"ref": ref, "names": EXAMPLE["data"]["names"] | {"en": en}}
    known = {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "/erp",
        "type": ClusterDeclared.type,
        "time": "2026-11-01T08:00:00Z",
        "datacontenttype": "application/json",
        "data": data,
    }
    return {name: value for name, value in (known | attributes).items() if value is not ...}


def changed(**fields: Any) -> dict[str, Any]:
    """A declaration with some of its data changed."""
    sent = declared()
    return sent | {"data": sent["data"] | fields}


async def post(client: AsyncClient, body: Any, kind: str = STRUCTURED, **headers: str) -> Response:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return await client.post(EVENTS, content=content, headers={"Content-Type": kind} | headers)


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
        answer = await post(erp, _lines([declared("c-1"), declared("c-2")]), LINES)

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
            await _until_somebody_waits(sessions)

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
        assert await recorded(sessions) == ["c-1", "c-2"]

    async def test_names_the_fault_that_the_service_found(self, erp: AsyncClient) -> None:
        answer = await post(erp, declared(en="refuse"))

        assert (answer.status_code, answer.json()["detail"]) == (422, "please correct the name")
        assert answer.json()["errors"] == [
            {"pointer": "/data/names/en", "code": "TLK-D777", "text": "no"}
        ]


class TestFaults:
    async def test_names_every_fault_of_envelope_and_data_at_once(self, erp: AsyncClient) -> None:
        sent = changed(web=5, role="admin", staff_fte="12")
        sent |= {"specversion": "0.3", "id": "", "time": "yesterday"}

        answer = await post(erp, sent)

        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [
            "/specversion",
            "/id",
            "/time",
            "/data/web",
            "/data/staff_fte",
            "/data/role",
        ]

    async def test_says_them_in_the_language_of_the_caller(self, erp: AsyncClient) -> None:
        answer = await post(erp, changed(web=5), **{"Accept-Language": "uk, en;q=0.5"})

        [fault] = answer.json()["errors"]
        assert fault["text"] == "Вкажіть текст у лапках."

    @pytest.mark.parametrize("field", ["role", "id", "version", "subject", "time", "type"])
    async def test_a09_takes_no_extra_field(
        self, erp: AsyncClient, sessions: Sessions, field: str
    ) -> None:
        answer = await post(erp, changed(**{field: "admin"}))

        assert answer.status_code == 422
        assert (f"/data/{field}", "TLK-D002") in _places(answer)
        assert await recorded(sessions) == []

    async def test_a09_takes_no_extra_field_inside_a_value(self, erp: AsyncClient) -> None:
        seat = EXAMPLE["data"]["seat"] | {"owner": "x"}

        assert ("/data/seat/owner", "TLK-D002") in _places(await post(erp, changed(seat=seat)))

    @pytest.mark.parametrize("value", ["5", True, None, [5]])
    async def test_a18_coerces_nothing(self, erp: AsyncClient, value: object) -> None:
        answer = await post(erp, changed(staff_fte=value))

        assert _places(answer) == [("/data/staff_fte", "TLK-D003")]

    async def test_says_of_a_wrong_check_digit_what_is_wrong(self, erp: AsyncClient) -> None:
        wrong = EXAMPLE["data"]["legal_id"]["value"]
        wrong = wrong[:-1] + str((int(wrong[-1]) + 1) % 10)
        legal_id = EXAMPLE["data"]["legal_id"] | {"value": wrong}

        answer = await post(erp, changed(legal_id=legal_id))

        assert _places(answer) == [("/data/legal_id", "TLK-D010")]

    @pytest.mark.parametrize(
        ("attribute", "value"),
        [
            ("time", "1970-01-01T00:00:00Z"),
            ("time", "9999-12-31T23:59:59Z"),
            ("time", "2026-11-01T08:00:00"),
            ("time", "2016-12-31T23:59:60Z"),
            ("time", "2026-02-30T08:00:00Z"),
            ("time", 1_800_000_000),
            ("specversion", "1.1"),
            ("specversion", ...),
            ("specversion", 1.0),
            ("type", "x" * 300),
            ("type", ...),
            ("type", "talka.registry.cluster.published.v1"),
            ("source", "javascript:alert(1)"),
            ("source", "JavaScript:alert(1)"),
            ("source", "data:text/html,x"),
            ("source", "x" * 300),
            ("source", "a\r\nb"),
            ("source", ...),
            ("id", "x" * 200),
            ("id", 5),
            ("id", ...),
            ("datacontenttype", "text/xml"),
            ("data_base64", "e30="),
            ("data", ...),
            ("data", []),
            ("data", "x"),
            ("Role", "admin"),
        ],
    )
    async def test_a31_checks_the_envelope(
        self, erp: AsyncClient, sessions: Sessions, attribute: str, value: Any
    ) -> None:
        answer = await post(erp, declared(**{attribute: value}))

        assert answer.status_code == 422
        assert f"/{attribute}" in [pointer for pointer, _ in _places(answer)]
        assert await recorded(sessions) == []

    async def test_a32_fetches_no_schema(self, erp: AsyncClient) -> None:
        answer = await post(erp, declared(dataschema="https://evil.example/schema.json"))

        assert _places(answer) == [("/dataschema", "TLK-D025")]

    async def test_takes_the_name_of_the_released_schema_and_foreign_extensions(
        self, erp: AsyncClient
    ) -> None:
        sent = declared(dataschema=f"urn:talka:schema:{ClusterDeclared.type}", partitionkey="x")

        assert (await post(erp, sent)).status_code == 202

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            ("{", STRUCTURED, 400),
            ("5", STRUCTURED, 400),
            ("{}", BATCH, 400),
            ('{"a": 1, "a": 2}', STRUCTURED, 400),
            (b"\xff\xfe{}", STRUCTURED, 415),
            ("word=x", "application/x-www-form-urlencoded", 415),
        ],
    )
    async def test_says_of_what_is_no_declaration_that_it_is_none(
        self, erp: AsyncClient, body: str | bytes, kind: str, status: int
    ) -> None:
        answer = await post(erp, body, kind)

        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


class TestWho:
    async def test_a02_takes_the_association_from_the_key(
        self, erp: AsyncClient, sessions: Sessions
    ) -> None:
        answer = await post(erp, declared(association="SK"))
        header = await post(erp, declared(), **{"association": "SK", "X-Association": "SK"})

        assert (answer.status_code, answer.json()["code"]) == (403, "TLK-D027")
        assert header.status_code == 202
        async with sessions() as session:
            found = await session.scalars(text("select association from history"))
            assert found.all() == ["UA"]

    async def test_a33_refuses_a_type_of_another_service(self, erp: AsyncClient) -> None:
        answer = await post(erp, declared(type="talka.exchanges.attendance.declared.v1"))

        assert (answer.status_code, answer.json()["code"]) == (403, "TLK-D028")
        assert "/exchanges/v1/events" in answer.json()["detail"]

    async def test_refuses_who_says_nothing_of_himself(self, anybody: AsyncClient) -> None:
        assert (await post(anybody, declared())).status_code == 401

    async def test_refuses_a_key_without_the_scope(self, site: FastAPI, sessions: Sessions) -> None:
        key = await issue(sessions, scopes=[READ])
        async with a_client(site, Authorization=f"Bearer {key.secret}") as client:
            answer = await post(client, declared())

        assert answer.status_code == 403

    async def test_a07_refuses_a_coordinator(self, site: FastAPI, sessions: Sessions) -> None:
        staff_id = await employ(sessions, roles=["coordinator"])
        async with a_client(site) as client:
            await client.post(f"/registry/signin/as/{staff_id}")
            answer = await post(client, declared())

        assert answer.status_code == 403

    async def test_takes_what_a_person_of_the_back_office_posts(self, taras: AsyncClient) -> None:
        assert (await post(taras, declared())).status_code == 202


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


async def _until_somebody_waits(sessions: Sessions) -> None:
    blocked = text("select count(*) from pg_locks where not granted")
    async with asyncio.timeout(10), sessions() as session:
        while True:
            if await session.scalar(blocked):
                return
            await asyncio.sleep(0.01)


async def _nothing(*_: object) -> list[Any]:
    return []


def _lines(declarations: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in declarations)


def _places(answer: Response) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


class TestBudget:
    """P-08: so many declarations a second for each association; the answer says what is left."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"intake_at_once": 3, "intake_a_second": 1})

    async def test_p08_is_in_every_answer(self, erp: AsyncClient) -> None:
        taken = await post(erp, declared("c-1"))
        refused = await post(erp, "{")

        assert taken.headers["ratelimit-policy"] == '"declarations";q=3;w=3'
        assert taken.headers["ratelimit"].startswith('"declarations";r=2;t=')
        assert (refused.status_code, refused.headers["ratelimit"][:20]) == (
            400,
            '"declarations";r=1;t',
        )

    async def test_p08_counts_declarations_and_refuses_when_it_is_overdrawn(
        self,
        erp: AsyncClient,
        site: FastAPI,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(intake_door, "PATIENCE_SECONDS", 0.0)
        whole = await post(erp, [declared(f"c-{n}") for n in range(6)], BATCH)
        after = await post(erp, declared("c-9"))
        other = await issue(sessions, of="PL")
        async with a_client(site, Authorization=f"Bearer {other.secret}") as neighbour:
            beside = await post(neighbour, declared("c-1"))

        assert (whole.status_code, whole.headers["ratelimit"][:18]) == (
            202,
            '"declarations";r=0',
        )
        assert (after.status_code, after.json()["code"]) == (429, "TLK-E429")
        assert int(after.headers["retry-after"]) in {3, 4}
        assert beside.status_code == 202

    async def test_p08_lets_who_comes_a_little_early_wait(
        self, erp: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake_door, "PATIENCE_SECONDS", 5.0)
        answers = [await post(erp, declared(f"c-{n}")) for n in range(4)]

        assert {answer.status_code for answer in answers} == {202}
