"""Lists as an import reads and judges them, without a database."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from contracts.declarations import ClusterDeclared, Declaration
from contracts.declared.members import MemberDeclared
from contracts.declared.people import PersonDeclared
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.intake_reading import Reader
from services.registry.imports.checking import Checked, Checker
from services.registry.imports.deciding import Choice
from services.registry.imports.documents import Place
from services.registry.imports.fields import Kind
from services.registry.imports.matching import Listing, guess
from services.registry.imports.reading import Sheet, read

DATA = Path(__file__).parent / "imports_data"
TODAY = date(2026, 11, 24)
LANGUAGES = {"CZ": "cs", "LT": "lt", "PL": "pl", "RO": "ro", "SK": "sk", "UA": "uk"}


def a_workbook(*rows: Sequence[Any], above: int = 0, left: int = 0) -> bytes:
    """The bytes of a workbook with one sheet."""
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "default_date_format": "d.m.yyyy"}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("Rows")
    for at, row in enumerate(rows):
        sheet.write_row(at + above, left, row)
    book.close()
    return file.getvalue()


def a_csv(*rows: Sequence[str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """The bytes of a text file with separated values."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def a_door() -> Intake:
    """A door that takes what lists declare, with nothing behind it."""
    made = Intake("registry")
    for kind in (MemberDeclared, ClusterDeclared, PersonDeclared):
        made.classes[kind.type] = kind
    return made


def codes(checked: Checked) -> list[tuple[str, str]]:
    """The fields and codes of all notes of a row."""
    return [(note.field, note.fault.code) for note in checked.notes]


def declared(checked: Checked) -> Declaration:
    """What a good row declares."""
    assert checked.item is not None, codes(checked)
    return checked.item.declared.event


def matched(sheet: Sheet, kind: Kind, country: str) -> dict[str, int]:
    """The columns as they are guessed."""
    return guess(sheet.columns, Listing.of(kind, country))


def judged(
    sheet: Sheet,
    intake: Intake,
    *,
    country: str,
    clusters: Mapping[str, str],
    kind: Kind = Kind.MEMBERS,
    choices: Mapping[int, Choice] | None = None,
    consent: str | None = None,
) -> list[Checked]:
    """Every row of the sheet, judged for the back office of a country."""
    reader = Reader(intake, Actor("staff:x", country), datetime(2026, 11, 24, 12, tzinfo=UTC))
    place = Place(
        country=country,
        language=LANGUAGES[country],
        zone="Europe/Prague",
        today=TODAY,
        number="IM-1",
        clusters={fold(name): number for name, number in clusters.items()},
        consent=consent,
        from_workbook=bool(sheet.sheets),
    )
    checker = Checker(kind, matched(sheet, kind, country), place, reader, "/imports/IM-1")
    given = choices or {}
    return [checker.check(row, cells, given.get(row)) for row, cells in sheet.rows]


async def read_file(name: str, country: str) -> Sheet:
    """One of the stored lists."""
    return await read((DATA / name).read_bytes(), country=country)
