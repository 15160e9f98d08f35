import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from services.chassis.database import Sessions
from services.chassis.keys import DECLARE, READ
from services.registry.imports.model import Habit, Import
from services.registry.imports.work import Workshop, work_once
from tests.chassis.site import issue
from tests.registry.import_room import EXPECTED, HEADER, SMOK, memberships
from tests.registry.imports import DATA, a_csv

IMPORTS = "/registry/v1/imports"


async def a_system(app: FastAPI, sessions: Sessions, *scopes: str) -> AsyncClient:
    """A program with a key of the Polish back office."""
    made = await issue(sessions, of="PL", scopes=scopes)
    headers = {"Authorization": f"Bearer {made.secret}", "Accept-Language": "en"}
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://test", headers=headers)


@pytest.fixture
async def crm(
    app: FastAPI,
    sessions: Sessions,
    workshop: Workshop,  # noqa: ARG001 - its register
) -> AsyncIterator[AsyncClient]:
    async with await a_system(app, sessions, DECLARE) as client:
        yield client


async def upload(crm: AsyncClient, body: bytes, name: str = "lista.csv") -> dict[str, Any]:
    answer = await crm.post(IMPORTS, files={"file": (name, body)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def said(crm: AsyncClient, number: str, act: str, **body: Any) -> dict[str, Any]:
    answer = await crm.post(f"{IMPORTS}/{number}/{act}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def judged(crm: AsyncClient, workshop: Workshop, body: bytes) -> str:
    number: str = (await upload(crm, body))["number"]
    await work_once(workshop)
    await said(crm, number, "columns")
    await work_once(workshop)
    return number


class TestWithAKey:
    async def test_r19_a_program_takes_the_same_five_steps(
        self, crm: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        number = await judged(crm, workshop, (DATA / EXPECTED["file"]).read_bytes())
        waiting = (await crm.get(f"{IMPORTS}/{number}")).json()
        assert waiting["unread"] == ["Branża", "Uwagi"]
        assert {"left", *waiting["matched"]} < set(waiting["fields"])
        told = [waiting[name] for name in ("state", "new", "changed", "skipped", "bad")]
        assert told == ["waiting", 111, 0, 0, 29]
        assert await memberships(sessions) == 0

        refused = await crm.post(f"{IMPORTS}/{number}/confirmation", json={})
        assert refused.json()["code"] == "TLK-R124"
        await said(crm, number, "confirmation", only_good=True)
        await work_once(workshop)

        done = (await crm.get(f"{IMPORTS}/{number}")).json()
        assert (done["state"], done["new"], done["bad"]) == ("done", 111, 29)
        assert await memberships(sessions) == 111
        listed = (await crm.get(IMPORTS, params={"state": "done"})).json()["items"]
        assert [each["number"] for each in listed] == [number]

    async def test_r19_the_bad_rows_are_as_many_in_the_list_and_in_the_file(
        self, crm: AsyncClient, workshop: Workshop
    ) -> None:
        number = await judged(crm, workshop, (DATA / EXPECTED["file"]).read_bytes())

        listed = (await crm.get(f"{IMPORTS}/{number}/bad-rows", params={"limit": 200})).json()
        book = (await crm.get(f"{IMPORTS}/{number}/bad-rows.xlsx")).content

        assert len(listed["items"]) == EXPECTED["error_rows"]
        assert all(each["text"] for row in listed["items"] for each in row["faults"])
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
        assert len(sheet.to_python()) == 1 + EXPECTED["error_rows"]

    async def test_r19_a_program_confirms_the_rows_that_it_saw(
        self, crm: AsyncClient, workshop: Workshop
    ) -> None:
        number = await judged(crm, workshop, a_csv(HEADER, SMOK))
        seen = (await crm.get(f"{IMPORTS}/{number}")).json()["lock"]

        stale = await crm.post(f"{IMPORTS}/{number}/confirmation", json={"lock": seen - 1})
        saved = await said(crm, number, "confirmation", lock=seen)

        assert (stale.status_code, stale.json()["code"]) == (409, "TLK-R133")
        assert saved["state"] == "saving"

    async def test_r19_what_a_program_saved_it_takes_back(
        self, crm: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        number = await judged(crm, workshop, a_csv(HEADER, SMOK))
        await said(crm, number, "confirmation")
        await work_once(workshop)

        await said(crm, number, "undoing", reason="the wrong list")
        await work_once(workshop)

        undone = (await crm.get(f"{IMPORTS}/{number}")).json()
        assert [undone[name] for name in ("state", "taken_back", "kept")] == ["undone", 1, 0]
        assert (await crm.get(f"{IMPORTS}/{number}/kept-rows")).json()["items"] == []
        [gone] = (await crm.get(f"{IMPORTS}/{number}/skipped-rows")).json()["items"]
        assert (gone["row"], gone["skipped"]) == (2, "It was taken back.")
        assert await memberships(sessions) == 0

    async def test_r19_the_same_file_is_told_and_taken_again_when_it_is_over(
        self, crm: AsyncClient, workshop: Workshop
    ) -> None:
        number = await judged(crm, workshop, a_csv(HEADER, SMOK))
        same = await crm.post(IMPORTS, files={"file": ("inna.csv", a_csv(HEADER, SMOK))})
        early = await crm.post(f"{IMPORTS}/{number}/again")
        await said(crm, number, "cancellation")

        again = await crm.post(f"{IMPORTS}/{number}/again")

        assert (same.status_code, same.json()["file_name"]) == (200, "lista.csv")
        assert early.json()["code"] == "TLK-R122"
        assert again.status_code == 201
        assert again.json()["number"] != number

    async def test_r19_columns_and_reading_can_be_chosen(
        self, crm: AsyncClient, workshop: Workshop
    ) -> None:
        odd = ["Gdzie", "Kto", "Numer", "Kiedy"]
        number = (await upload(crm, a_csv(odd, SMOK)))["number"]
        await work_once(workshop)

        await said(crm, number, "reading", encoding="cp1250", separator=";")
        await work_once(workshop)
        missing = await crm.post(f"{IMPORTS}/{number}/columns", json={})
        matched = {"cluster": 0, "name": 1, "pl_nip": 2, "joined": 3}
        await said(crm, number, "columns", matched=matched)
        await work_once(workshop)

        assert missing.status_code == 422
        assert {each["pointer"] for each in missing.json()["errors"]} >= {"/match/cluster"}
        found = (await crm.get(f"{IMPORTS}/{number}")).json()
        assert (found["encoding"], found["state"], found["new"]) == ("cp1250", "waiting", 1)

    async def test_r19_names_that_no_field_has_are_not_remembered(
        self, crm: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        number = (await upload(crm, a_csv(HEADER, SMOK)))["number"]
        await work_once(workshop)
        matched = {"cluster": 0, "name": 1, "pl_nip": 2, "joined": 3}

        await said(crm, number, "columns", matched={**matched, "shoe_size": 1})

        async with sessions() as session:
            assert await session.scalar(select(Habit.matched)) == matched
            assert await session.scalar(select(Import.matched)) == matched

    async def test_r19_a_file_is_asked_for_and_a_hostile_one_refused(
        self, crm: AsyncClient
    ) -> None:
        none = await crm.post(IMPORTS)
        picture = await crm.post(IMPORTS, files={"file": ("a.xlsx", b"\x89PNG\r\n\x1a\n" * 9)})

        assert none.json()["errors"][0]["pointer"] == "/file"
        assert picture.status_code == 422
        assert "This is no spreadsheet" in picture.text

    async def test_r19_a_key_that_only_reads_imports_nothing(
        self, app: FastAPI, sessions: Sessions
    ) -> None:
        async with await a_system(app, sessions, READ) as reader:
            answer = await reader.post(IMPORTS, files={"file": ("a.csv", b"a;b")})

        assert answer.status_code == 403
        assert DECLARE in answer.text
