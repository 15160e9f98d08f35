"""Tables as files for spreadsheets. No cell of them is a formula or a link, whatever it holds."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL: Final = 32_767  # of a workbook; more is not shown by any spreadsheet
WIDTH: Final = 24

Lines = Iterable[Sequence[str]]


def as_xlsx(lines: Lines) -> bytes:
    """A workbook of one sheet; the first line is its header."""
    file = io.BytesIO()
    book: Any = xlsxwriter.Workbook(file, OPTIONS)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    width = 0
    for at, line in enumerate(lines):
        width = max(width, len(line))
        for column, cell in enumerate(line):
            sheet.write_string(at, column, cell[:LONGEST_CELL], bold if at == 0 else None)
    sheet.set_column(0, max(width - 1, 0), WIDTH)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()


def as_csv(lines: Lines) -> bytes:
    """Text with semicolons, which the spreadsheets of all six countries open."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A text that no spreadsheet runs; an import takes the apostrophe off again."""
    return f"'{cell}" if cell.lstrip("'").startswith(RUN_BY_SPREADSHEETS) else cell
