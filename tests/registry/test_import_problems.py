"""The page of bad rows: what is typed there, by one or by two, and what it offers."""

import io
import re
from typing import Any

from httpx import AsyncClient
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from services.chassis.database import Sessions
from services.registry.imports.days import NO_DAY
from services.registry.imports.model import ImportRow
from services.registry.imports.reading import read
from services.registry.imports.work import Workshop, work_once
from tests.registry.import_pages import checked, chosen
from tests.registry.import_room import EXPECTED, HEADER, SMOK, memberships
from tests.registry.imports import DATA, a_csv
from tests.registry.test_pages import get, send

CELLS = re.compile(r'name="(cell/\d+/\d+)"[^>]*? value="([^"]*)"')
LOCK = re.compile(r'name="lock" value="(\d+)"')
BAD = ["Smocza Jama", "=1+1", "9997953681", "2020-01-05"]


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
        assert "Somebody corrected or decided something since" in stale.text
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

    async def test_r19_a_word_of_a_closed_list_is_chosen(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        body = a_csv([*HEADER, "Wielkość"], [*SMOK, "spora"], [*BAD, "mała"])
        address = await checked(zofia, workshop, body)
        page = await get(zofia, address)
        [offered] = re.findall(r'<select[^>]*name="cell/2/4".*?</select>', page.text, re.DOTALL)
        assert re.findall(r'<option value="([^"]*)"( selected)?', offered)[:3] == [
            ("spora", " selected"),
            ("micro", ""),
            ("small", ""),
        ]

        await send(zofia, f"{address}/fix", address, **{"was/2/4": "spora", "cell/2/4": "small"})
        await work_once(workshop)

        assert "Row 2 ·" not in (await get(zofia, address)).text

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


class TestSkipped:
    async def test_r19_skipped_rows_are_listed_with_why(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        done = await checked(zofia, workshop, a_csv(HEADER, SMOK))
        await send(zofia, f"{done}/confirm", done, rows="all")
        await work_once(workshop)
        zmij = ["KOVO", "Żmij", "9996469309", "2020-01-05"]
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK, zmij, zmij))
        await send(zofia, f"{address}/fix", address, **{"choice/4": "keep"})
        await work_once(workshop)

        confirm = await get(zofia, address)
        page = await get(zofia, f"{address}/skipped")

        assert "See the 2 skipped rows, and why" in confirm.text
        assert "Repaired without asking" not in confirm.text
        assert "The register has all of this already." in page.text
        assert "Row 3 stands for it." in page.text

    async def test_r19_without_any_the_page_says_so(
        self, zofia: AsyncClient, workshop: Workshop
    ) -> None:
        address = await checked(zofia, workshop, a_csv(HEADER, SMOK))

        confirm = await get(zofia, address)
        assert "skipped row" not in confirm.text
        assert "No column says what kind of member each is" in confirm.text
        assert "No row is skipped" in (await get(zofia, f"{address}/skipped")).text
