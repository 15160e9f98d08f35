"""A first look at an uploaded file, before anything opens it.

It tells the kind, and whether the outside alone speaks against it; it unpacks nothing.
"""

import io
import re
import zipfile
from typing import Final

from services.chassis.errors import Invalid
from services.chassis.faults import mark

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
MAX_MEMBERS: Final = 200
MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every workbook under a password
ENCRYPTED_BIT: Final = 1
PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
# of an .xls: the record of a password after the one that begins the workbook
_OLD_PASSWORD: Final = re.compile(
    rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
FOREIGN: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
# no text has these signs; those of line ends, tabs, pages and the old end of a file it may have
_NO_TEXT: Final = re.compile(b"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOOKS: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))  # in old files
FAR_ROW: Final = 1_000_000
FAR_LETTERS: Final = 3  # beyond column ZZ
_CELL: Final = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')
_SCANNED_BYTES: Final = 1 << 20  # a far cell that kills the reader stands in a small sheet


class FileRefused(Invalid):
    """The file is not one that an import can read; the sentence says what to do."""

    code = "TLK-R120"
    title = "This file cannot be imported"


REFUSED: Final = {
    "size": mark("the file is larger than 10 MiB; divide it into several"),
    "empty": mark("there is nothing in this file; choose the one with your rows"),
    "kind": mark("this is no spreadsheet; save it as .xlsx, .xls, .ods or .csv"),
    "members": mark("the workbook has too many parts; save its rows as .csv and send that"),
    "unpacked": mark("the workbook unpacks to more than 64 MiB; save its rows as .csv"),
    "password": mark("the workbook is under a password; save it without one"),
    "names": mark("the workbook is packed in a way that spreadsheets never are; save it anew"),
    "macro": mark("the workbook holds macros; save it as .xlsx without them"),
    "links": mark("the workbook takes values from other files; save it with values only"),
    "broken": mark("this file cannot be read; open it in your spreadsheet and save it anew"),
    "memory": mark("this file needs too much memory to be read; save its rows as .csv"),
    "time": mark("this file takes too long to be read; save its rows as .csv"),
    "encoding": mark("the letters of this file cannot be told; choose another encoding"),
    "rows": mark("the sheet has more than 20,000 rows; divide it into several files"),
    "columns": mark("the sheet has more than 200 columns; leave out those nobody reads"),
    "cell": mark("a cell holds more than 4,000 signs; this is no list of records"),
    "header": mark("no row with the names of columns was found; put one above your rows"),
    "far": mark("cell {cell} is far away from all others; delete what stands there, and save anew"),
}


def refused(why: str, **values: object) -> FileRefused:
    """The refusal for a reason of the reader's."""
    return FileRefused(REFUSED[why], None, **values)


def look(body: bytes) -> bool:
    """Whether the file is text (.csv) and no workbook.

    Raises:
        FileRefused: its kind, size or parts speak against it.
    """
    if not body.strip(b"\x00 \t\r\n"):
        raise refused("empty")
    if len(body) > MAX_FILE_BYTES:
        raise refused("size")
    if body.startswith(ZIP):
        _look_into(body)
        return False
    if body.startswith(OLE):
        if PASSWORD in body or _OLD_PASSWORD.search(body):
            raise refused("password")
        if not any(name in body for name in _BOOKS):
            raise refused("kind")
        if "_VBA_PROJECT".encode("utf-16-le") in body:
            raise refused("macro")
        return False
    if body.startswith(FOREIGN) or not _is_text(body):
        raise refused("kind")
    return True


def _is_text(body: bytes) -> bool:
    """Whether this may be a list in a text; a web page is none, whatever it is called."""
    if body.startswith(_UTF16):
        return True
    return not _NO_TEXT.search(body) and not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def far_cell(body: bytes) -> str | None:
    """The name of a cell so far out that the reader died of it; None if none is found."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/"):
                    with packed.open(name) as part:
                        found = _far(part.read(_SCANNED_BYTES))
                    if found:
                        return found
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return None
    return None


def _look_into(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refused("broken") from None
    if len(parts) > MAX_MEMBERS:
        raise refused("members")
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise refused("unpacked")
    if not any(part.filename.startswith(("xl/", "content.xml")) for part in parts):
        raise refused("kind")
    for part in parts:
        name = part.filename.replace("\\", "/")
        if part.flag_bits & ENCRYPTED_BIT:
            raise refused("password")
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise refused("names")
        if name.lower().endswith("vbaproject.bin") or name.startswith("Basic/"):
            raise refused("macro")
        if "externallinks/" in name.lower():
            raise refused("links")


def _far(sheet: bytes) -> str | None:
    for found in _CELL.finditer(sheet):
        column, row = found[1].decode("ascii"), int(found[2])
        if row > FAR_ROW or len(column) >= FAR_LETTERS:
            return f"{column}{row}"
    return None
