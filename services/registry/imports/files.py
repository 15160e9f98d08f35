"""Files that an import gives out: the rows that were not good, and empty lists to fill in.

No cell of them is a formula or a link, whatever it begins with.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from services.chassis import sheets
from services.chassis.errors import Fault
from services.chassis.ui.i18n import Translator
from services.chassis.words import unplain
from services.registry import forms
from services.registry.imports.fields import Kind, fields_of
from services.registry.imports.headers import title, words_of
from services.registry.imports.model import Import, ImportRow

LISTS: Final = {"size": "size", "kind": "kind", "dual_use": "yes", "functions": "functions"}
LISTED_ROWS: Final = 20_000


def sentence(note: Mapping[str, Any], t: Translator) -> str:
    """What a note of a row says, in the reader's language."""
    values = {name: unplain(value) for name, value in note["values"].items()}
    return forms.sentence(Fault("", note["code"], note["text"], values=values), t)


def what_to_fix(row: ImportRow, kind: Kind, t: Translator) -> str:
    """All errors of a row, each with the name of its field."""
    errors = [note for note in row.notes if not note["repair"]]
    return " ".join(
        f"{title(each['field'], t.language, kind)}: {sentence(each, t)}" for each in errors
    )


def reasons(row: ImportRow, t: Translator) -> str:
    """All errors of a row that are not about one field of it."""
    return " ".join(sentence(note, t) for note in row.notes if not note["repair"])


def why_skipped(row: ImportRow, t: Translator) -> str:
    """Why a row is not, or no longer, saved although nothing is wrong with it."""
    told = [note for note in row.notes if note["repair"] and not note["field"]]
    if not told:
        return t.gettext("It was taken back.")
    return " ".join(sentence(note, t) for note in told)


def bad_rows_xlsx(found: Import, rows: Sequence[ImportRow], t: Translator) -> bytes:
    """The rows as they stand now, with what to fix in each."""
    return sheets.as_xlsx(_lines(found, rows, t))


def bad_rows_csv(found: Import, rows: Sequence[ImportRow], t: Translator) -> bytes:
    """The same as text."""
    return sheets.as_csv(_lines(found, rows, t))


def template(kind: Kind, country: str, language: str) -> bytes:
    """An empty list with its columns, and the words to choose from where there are few."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, sheets.OPTIONS)
    sheet = book.add_worksheet()
    needed = book.add_format({"bold": True, "bg_color": "#dfeff1"})
    other = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@"})
    offered = [field for field in fields_of(kind, country) if field.offered]
    for column, field in enumerate(offered):
        sheet.write_string(
            0, column, title(field.name, language, kind), needed if field.required else other
        )
        sheet.set_column(column, column, sheets.WIDTH, text)  # numbers keep their leading zeros
        if field.name in LISTS:
            words = list(words_of(LISTS[field.name], language).values())
            rule = {"validate": "list", "source": words}
            sheet.data_validation(1, column, LISTED_ROWS, column, rule)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def _lines(found: Import, rows: Sequence[ImportRow], t: Translator) -> list[list[str]]:
    width = len(found.columns)
    return [
        [*found.columns, t.gettext("What to fix")],
        *([*(row.cells + [""] * width)[:width], what_to_fix(row, found.kind, t)] for row in rows),
    ]
