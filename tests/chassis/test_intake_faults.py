"""What is wrong with a declaration, and who may not post one: every fault named, nothing stored."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from contracts.declarations import ClusterDeclared
from contracts.envelope import BATCH, STRUCTURED
from services.chassis.database import Sessions
from services.chassis.keys import READ
from tests.chassis.declarations import EXAMPLE, changed, declared, places, post
from tests.chassis.site import a_client, employ, issue, recorded


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
        assert (f"/data/{field}", "TLK-D002") in places(answer)
        assert await recorded(sessions) == []

    async def test_a09_takes_no_extra_field_inside_a_value(self, erp: AsyncClient) -> None:
        seat = EXAMPLE["data"]["seat"] | {"owner": "x"}

        assert ("/data/seat/owner", "TLK-D002") in places(await post(erp, changed(seat=seat)))

    @pytest.mark.parametrize("value", ["5", True, None, [5]])
    async def test_a18_coerces_nothing(self, erp: AsyncClient, value: object) -> None:
        answer = await post(erp, changed(staff_fte=value))

        assert places(answer) == [("/data/staff_fte", "TLK-D003")]

    async def test_says_of_a_wrong_check_digit_what_is_wrong(self, erp: AsyncClient) -> None:
        wrong = EXAMPLE["data"]["legal_id"]["value"]
        wrong = wrong[:-1] + str((int(wrong[-1]) + 1) % 10)
        legal_id = EXAMPLE["data"]["legal_id"] | {"value": wrong}

        answer = await post(erp, changed(legal_id=legal_id))

        assert places(answer) == [("/data/legal_id", "TLK-D010")]
        assert answer.json()["errors"][0]["values"] == {"scheme": legal_id["scheme"]}

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
        assert f"/{attribute}" in [pointer for pointer, _ in places(answer)]
        assert await recorded(sessions) == []

    async def test_a32_fetches_no_schema(self, erp: AsyncClient) -> None:
        answer = await post(erp, declared(dataschema="https://evil.example/schema.json"))

        assert places(answer) == [("/dataschema", "TLK-D025")]

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
