"""Imports on their pages: five steps, a file that came before, and what others see."""

import io

import pytest
from httpx import AsyncClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from services.chassis.database import Sessions
from services.registry.imports.child import MOST_COLUMNS
from services.registry.imports.model import Import
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import LESIA
from tests.registry.conftest import SignIn
from tests.registry.import_pages import IMPORTS, checked, chosen, upload
from tests.registry.import_room import EXPECTED, HEADER, SMOK, memberships
from tests.registry.imports import DATA, a_csv
from tests.registry.test_pages import get, send


class TestFiveSteps:
    async def test_r19_from_a_file_to_members(
        self, zofia: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        uploaded = await upload(zofia, (DATA / EXPECTED["file"]).read_bytes(), EXPECTED["file"])
        address = uploaded.headers["location"]
        assert "The file is being read." in (await get(zofia, address)).text
        await work_once(workshop)

        columns = await get(zofia, address)
        assert "8 of 11 matched" in columns.text
        unread = "2 columns are not read: Branża and Uwagi."
        assert f"{unread} Choose beside each what it holds" in columns.text
        taken = "they are saved as those of 31 December of the year before the upload."
        assert taken in columns.text
        await send(zofia, f"{address}/columns", address, **chosen(columns))
        await work_once(workshop)

        problems = await get(zofia, address)
        assert "29 rows need attention" in problems.text
        assert unread in problems.text
        assert taken in problems.text
        assert "Row 23 · " in problems.text
        confirm = await get(zofia, f"{address}?step=confirm")
        assert "Save 111 rows" in confirm.text
        assert unread in confirm.text
        assert taken in confirm.text
        assert await memberships(sessions) == 0
        await send(zofia, f"{address}/confirm", f"{address}?step=confirm", rows="good")
        await work_once(workshop)

        done = await get(zofia, address)
        assert "<dt>New</dt><dd>111</dd>" in done.text
        assert "<dt>With problems</dt><dd>29</dd>" in done.text
        assert "Undo this import" in done.text
        assert await memberships(sessions) == 111

    async def test_r19_a_refused_file_is_told_at_the_field(self, zofia: AsyncClient) -> None:
        answer = await upload(zofia, b"\x89PNG\r\n\x1a\n" + b"0" * 99)

        assert answer.status_code == 422
        assert "This is no spreadsheet" in answer.text

    async def test_r19_an_upload_may_be_larger_than_other_bodies(self, zofia: AsyncClient) -> None:
        rows = [[*SMOK[:1], f"Smok {n}", *SMOK[2:]] for n in range(9_000)]

        answer = await upload(zofia, a_csv(HEADER, *rows))

        assert answer.status_code == 303

    async def test_r19_rows_that_are_none_of_the_list_are_told_with_why(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        body = a_csv(["Członkowie 2026"], HEADER, SMOK, ["Razem", "1"], [], ["Sporządziła Zofia"])

        address = await checked(zofia, workshop, body)

        page = await get(zofia, address)
        assert "3 rows of the file are none of the list" in page.text
        assert "Sporządziła Zofia" in page.text
        assert "It sums up other rows." in page.text
        assert "Save 1 row" in page.text

    async def test_r19_a_field_without_a_column_is_asked_for(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        misspelt = [*HEADER[:3], "Dta przystapeinia"]
        address = (await upload(zofia, a_csv(misspelt, SMOK))).headers["location"]
        await work_once(workshop)

        page = await get(zofia, address)
        answer = await send(zofia, f"{address}/columns", address, **{"column/0": "cluster"})

        assert "Perhaps: Joined on" in page.text
        assert answer.status_code == 422
        assert "Name of the member: Choose the column with this" in answer.text
        assert "every row needs it. It may be “Dta przystapeinia”." in answer.text

    async def test_r19_people_without_a_column_of_consent_are_taken_once_it_is_stated(
        self, zofia: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        body = a_csv(["Imię i nazwisko", "E-mail"], ["Zofia Bajka", "zofia@example.org"])
        address = (await upload(zofia, body, kind="people")).headers["location"]
        await work_once(workshop)
        columns = {"column/0": "person", "column/1": "mail"}

        asked = await send(zofia, f"{address}/columns", address, **columns)
        await send(zofia, f"{address}/columns", address, **columns, consent=" 2027-01 ")
        await work_once(workshop)

        assert asked.status_code == 422
        assert "or state one version for the whole list" in asked.text
        async with sessions() as session:
            query = select(Import.consent, Import.new, Import.bad)
            assert (await session.execute(query)).one() == ("2027-01", 1, 0)

    async def test_r19_how_columns_were_matched_is_remembered(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        odd = ["Gdzie", "Kto", "Numer", "Kiedy"]
        address = (await upload(zofia, a_csv(odd, SMOK))).headers["location"]
        await work_once(workshop)
        matched = {"column/0": "cluster", "column/1": "name", "column/2": "pl_nip"}
        await send(zofia, f"{address}/columns", address, **matched, **{"column/3": "joined"})
        await work_once(workshop)

        again = (await upload(zofia, a_csv(odd, SMOK, SMOK))).headers["location"]
        await work_once(workshop)

        page = await get(zofia, again)
        assert chosen(page)["column/3"] == "joined"


class TestSameFile:
    async def test_r19_under_another_name_leads_to_its_import_and_says_so(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK))

        same = await upload(zofia, a_csv(HEADER, SMOK), "inna.csv")

        assert same.headers["location"] == address
        page = await get(zofia, address)
        assert "This file came already on " in page.text
        assert "under the name “lista.csv”." in page.text
        assert "nothing is read twice" in page.text
        assert "Import this file again" not in page.text

    async def test_r19_one_that_is_done_can_be_imported_again(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK))
        await send(zofia, f"{address}/confirm", address, rows="all")
        await work_once(workshop)
        await upload(zofia, a_csv(HEADER, SMOK), "inna.csv")
        assert "It can be imported again from here." in (await get(zofia, address)).text

        again = await send(zofia, f"{address}/again", address)
        twice = await send(zofia, f"{address}/again", address)

        assert again.headers["location"] != address
        assert twice.headers["location"] == again.headers["location"]
        await work_once(workshop)
        assert "Columns of the file" in (await get(zofia, again.headers["location"])).text


class TestOthers:
    async def test_r19_the_list_is_empty_at_first_and_says_how_to_begin(
        self, zofia: AsyncClient
    ) -> None:
        assert "Nothing imported yet" in (await get(zofia, IMPORTS)).text

    async def test_r19_imports_of_others_are_not_there(
        self, zofia: AsyncClient, workshop: Workshop, sign_in: SignIn
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK))
        lesia = await sign_in(LESIA, of="UA")

        assert (await get(lesia, address)).status_code == 404

    async def test_r19_a_coordinator_is_told_which_role_it_needs(self, sign_in: SignIn) -> None:
        ivana = await sign_in(LESIA, roles=("coordinator",))

        assert (await get(ivana, f"{IMPORTS}/new")).status_code == 403

    @pytest.mark.parametrize("kind", ["members", "clusters", "people"])
    async def test_r19_an_empty_list_in_the_readers_language(
        self, zofia: AsyncClient, kind: str
    ) -> None:
        answer = await zofia.get(f"{IMPORTS}/template?kind={kind}&lang=pl")

        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
        [header] = sheet.to_python()
        assert "Imię i nazwisko" in header or "NIP" in header
        assert len(header) < MOST_COLUMNS
