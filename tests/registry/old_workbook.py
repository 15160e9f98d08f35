"""Workbooks of the 1990s (.xls, BIFF8 in a compound file), written byte by byte.

Nothing at hand writes them any more, and offices still send them.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import date

SECTOR = 512
END, FREE, TABLE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
LEAST_STREAM = 4096  # smaller ones would stand in another part of the file
DAY_ZERO = date(1899, 12, 30)

BOF, END_OF_PART, CODE_PAGE, FORMAT, SHEET = 0x0809, 0x000A, 0x0042, 0x00E0, 0x0085
STRINGS, TEXT, NUMBER, SIZE, PASSWORD = 0x00FC, 0x00FD, 0x0203, 0x0200, 0x002F
PLAIN, DAY = 0, 1  # formats of cells, by their place

Cell = str | float | date


def an_old_workbook(
    *rows: Sequence[Cell], name: str = "Rows", under_password: bool = False
) -> bytes:
    """The bytes of an .xls with one sheet; days are numbers with the format of a day."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    before = [
        _part(0x0005),
        _record(PASSWORD, struct.pack("<H4x", 1)) if under_password else b"",
        _record(CODE_PAGE, struct.pack("<H", 1200)),
        _record(FORMAT, struct.pack("<HH16x", 0, 0)),
        _record(FORMAT, struct.pack("<HH16x", 0, 14)),
    ]
    after = _strings(texts) + _record(END_OF_PART)
    head = len(b"".join(before)) + len(_sheet_at(0, name)) + len(after)
    sheet = _part(0x0010) + _size(rows) + b"".join(_cells(rows, texts)) + _record(END_OF_PART)
    return compound("Workbook", b"".join([*before, _sheet_at(head, name), after, sheet]))


def compound(name: str, stream: bytes) -> bytes:
    """A compound file that holds one stream."""
    stream = stream.ljust(max(LEAST_STREAM, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    chain = [*range(1, sectors), END, END, TABLE]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, child=1, start=END, size=0)
    directory += _entry(name, 2, child=NONE, start=0, size=len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, sectors, 0, LEAST_STREAM, END, 0, END, 0)
    head += struct.pack("<109I", sectors + 1, *[FREE] * 108)
    return head + stream + directory.ljust(SECTOR, b"\0") + table


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    about = struct.pack("<HBBIII36x", len(written), kind, 1, NONE, NONE, child)
    return written.ljust(64, b"\0") + about + struct.pack("<IQ", start, size)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _part(kind: int) -> bytes:
    return _record(BOF, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))


def _sheet_at(position: int, name: str) -> bytes:
    about = struct.pack("<IBBBB", position, 0, 0, len(name), 1)
    return _record(SHEET, about + name.encode("utf-16-le"))


def _strings(texts: Sequence[str]) -> bytes:
    written = (struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    return _record(STRINGS, struct.pack("<II", len(texts), len(texts)) + b"".join(written))


def _size(rows: Sequence[Sequence[Cell]]) -> bytes:
    return _record(SIZE, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))


def _cells(rows: Sequence[Sequence[Cell]], texts: Sequence[str]) -> Iterator[bytes]:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                number = texts.index(cell)
                yield _record(TEXT, struct.pack("<HHHI", at, column, PLAIN, number))
            elif isinstance(cell, date):
                days = (cell - DAY_ZERO).days
                yield _record(NUMBER, struct.pack("<HHHd", at, column, DAY, days))
            else:
                yield _record(NUMBER, struct.pack("<HHHd", at, column, PLAIN, cell))
