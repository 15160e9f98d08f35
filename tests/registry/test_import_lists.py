"""Whole lists as offices of six countries keep them, row by row."""

from datetime import date

import pytest
from fastapi import FastAPI

from contracts.declared.members import MemberDeclared
from contracts.declared.people import PersonDeclared
from services.chassis.database import Sessions
from services.registry.imports.checking import Checked
from services.registry.imports.commands import confirm_import
from services.registry.imports.fields import Kind, lacking
from services.registry.imports.reading import read
from services.registry.imports.states import State
from services.registry.imports.work import work_once
from tests.registry.builders import saved
from tests.registry.import_room import (
    a_workshop,
    act,
    counts,
    memberships,
    of_country,
    office_of,
    seen,
)
from tests.registry.import_room import judged as judged_in_full
from tests.registry.imports import (
    DATA,
    a_csv,
    a_door,
    a_workbook,
    codes,
    declared,
    judged,
    read_file,
)
from tests.registry.old_workbook import Cell, an_old_workbook

HEADER = ["Klaster", "Názov člena", "IČO", "Obec", "PSČ", "Dátum vstupu"]


class TestWhatANumberCellLost:
    async def test_r19_is_put_back_in_a_workbook_and_shown(self) -> None:
        row = ["K", "Univerzita", 397610, "m. Košice", 4001, 43466]
        sheet = await read(a_workbook(HEADER, row), country="SK")

        [found] = judged(sheet, a_door(), country="SK", clusters={"K": "CL-1"})

        member = declared(found)
        assert isinstance(member, MemberDeclared)
        assert member.organisation.legal_id.value == "00397610"
        place = member.organisation.place
        assert (place.settlement, place.postcode) == ("Košice", "04001")
        assert member.joined_day.isoformat() == "2019-01-01"
        assert {(note.field, note.fault.values["value"]) for note in found.notes} == {
            ("sk_ico", "00397610"),
            ("settlement", "Košice"),
            ("postcode", "04001"),
            ("joined", "2019-01-01"),
        }
        assert not found.errors

    async def test_r19_is_asked_back_of_a_text(self) -> None:
        row = ["K", "Univerzita", "397610", "Košice", "040 01", "1. 1. 2019"]
        sheet = await read(a_csv(HEADER, row), country="SK")

        [found] = judged(sheet, a_door(), country="SK", clusters={"K": "CL-1"})

        assert codes(found) == [("sk_ico", "TLK-D016")]
        assert found.notes[0].fault.values == {"whole": "00397610"}

    async def test_r19_two_dresses_of_a_number_are_one_organisation(self) -> None:
        rows = [["K", "Eco", dress, "", "", "1.1.2020"] for dress in ("31322832", "IČO 31 322 832")]
        sheet = await read(a_csv(HEADER, *rows), country="SK")

        first, second = judged(sheet, a_door(), country="SK", clusters={"K": "CL-1"})

        assert not first.notes
        assert [note.other for note in second.notes] == [first.row]


def outcome(found: Checked) -> list[str] | tuple[str, ...]:
    """What became of a row: its member, or the fields and codes of its faults."""
    if found.errors:
        return [f"{note.field} {note.fault.code}" for note in found.errors]
    member = declared(found)
    assert isinstance(member, MemberDeclared)
    organisation = member.organisation
    place = organisation.place
    return (
        organisation.names.original,
        organisation.legal_id.value,
        str(organisation.size_class),
        f"{place.country} {place.region.code} {place.postcode or ''} {place.settlement}",
        member.joined_day.isoformat(),
    )


def repaired(rows: list[Checked]) -> list[tuple[int, str, str]]:
    """What was mended in good rows: the row, the field, and what it was read as."""
    return [
        (row.row, note.field, str(note.fault.values.get("value", "")))
        for row in rows
        for note in row.notes
        if note.is_repair
    ]


def an_old_list(name: str) -> bytes:
    """An .xls of a stored table, in which # stands before a number and @ before a day."""
    rows = (DATA / name).read_text("utf-8").splitlines()
    return an_old_workbook(*([_cell(text) for text in row.split("|")] for row in rows))


def _cell(text: str) -> Cell:
    if text.startswith("#"):
        return float(text[1:])
    return date.fromisoformat(text[1:]) if text.startswith("@") else text


class TestAListOfPeople:
    async def test_r19_a_name_may_stand_in_two_columns(self) -> None:
        header = ["Priezvisko", "Meno", "E-mail", "Tel. číslo", "Súhlas GDPR"]
        row = ["Kováčová", "Mária", "maria@example.org", "0905 123 456", "2026-1"]
        sheet = await read(a_csv(header, row), country="SK")

        [found] = judged(sheet, a_door(), country="SK", clusters={}, kind=Kind.PEOPLE)

        person = declared(found)
        assert isinstance(person, PersonDeclared)
        assert person.names.original == "Mária Kováčová"
        assert (person.phone, person.consent) == ("0905 123 456", "2026-1")

    def test_r19_one_of_the_two_is_no_name(self) -> None:
        known = ["mail", "consent"]

        assert lacking(Kind.PEOPLE, "SK", [*known, "given"]) == ["person"]
        assert lacking(Kind.PEOPLE, "SK", [*known, "given", "family"]) == []


class TestASlovakList:
    """Saved by a Slovak spreadsheet: semicolons, Windows-1250, a title above, a sum below."""

    async def test_r19_is_judged_row_by_row(self) -> None:
        sheet = await read_file("sk_clenovia_klastra.csv", "SK")

        rows = judged(sheet, a_door(), country="SK", clusters={"Plastový klaster": "CL-1"})

        assert (sheet.encoding, sheet.separator, sheet.header_row) == ("cp1250", ";", 2)
        assert [(each.row, each.why, each.text) for each in sheet.left_out] == [
            (1, "title", "Zoznam členov k 1. 1. 2026"),
            (14, "total", "Spolu · 10"),
        ]
        assert {row.row: outcome(row) for row in rows} == {
            3: ("Drak, s. r. o.", "35700017", "small", "SK SK023 949 01 Nitra", "2021-05-04"),
            4: ("Víla a. s.", "35700025", "medium", "SK SK042 04001 Košice", "2020-03-15"),
            5: ("Zbojník š. p.", "35700033", "large", "SK SK031  Terchová", "2019-03-01"),
            6: ["joined TLK-D130"],
            7: ["sk_ico TLK-D016"],
            8: ["region TLK-D051"],
            9: ["country TLK-D013"],
            10: ["size TLK-D006"],
            11: ["sk_ico TLK-D055"],
            12: ["cluster TLK-D054"],
        }
        assert repaired(rows) == [(5, "settlement", "Terchová")]


class TestALithuanianList:
    """Saved as UTF-8 with its mark, between semicolons, with quoted names."""

    async def test_r19_is_judged_row_by_row(self) -> None:
        sheet = await read_file("lt_klasterio_nariai.csv", "LT")

        rows = judged(sheet, a_door(), country="LT", clusters={"Lazerių klasteris": "CL-2"})

        assert (sheet.encoding, sheet.separator) == ("utf-8", ";")
        vilnius, kaunas = "LT LT011 LT-01103 Vilnius", "LT LT022 44249 Kaunas"
        assert {row.row: outcome(row) for row in rows} == {
            2: ('UAB "Žilvinas"', "305700109", "micro", vilnius, "2020-05-04"),
            3: ("AB „Eglė“", "305700116", "large", kaunas, "2021-03-15"),
            4: ("VšĮ Aitvaras", "305700123", "medium", "LT LT026  Šiauliai", "2021-03-15"),
            5: ["joined TLK-D131"],
            6: ["joined TLK-D130"],
            7: ["size TLK-D006", "joined TLK-D009", "lt_code TLK-D010"],
            8: ("Ragana", "305700162", "small", "LT LT011  Trakai", "2020-02-01"),
        }
        assert repaired(rows) == [(2, "settlement", "Vilnius")]
        member = declared(rows[0])
        assert isinstance(member, MemberDeclared)
        assert member.organisation.names.en == "Zilvinas"


class TestARomanianList:
    """An old workbook: numbers and days in cells, others typed, letters with cedillas."""

    async def test_r19_is_judged_row_by_row(self) -> None:
        sheet = await read(an_old_list("ro_membri.txt"), country="RO")

        rows = judged(sheet, a_door(), country="RO", clusters={"Clusterul Țesături": "CL-3"})

        bucharest, brasov = "RO RO321 010011 București", "RO RO122 500001 Brașov"
        assert {row.row: outcome(row) for row in rows} == {
            2: ("Făt-Frumos S.R.L.", "15901006", "small", bucharest, "2021-05-04"),
            3: ("Zmeul Mobilă Brașov SA", "15901014", "medium", brasov, "2021-05-04"),
            4: ("Ileana", "15901022", "micro", "RO RO113 400001 Cluj-Napoca", "2021-05-04"),
            5: ["joined TLK-D130"],
            6: ["ro_cui TLK-D010"],
        }
        assert repaired(rows) == [
            (2, "settlement", "București"),
            (2, "postcode", "010011"),
            (4, "joined", "2021-05-04"),
        ]


@pytest.mark.parametrize(
    ("country", "cluster", "expected"),
    [
        ("SK", "Plastový klaster", (3, 0, 0, 7)),
        ("LT", "Lazerių klasteris", (4, 0, 0, 3)),
        ("RO", "Clusterul Țesături", (3, 0, 0, 2)),
    ],
)
async def test_r19_the_good_rows_of_each_are_saved(
    app: FastAPI, sessions: Sessions, country: str, cluster: str, expected: tuple[int, ...]
) -> None:
    bodies = {
        "SK": (DATA / "sk_clenovia_klastra.csv").read_bytes(),
        "LT": (DATA / "lt_klasterio_nariai.csv").read_bytes(),
        "RO": an_old_list("ro_membri.txt"),
    }
    workshop = await a_workshop(app, sessions, country)
    await saved(sessions, of_country(country, cluster, cluster, 1998))

    found = await judged_in_full(workshop, bodies[country], by=office_of(country))
    await act(workshop, confirm_import, found, only_good=True)
    await work_once(workshop)

    done = await seen(workshop, found)
    assert (done.state, counts(done)) == (State.DONE, expected)
    assert await memberships(sessions) == expected[0]
