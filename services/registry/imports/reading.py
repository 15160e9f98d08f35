"""From the bytes of a file to its rows, through a child process that may die of them."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.registry.imports.child import MOST_ROWS
from services.registry.imports.headers import (
    begins_as_author,
    is_total,
    known_headers,
    tells_a_total,
    tells_apart,
)
from services.registry.imports.looking import far_cell, look, refused

CHILD: Final = "services.registry.imports.child"
WALL_SECONDS: Final = 20.0
READERS: Final = asyncio.Semaphore(2)  # each may take a gibibyte
CODE_PAGES: Final = {"LT": "cp1257", "UA": "cp1251"}  # cp1250 in the other four countries
ENCODINGS: Final = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1257")
HEADER_WITHIN: Final = 20  # rows
WORD_AND_SUM: Final = 2  # cells
TOLD: Final = 100  # rows that were left out
LONGEST_TOLD: Final = 200

Row = tuple[int, list[str]]  # number as the user's spreadsheet counts, and texts


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose after the first reading was wrong; empty means: find it out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


class Around(StrEnum):
    """Why a row of a sheet is none of the list."""

    TITLE = "title"
    TOTAL = "total"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One row that was left out, and what stands in it."""

    row: int
    why: Around
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its columns, the rows below them, and what stood around or between."""

    name: str
    sheets: Sequence[str]
    encoding: str
    separator: str
    header_row: int
    columns: Sequence[str]
    rows: Sequence[Row]
    left_out: Sequence[LeftOut]


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
    last = _last(below, columns, width)
    totals = [row for row in below if _sums_up(row, width)]
    sums = {number for number, _ in totals}
    kept = [row for row in below[:last] if row[0] not in sums]
    if not kept:
        raise refused("empty")
    if len(kept) > MOST_ROWS:
        raise refused("rows")
    remarks = [row for row in below[last:] if row[0] not in sums]
    around = {Around.TITLE: rows[:at], Around.TOTAL: totals, Around.REMARK: remarks}
    left_out = [_left_out(row, why) for why, found in around.items() for row in found]
    return Sheet(
        name=about["sheet"],
        sheets=about["sheets"],
        encoding=about["encoding"],
        separator=about["separator"],
        header_row=number,
        columns=[" ".join(column.split()) for column in columns + [""] * (width - len(columns))],
        rows=[(row, (cells + [""] * width)[:width]) for row, cells in kept],
        left_out=sorted(left_out, key=lambda each: each.row)[:TOLD],
    )


def _left_out(row: Row, why: Around) -> LeftOut:
    number, cells = row
    return LeftOut(number, why, " · ".join(filter(None, map(str.strip, cells)))[:LONGEST_TOLD])


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


def _last(rows: Sequence[Row], columns: Sequence[str], width: int) -> int:
    """How many rows there are above totals and remarks at the foot."""
    count = len(rows)
    while count:
        number, cells = rows[count - 1]
        filled = [cell for cell in cells if cell.strip()]
        before = rows[count - 2] if count > 1 else None
        apart = before is not None and (number - before[0] > 1 or _sums_up(before, width))
        few = len(filled) <= max(1, width // 3)
        alone = width > WORD_AND_SUM and _is_remark(cells, columns)
        if not ((few and apart) or alone or _sums_up(rows[count - 1], width)):
            break
        count -= 1
    return count


def _is_remark(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether the last row says nothing of a thing of the list, like "Parengė: R. Kazlauskaitė"."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell.strip()]
    if not filled:
        return True
    at, first = filled[0]
    if begins_as_author(first):
        return len(filled) <= WORD_AND_SUM
    apart = at < len(columns) and tells_apart(columns[at])
    return len(filled) == 1 and (not apart or ":" in first)


def _sums_up(row: Row, width: int) -> bool:
    """Whether a row holds nothing but a sum of others, wherever it stands."""
    filled = [cell for cell in row[1] if cell.strip()]
    if len(filled) <= WORD_AND_SUM and tells_a_total(filled):
        return True
    return len(filled) <= max(1, width // 3) and is_total(filled[0])
