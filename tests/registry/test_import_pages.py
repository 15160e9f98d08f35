import io
import re
from typing import Any

import pytest
from httpx import AsyncClient, Response
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from services.chassis.database import Sessions
from services.registry.imports.child import MOST_COLUMNS
from services.registry.imports.days import NO_DAY
from services.registry.imports.model import Import, ImportRow
from services.registry.imports.reading import read
from services.registry.imports.work import Workshop, work_once
from tests.registry.builders import LESIA, MAREK
from tests.registry.conftest import SignIn
from tests.registry.import_room import EXPECTED, HEADER, SMOK, memberships
from tests.registry.imports import DATA, a_csv
from tests.registry.test_pages import CSRF, get, send

IMPORTS = "/registry/imports"
SELECTS = re.compile(r'<select name="(column/\d+)".*?>(.*?)</select>', re.DOTALL)
CELLS = re.compile(r'name="(cell/\d+/\d+)"[^>]*? value="([^"]*)"')
SELECTED = re.compile(r'value="(\w+)" selected')
LOCK = re.compile(r'name="lock" value="(\d+)"')
BAD = ["Smocza Jama", "=1+1", "9997953681", "2020-01-05"]


def chosen(page: Response) -> dict[str, str]:
    """The field that is chosen for each column."""
    found = {}
    for name, options in SELECTS.findall(page.text):
        selected = SELECTED.search(options)
        found[name] = selected[1] if selected else ""
    return found


@pytest.fixture
async def zofia(sign_in: SignIn, workshop: Workshop) -> AsyncClient:  # noqa: ARG001 - its register
    """Somebody of the Polish back office, signed in."""
    return await sign_in(MAREK, of="PL", name="Zofia")


async def upload(
    client: AsyncClient, body: bytes, name: str = "lista.csv", kind: str = "members"
) -> Response:
    token = CSRF.search((await get(client, f"{IMPORTS}/new")).text)
    assert token is not None
    return await client.post(
        f"{IMPORTS}/new",
        data={"csrf": token[1], "kind": kind},
        files={"file": (name, body)},
        headers={"Accept": "text/html"},
    )


async def checked(client: AsyncClient, workshop: Workshop, body: bytes) -> str:
    """The address of an import that was uploaded and matched as it was guessed."""
    address = (await upload(client, body)).headers["location"]
    await work_once(workshop)
    page = await get(client, address)
    await send(client, f"{address}/columns", address, **chosen(page))
    await work_once(workshop)
    return address


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
        await send(zofia, f"{address}/columns", address, **chosen(columns))
        await work_once(workshop)

        problems = await get(zofia, address)
        assert "29 rows need attention" in problems.text
        assert "Row 23 · " in problems.text
        confirm = await get(zofia, f"{address}?step=confirm")
        assert "Save 111 rows" in confirm.text
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
        assert "this is no spreadsheet" in answer.text

    async def test_r19_an_upload_may_be_larger_than_other_bodies(self, zofia: AsyncClient) -> None:
        rows = [[*SMOK[:1], f"Smok {n}", *SMOK[2:]] for n in range(9_000)]

        answer = await upload(zofia, a_csv(HEADER, *rows))

        assert answer.status_code == 303

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


class TestProblems:
    async def test_r19_words_typed_are_checked_again(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, BAD, SMOK))
        fixes = {"cell/2/0": "KOVO", "cell/2/1": "Żmij", "cell/2/2": "9996469309"}

        await send(zofia, f"{address}/fix", address, **fixes)
        await work_once(workshop)

        assert "Save 2 rows" in (await get(zofia, address)).text

    async def test_r19_one_fix_is_offered_for_all_rows_with_the_same_value(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        other = ["KOWO", "Żmij", "9996469309", "2020-01-05"]
        address = await checked(zofia, workshop, a_csv(HEADER, ["KOWO", *SMOK[1:]], other))
        assert "The same fix for all 2 rows with this value" in (await get(zofia, address)).text

        await send(zofia, f"{address}/fix", address, **{"cell/2/0": "KOVO", "same/2/0": "on"})
        await work_once(workshop)

        assert "Save 2 rows" in (await get(zofia, address)).text

    async def test_r19_what_a_form_only_repeats_does_not_undo_the_same_fix_for_all_rows(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        others = [["KOWO", "Żmij", "9996469309", "2020-01-05"], ["KOWA", *BAD[1:]]]
        body = a_csv(HEADER, ["KOWO", *SMOK[1:]], *others)
        address = await checked(zofia, workshop, body)
        cells = dict(CELLS.findall((await get(zofia, address)).text))
        assert {cells["cell/2/0"], cells["cell/3/0"]} == {"KOWO"}

        await send(
            zofia, f"{address}/fix", address, **{**cells, "cell/2/0": "KOVO", "same/2/0": "on"}
        )
        await work_once(workshop)

        page = await get(zofia, address)
        assert "1 row needs attention" in page.text
        assert dict(CELLS.findall(page.text))["cell/4/0"] == "KOWA"

    async def test_r19_what_a_colleague_corrected_meanwhile_is_not_overwritten(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        body = a_csv(HEADER, ["KOWO", *SMOK[1:]], ["KOWA", "Żmij", "9996469309", "2020-01-05"])
        address = await checked(zofia, workshop, body)
        seen = {"was/2/0": "KOWO", "was/3/0": "KOWA"}
        await send(zofia, f"{address}/fix", address, **seen, **{"cell/2/0": "KOVA"})

        busy = await send(zofia, f"{address}/fix", address, **seen, **{"cell/3/0": "KOVO"})
        await work_once(workshop)
        mine = {"cell/2/0": "KOVO", "cell/3/0": "KOVO"}
        refused = await send(zofia, f"{address}/fix", address, **seen, **mine)

        assert busy.status_code == 409
        assert "being checked just now" in busy.text
        assert ("cell/3/0", "KOVO") in CELLS.findall(busy.text)
        assert refused.status_code == 409
        assert "A colleague was faster" in refused.text
        for value in ("KOVA", "KOVO"):  # both stand there to be chosen
            assert f'name="cell/2/0" value="{value}"' in refused.text
        assert ("cell/3/0", "KOVO") in CELLS.findall(refused.text)  # nothing typed is lost
        again = {"was/2/0": "KOVA", "was/3/0": "KOWA"}
        await send(zofia, f"{address}/fix", address, **again, **mine)
        await work_once(workshop)
        assert "Save 2 rows" in (await get(zofia, address)).text

    async def test_r19_a_form_that_only_repeats_takes_no_correction_back(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, ["KOWO", *SMOK[1:]], BAD))
        stale = {"was/2/0": "KOWO", "cell/2/0": "KOWO"}
        await send(zofia, f"{address}/fix", address, **{**stale, "cell/2/0": "KOVO"})
        await work_once(workshop)

        await send(zofia, f"{address}/fix", address, **stale)
        await work_once(workshop)

        assert "1 row needs attention" in (await get(zofia, address)).text

    async def test_r19_rows_are_saved_as_they_were_looked_at(
        self, zofia: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK, BAD))
        confirm = f"{address}?step=confirm"
        lock = LOCK.search((await get(zofia, confirm)).text)
        assert lock is not None
        await send(zofia, f"{address}/fix", address, **{"cell/3/1": "Żmij"})
        await work_once(workshop)

        stale = await send(zofia, f"{address}/confirm", confirm, rows="good", lock=lock[1])

        assert stale.status_code == 409
        assert "somebody corrected or decided something since" in stale.text
        assert await memberships(sessions) == 0

    async def test_r19_a_name_near_to_a_known_one_is_one_click(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        other = ["KOWO", "Żmij", "9996469309", "2020-01-05"]
        address = await checked(zofia, workshop, a_csv(HEADER, ["KOWO", *SMOK[1:]], other))
        page = await get(zofia, address)
        assert 'name="use" value="2/0=KOVO">KOVO (CL-1999)<' in page.text
        assert page.text.index(">Check again</button>") < page.text.index('name="use"')  # by Enter

        typed = {"cell/2/0": "KOWO", "was/2/0": "KOWO", "cell/3/0": "KOWO", "was/3/0": "KOWO"}
        await send(zofia, f"{address}/fix", address, **typed, use="2/0=KOVO")
        await work_once(workshop)

        assert "Save 2 rows" in (await get(zofia, address)).text

    async def test_r19_equal_values_of_all_rows_are_counted_at_once(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        rows = [["KOWO", *SMOK[1:]], ["KOWO", *BAD[1:]], BAD]
        address = await checked(zofia, workshop, a_csv(HEADER, *rows))
        asked: list[str] = []

        def note(*executed: Any) -> None:
            asked.append(executed[2])

        async with workshop.sessions() as session:
            engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        page = await get(zofia, address)
        event.remove(engine, "before_cursor_execute", note)

        assert "The same fix for all 2 rows with this value" in page.text
        counted = [each for each in asked if "count(*)" in each and "import_rows" in each]
        assert len(counted) == 1

    async def test_r19_a_cell_with_two_faults_is_one_field_of_the_form(
        self, zofia: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, [*SMOK[:3], "soon"]))
        async with sessions.begin() as session:
            [row] = await session.scalars(select(ImportRow))
            row.notes = [*row.notes, {**row.notes[0], "text": NO_DAY[1], "code": NO_DAY[0]}]

        page = await get(zofia, address)

        assert [name for name, _ in CELLS.findall(page.text)] == ["cell/2/3"]
        assert page.text.count('aria-invalid="true"') == 1

    async def test_r19_columns_are_matched_anew_without_one_that_was_repaired(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        body = a_csv([*HEADER, "Miasto"], [*SMOK, "Bytom "])
        address = await checked(zofia, workshop, body)
        assert "Repaired without asking" in (await get(zofia, address)).text
        await send(zofia, f"{address}/back", address)
        columns = chosen(await get(zofia, address))
        assert columns["column/4"]

        await send(zofia, f"{address}/columns", address, **{**columns, "column/4": ""})

        page = await get(zofia, address)
        assert page.status_code == 200
        assert "Repaired without asking" not in page.text

    async def test_r19_the_file_of_bad_rows_has_as_many_as_the_page_says(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, (DATA / EXPECTED["file"]).read_bytes())

        book = await zofia.get(f"{address}/bad-rows.xlsx")
        text = await zofia.get(f"{address}/bad-rows.csv")

        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
        lines = rows.to_python()
        assert lines[0] == [*EXPECTED["columns"], "What to fix"]
        assert len(lines) == 1 + EXPECTED["error_rows"]
        assert "'=1+1" in text.text
        assert "\n=1+1" not in text.text.replace(";", "\n")
        back = await read(text.content, country="PL")
        assert len(back.rows) == EXPECTED["error_rows"]

    async def test_r19_a_discarded_import_saves_nothing(
        self, zofia: AsyncClient, workshop: Workshop, sessions: Sessions
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK))

        await send(zofia, f"{address}/cancel", address)

        assert "It was discarded. Nothing was saved." in (await get(zofia, address)).text
        assert await memberships(sessions) == 0


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
