"""Reads one spreadsheet from its input and writes its rows as lines of JSON: a process to lose.

Whatever a hostile file does, it does to this process, which may take little memory and time. It
loads nothing of Talka, and hands on texts only, never objects.
"""

import codecs
import csv
import io
import json
import resource
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
AROUND: Final = 50  # titles, totals and the like, beside the rows that count
LONGEST_CELL: Final = 4_000
MEMORY_BYTES: Final = 1 << 30
CPU_SECONDS: Final = 10
SEPARATORS: Final = ",;\t|"
LOOKED_AT: Final = 20  # lines, to tell the separator
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
EARLIEST_CONTROL: Final = frozenset(range(32)) - {9, 10, 13}

Row = tuple[int, list[str]]


class Unreadable(Exception):
    """The file cannot be read; the word says why."""


def main() -> None:
    """Read what the parent sent; the last line says that nothing is missing."""
    asked = json.loads(sys.argv[1])
    body = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        about, rows = _text(body, asked) if asked["text"] else _book(body, asked["sheet"])
        _say(about)
        for number, cells in _limited(rows):
            _say([number, cells])
    except Unreadable as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        _say({"refused": "memory"})
    else:
        _say({"end": True})


def _book(body: bytes, wanted: str) -> tuple[dict[str, Any], Iterator[Row]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        names = book.sheet_names
        if not names:
            raise Unreadable("empty")
        name = wanted if wanted in names else _first_with_rows(book, names)
        sheet = book.get_sheet_by_name(name)
        if sheet.total_width > MOST_COLUMNS and sheet.end and sheet.end[1] >= MOST_COLUMNS:
            raise Unreadable("columns")
        rows = enumerate(sheet.iter_rows(), start=1)  # its first row is always the sheet's first
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, ValueError, OSError):
        raise Unreadable("broken") from None
    about = {"sheet": name, "sheets": names, "encoding": "", "separator": ""}
    left = sheet.start[1] if sheet.start else 0
    return about, ((number, [""] * left + [*map(_cell, row)]) for number, row in rows)


def _first_with_rows(book: Any, names: list[str]) -> str:
    """The first sheet that people see and that holds anything."""
    seen = [each.name for each in book.sheets_metadata if str(each.visible).endswith("Visible")]
    for name in seen or names:
        if book.get_sheet_by_name(name).total_height:
            return name
    raise Unreadable("empty")


def _cell(value: Any) -> str:
    """The text of a cell as somebody would type it; whole numbers and days without a tail."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _text(body: bytes, asked: dict[str, str]) -> tuple[dict[str, Any], Iterator[Row]]:
    encoding, text = _decoded(body, asked["encoding"], asked["code_page"])
    separator = asked["separator"] or _separator(text)
    about = {"sheet": "", "sheets": [], "encoding": encoding, "separator": separator}
    return about, _records(text, separator)


def _decoded(body: bytes, wanted: str, code_page: str) -> tuple[str, str]:
    """By the mark at its beginning, else UTF-8 if it is nothing else, else the code page."""
    marked = next((name for mark, name in BOMS if body.startswith(mark)), "")
    choices = [marked] if marked else [wanted] if wanted else ["utf-8", code_page]
    for encoding in choices:
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if EARLIEST_CONTROL.intersection(map(ord, set(text))):
            break
        return encoding.removesuffix("-sig"), text
    raise Unreadable("encoding")


def _separator(text: str) -> str:
    """The sign that splits the first lines most evenly; a comma when none does."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def evenness(sign: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
        width, lines_of_it = max(
            counts.items(), key=lambda each: (each[1], each[0]), default=(0, 0)
        )
        return lines_of_it, width

    return max(SEPARATORS, key=evenness)


def _records(text: str, separator: str) -> Iterator[Row]:
    """Each record with the line it begins on; a quote that never closes is refused."""
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    line = 1
    try:
        for record in reader:
            yield line, [_unquoted(cell) for cell in record]
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("broken") from None


def _unquoted(cell: str) -> str:
    """A text as it was before our own export put an apostrophe before it."""
    guarded = cell[:1] == "'" and cell.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))
    return cell[1:] if guarded else cell


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that hold anything, without their empty ends."""
    count = 0
    for number, cells in rows:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        count += 1
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("columns")
        if count > MOST_ROWS + AROUND:
            raise Unreadable("rows")
        if max(map(len, cells)) > LONGEST_CELL:
            raise Unreadable("cell")
        yield number, cells


def _say(line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
