"""From the bytes of a file to its rows, through a child process that may die of them."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.registry.imports.child import MOST_ROWS
from services.registry.imports.headers import is_total, known_headers
from services.registry.imports.looking import far_cell, look, refused

CHILD: Final = "services.registry.imports.child"
WALL_SECONDS: Final = 20.0
READERS: Final = asyncio.Semaphore(2)  # each may take a gibibyte
CODE_PAGES: Final = {"LT": "cp1257", "UA": "cp1251"}  # cp1250 in the other four countries
ENCODINGS: Final = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1257")
HEADER_WITHIN: Final = 20  # rows

Row = tuple[int, list[str]]  # number as the user's spreadsheet counts, and texts


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose after the first reading was wrong; empty means: find it out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its columns, the rows below them, and what stood around."""

    name: str
    sheets: Sequence[str]
    encoding: str
    separator: str
    header_row: int
    columns: Sequence[str]
    rows: Sequence[Row]
    title_rows: Sequence[int]
    footer_rows: Sequence[int]


async def read(body: bytes, *, country: str, choice: Choice = Choice()) -> Sheet:
    """Read the table of a file.

    Raises:
        FileRefused: it is none, it is too large, or it killed its reader.
    """
    asked = {
        "text": look(body),
        "code_page": CODE_PAGES.get(country, "cp1250"),
        "encoding": choice.encoding,
        "separator": choice.separator,
        "sheet": choice.sheet,
    }
    async with READERS:
        lines = await _in_a_child(body, json.dumps(asked))
    last = json.loads(lines[-1]) if lines else {}
    if "refused" in last:
        raise refused(last["refused"])
    if last != {"end": True}:
        cell = far_cell(body)
        raise refused("far", cell=cell) if cell else refused("broken")
    return await asyncio.to_thread(_sheet, lines[:-1])  # others are answered meanwhile


def _sheet(lines: Sequence[bytes]) -> Sheet:
    rows = [(number, cells) for number, cells in map(json.loads, lines[1:])]
    return _laid_out(json.loads(lines[0]), rows)


async def _in_a_child(body: bytes, asked: str) -> list[bytes]:
    """The lines that the child wrote before it ended, or died."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        CHILD,
        asked,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            written, _ = await child.communicate(body)
    except TimeoutError:
        raise refused("time") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return written.splitlines()


def _laid_out(about: dict[str, str], rows: Sequence[Row]) -> Sheet:
    at = _header(rows)
    number, columns = rows[at]
    width = max(len(cells) for _, cells in rows[at:])
    below = rows[at + 1 :]
    last = _last(below, width)
    if not last:
        raise refused("empty")
    if last > MOST_ROWS:
        raise refused("rows")
    return Sheet(
        name=about["sheet"],
        sheets=about["sheets"],
        encoding=about["encoding"],
        separator=about["separator"],
        header_row=number,
        columns=[" ".join(column.split()) for column in columns + [""] * (width - len(columns))],
        rows=[(row, (cells + [""] * width)[:width]) for row, cells in below[:last]],
        title_rows=[row for row, _ in rows[:at]],
        footer_rows=[row for row, _ in below[last:]],
    )


def _header(rows: Sequence[Row]) -> int:
    """Where the names of the columns stand: the row with most words that headers are made of."""
    first = rows[:HEADER_WITHIN]
    if not first:
        raise refused("empty")
    known = [known_headers(cells) for _, cells in first]
    if max(known) > 0:
        return known.index(max(known))
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in first]
    if max(filled) < 2:  # noqa: PLR2004
        raise refused("header")
    return filled.index(max(filled))


def _last(rows: Sequence[Row], width: int) -> int:
    """How many rows there are above totals and remarks at the foot."""
    count = len(rows)
    while count:
        number, cells = rows[count - 1]
        filled = [cell for cell in cells if cell.strip()]
        after_gap = count > 1 and number - rows[count - 2][0] > 1
        few = len(filled) <= max(1, width // 3)
        if not (few and (after_gap or is_total(filled[0]))):
            break
        count -= 1
    return count
