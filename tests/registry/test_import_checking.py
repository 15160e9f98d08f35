"""Rows of the three lists, judged without a register, and those that are there twice."""

import json
from typing import Any

import pytest

from contracts.reference import clusters
from services.chassis.intake import Intake
from services.registry.imports.deciding import Choice
from services.registry.imports.fields import Kind
from services.registry.imports.reading import read
from tests.registry.imports import DATA, a_csv, a_door, codes, judged, matched, read_file

EXPECTED = json.loads((DATA / "expected.json").read_text("utf-8"))["files"]
CODES = {
    "bad check digit": "TLK-D010",
    "cluster not of this country or unknown": "TLK-D054",
    "country does not fit the file and the identifier": "TLK-D013",
    "date in the far future": "TLK-D061",
    "duplicate row": "TLK-D055",
    "identifier already used by another name": "TLK-D056",
    "impossible date": "TLK-D009",
    "missing name": "TLK-D001",
    "mojibake: UTF-8 read as cp1250": "TLK-D053",
    "mojibake: UTF-8 read as cp1251": "TLK-D053",
    "non-breaking space inside the identifier": "hard_space",
    "text begins like a formula": "TLK-D052",
    "trailing spaces": "trailing_spaces",
    "wrong length": "TLK-D016",
}
OF_VILNIUS = {"Vilniaus klasteris": "CL-1"}


@pytest.fixture
def intake() -> Intake:
    return a_door()


class TestTheThreeLists:
    @pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each["file"])
    async def test_r19_each_row_is_judged_as_expected(
        self, expected: dict[str, Any], intake: Intake
    ) -> None:
        country = expected["file"][:2].upper()
        sheet = await read_file(expected["file"], country)
        own = {each.name: each.id for each in clusters() if each.country == country}

        rows = judged(sheet, intake, country=country, clusters=own)

        columns = matched(sheet, Kind.MEMBERS, country)
        cells = dict(sheet.rows)
        found = {
            (
                row.row,
                sheet.columns[columns[note.field]],
                note.fault.code,
                "repairable" if note.is_repair else "error",
                cells[row.row][columns[note.field]].replace("-", "")
                if note.field == "pl_nip"
                else cells[row.row][columns[note.field]],
                note.fault.values.get("intended"),
                note.other,
            )
            for row in rows
            for note in row.notes
        }
        assert found == {
            (
                each["row"],
                each["column"],
                CODES[each["reason"]],
                each["severity"],
                each["value"],
                each.get("intended"),
                each.get("duplicate_of"),
            )
            for each in expected["bad"]
        }
        assert len(rows) == expected["rows"]
        assert sum(not row.notes for row in rows) == expected["good"]
        assert sum(bool(row.errors) for row in rows) == expected["error_rows"]
        repaired = sum(bool(row.notes) and not row.errors for row in rows)
        assert repaired == expected["repairable_rows"]
        assert all(row.item for row in rows if not row.errors)

    @pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each["file"])
    async def test_r19_the_table_is_found_between_title_and_totals(
        self, expected: dict[str, Any]
    ) -> None:
        sheet = await read_file(expected["file"], expected["file"][:2].upper())

        assert list(sheet.columns) == expected["columns"]
        assert sheet.header_row == expected["header_row"]
        assert sheet.rows[0][0] == expected["first_data_row"]
        around: dict[str, list[int]] = {}
        for each in sheet.left_out:
            around.setdefault("title" if each.why == "title" else "footer", []).append(each.row)
        assert around.get("title", []) == expected.get("title_rows", [])
        assert around.get("footer", []) == expected["footer_rows"]


class TestRowsThatAreThereTwice:
    ROWS = (
        ["Klaster", "Nazwa członka", "NIP", "Data przystąpienia"],
        ["K", "Smok S.A.", "9997953680", "2020-01-05"],
        ["K", "Smok SA", "999-795-36-80", "2021-01-05"],
    )

    @pytest.mark.parametrize(
        ("choice", "left_out"),
        [(Choice.KEEP, [False, True]), (Choice.TAKE, [True, False]), (Choice.SKIP, [True, True])],
    )
    async def test_r19_somebody_chooses_which_of_them_counts(
        self, choice: Choice, left_out: list[bool], intake: Intake
    ) -> None:
        sheet = await read(a_csv(*self.ROWS), country="PL")

        rows = judged(
            sheet, intake, country="PL", clusters={"K": "CL-1"}, choices={sheet.rows[1][0]: choice}
        )

        assert [row.left_out for row in rows] == left_out
        assert not any(row.errors for row in rows)

    async def test_r19_a_member_of_two_clusters_is_no_repetition(self, intake: Intake) -> None:
        twice = [
            ["K", "Smok", "9997953680", "2020-01-05"],
            ["L", "Smok", "9997953680", "2020-01-05"],
        ]
        sheet = await read(a_csv(self.ROWS[0], *twice), country="PL")

        rows = judged(sheet, intake, country="PL", clusters={"K": "CL-1", "L": "CL-2"})

        assert [row.notes for row in rows] == [[], []]

    @pytest.mark.parametrize(
        ("day", "name", "code"),
        [
            ("2023 m. gegužės 12 d.", "uab eglė", "TLK-D055"),
            ("2023-05-13", "UAB Eglė", "TLK-D057"),
            ("kada nors", "UAB Eglė", "TLK-D057"),
        ],
    )
    async def test_r19_what_was_read_in_them_is_compared_whatever_its_dress(
        self, day: str, name: str, code: str, intake: Intake
    ) -> None:
        header = ["Klasteris", "Įmonės pavadinimas", "Įmonės kodas", "Įstojimo data"]
        first = ["Vilniaus klasteris", "UAB Eglė", "110053842"]
        body = a_csv(header, [*first, "2023-05-12"], [first[0], name, first[2], day])

        rows = judged(await read(body, country="LT"), intake, country="LT", clusters=OF_VILNIUS)

        assert ("lt_code", code) in codes(rows[1])
