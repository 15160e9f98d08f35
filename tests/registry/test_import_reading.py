import io
import resource
import time
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter

from services.registry.imports import reading
from services.registry.imports.looking import REFUSED, FileRefused, look
from services.registry.imports.reading import Choice, read
from tests.registry.imports import DATA, a_csv, a_workbook
from tests.registry.old_workbook import Cell, an_old_workbook, compound

HEADER = ["Name", "Company code"]
ROWS = (HEADER, ["A", "1"], ["B", "2"])
SHEET = "xl/worksheets/sheet1.xml"


def packed(*, change: dict[str, bytes] | None = None, add: dict[str, bytes] | None = None) -> bytes:
    """A workbook with some of its parts replaced, and others added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook(*ROWS))) as sound,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in sound.namelist():
            made.writestr(name, (change or {}).get(name, sound.read(name)))
        for name, body in (add or {}).items():
            made.writestr(name, body)
    return file.getvalue()


def a_sheet(inside: str) -> bytes:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><sheetData>{inside}</sheetData></worksheet>'
    ).encode()


def an_open_document(*rows: Sequence[str]) -> bytes:
    """What LibreOffice saves: a sheet of texts as .ods."""
    lines = "".join(
        f"<table:table-row>{''.join(map(_open_cell, cells))}</table:table-row>" for cells in rows
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<?xml version='1.0'?><office:document-content{names}><office:body><office:spreadsheet>"
        f"<table:table table:name='Rows'>{lines}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/>"
        "</manifest:manifest>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", kind)
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def _open_cell(text: str) -> str:
    return (
        f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
    )


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, "Name;Company code")
    return file.getvalue()


def encrypted() -> bytes:
    body = bytearray(packed())
    at = body.rindex(b"PK\x01\x02")
    body[at + 8] |= 1
    return bytes(body)


FAR = a_sheet(
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData><row r="1"><c r="A1" t="str">'
    b"<v>&c;</v></c></row></sheetData></worksheet>"
)
HOSTILE = {
    "nothing": (b"  \r\n", "empty"),
    "an empty file": (b"", "empty"),
    "a workbook without rows": (a_workbook(), "empty"),
    "an old workbook without rows": (an_old_workbook([]), "empty"),
    "a web page": (b"\xef\xbb\xbf<html><table><tr><td>Name</td></tr></table></html>", "kind"),
    "a packed text": (zipped("list.csv"), "kind"),
    "a letter": (zipped("word/document.xml"), "kind"),
    "an old letter": (compound("WordDocument", b"Dear all"), "kind"),
    "an old workbook under a password": (an_old_workbook(*ROWS, under_password=True), "password"),
    "a workbook under a password": (compound("EncryptedPackage", b"0" * 99), "password"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "kind"),
    "binary rubbish": (bytes(range(256)) * 20, "kind"),
    "too large": (b"a;b\n" * 3_000_000, "size"),
    "a torn workbook": (packed()[:-200], "broken"),
    "a workbook of noise": (b"PK\x03\x04" + b"0" * 500, "broken"),
    "too many parts": (packed(add={f"x/{n}.xml": b"" for n in range(250)}), "members"),
    "a bomb": (packed(add={"xl/media/a.bin": b"0" * (65 << 20)}), "unpacked"),
    "a password": (encrypted(), "password"),
    "a path out of the archive": (packed(add={"../../etc/passwd": b"x"}), "names"),
    "an absolute path": (packed(add={"/etc/passwd": b"x"}), "names"),
    "a macro": (packed(add={"xl/vbaProject.bin": b"x"}), "macro"),
    "links to other files": (packed(add={"xl/externalLinks/externalLink1.xml": b"x"}), "links"),
    "a far cell": (packed(change={SHEET: FAR}), "far"),
    "entities": (packed(change={SHEET: ENTITIES}), "broken"),
}


class TestHostileFiles:
    @pytest.mark.parametrize("name", HOSTILE)
    async def test_r19_is_refused_with_a_sentence_and_without_harm(self, name: str) -> None:
        body, why = HOSTILE[name]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)

        with pytest.raises(FileRefused) as refused:
            await read(body, country="PL")

        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert refused.value.text == REFUSED[why]
        assert after.ru_utime - before.ru_utime < 15

    async def test_r19_the_far_cell_is_named(self) -> None:
        with pytest.raises(FileRefused, match="cell XFD1048576 is far away"):
            await read(packed(change={SHEET: FAR}), country="PL")

    async def test_r19_texts_that_unpack_to_much_end_at_the_limit_of_the_child(self) -> None:
        strings = b"<sst><si><t>" + b"a" * (60 << 20) + b"</t></si></sst>"

        with pytest.raises(FileRefused):
            await read(packed(change={"xl/sharedStrings.xml": strings}), country="PL")

    async def test_r19_a_million_rows_are_refused(self) -> None:
        rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 60_000))

        with pytest.raises(FileRefused) as refused:
            await read(packed(change={SHEET: a_sheet(rows)}), country="PL")

        assert refused.value.text == REFUSED["rows"]

    async def test_r19_a_child_that_takes_too_long_is_ended(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "WALL_SECONDS", 0.0)

        with pytest.raises(FileRefused) as refused:
            await read(a_workbook(*ROWS), country="PL")

        assert refused.value.text == REFUSED["time"]

    def test_r19_the_first_look_takes_milliseconds(self) -> None:
        body = HOSTILE["a bomb"][0]
        started = time.thread_time()  # what others do meanwhile does not count

        with pytest.raises(FileRefused):
            look(body)

        assert time.thread_time() - started < 0.05


class TestRowsAround:
    async def test_r19_sums_are_no_rows_wherever_they_stand(self) -> None:
        header, member = ["Klasteris", "Narys", "Kodas", "Įstojo"], ["K", "Total UAB", "1", "2020"]
        foot = [["Iš viso", "2"], ["Parengė Jonas"]]
        body = a_csv(header, member, ["", "Iš viso narių: 1"], member, *foot)

        sheet = await read(body, country="LT")

        assert [row for row, _ in sheet.rows] == [2, 4]
        assert [(each.row, each.why, each.text) for each in sheet.left_out] == [
            (3, "total", "Iš viso narių: 1"),
            (5, "total", "Iš viso · 2"),
            (6, "remark", "Parengė Jonas"),
        ]

    @pytest.mark.parametrize("name", ["Total Polska", "Suma Soft s.r.o.", "Viso keliai UAB"])
    async def test_r19_an_organisation_that_is_called_like_a_sum_is_a_row(self, name: str) -> None:
        header, member = ["Narys", "Kodas", "Įstojo"], ["UAB Ąžuolas", "123456785", "2020"]

        sheet = await read(a_csv(header, member, [name, "12345678"], member), country="LT")

        assert [row for row, _ in sheet.rows] == [2, 3, 4]


class TestWorkbooks:
    async def test_r19_row_numbers_are_those_of_the_sheet(self) -> None:
        sheet = await read(a_workbook(*ROWS, above=3, left=2), country="PL")

        assert sheet.header_row == 4
        assert sheet.rows == [(5, ["", "", "A", "1"]), (6, ["", "", "B", "2"])]

    async def test_r19_numbers_and_days_are_texts_as_one_types_them(self) -> None:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Name", "Company code", "Joined", "Staff"])
        sheet.write_row(1, 0, ["A", 9999323380])
        sheet.write_number(1, 2, 43466, day)
        sheet.write_number(1, 3, 2.5)
        book.close()

        found = await read(file.getvalue(), country="PL")

        assert found.rows == [(2, ["A", "9999323380", "2019-01-01", "2.5"])]

    async def test_r19_an_open_document_is_read_like_a_workbook(self) -> None:
        sheet = await read(an_open_document(HEADER, ["Żmij", "0012"]), country="PL")

        assert (sheet.name, sheet.columns) == ("Rows", HEADER)
        assert sheet.rows == [(2, ["Żmij", "0012"])]

    async def test_r19_an_old_workbook_is_read_like_a_new_one(self) -> None:
        day, written = date(2019, 1, 1), "4. mája 2021"
        rows: list[list[Cell]] = [
            ["Name", "Code", "Joined"],
            ["Ľubica", 397610, day],
            ["Žeriav", 2.5, written],
        ]

        old = await read(an_old_workbook(*rows), country="SK")
        new = await read(a_workbook(*rows), country="SK")

        assert old == new
        assert old.rows == [
            (2, ["Ľubica", "397610", "2019-01-01"]),
            (3, ["Žeriav", "2.5", "4. mája 2021"]),
        ]

    async def test_r19_another_sheet_can_be_chosen(self) -> None:
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        book.add_worksheet("First").write_row(0, 0, ["Name", "x"])
        book.get_worksheet_by_name("First").write_row(1, 0, ["A", "x"])
        second = book.add_worksheet("Second")
        second.write_row(0, 0, HEADER)
        second.write_row(1, 0, ["B", "2"])
        book.close()

        found = await read(file.getvalue(), country="PL", choice=Choice(sheet="Second"))

        assert list(found.sheets) == ["First", "Second"]
        assert found.rows == [(2, ["B", "2"])]


class TestText:
    @pytest.mark.parametrize(
        ("country", "encoding"),
        [("CZ", "cp1250"), ("LT", "cp1257"), ("UA", "cp1251"), ("RO", "utf-8"), ("SK", "utf-16")],
    )
    async def test_r19_letters_are_those_of_the_country(self, country: str, encoding: str) -> None:
        names = {"CZ": "Žluťoučký", "LT": "Ąžuolas", "UA": "Їжак", "RO": "Țesături", "SK": "Ľubica"}

        sheet = await read(a_csv(HEADER, [names[country], "1"], encoding=encoding), country=country)

        assert sheet.rows == [(2, [names[country], "1"])]
        assert sheet.encoding == encoding

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    async def test_r19_the_separator_is_the_one_that_splits_evenly(self, separator: str) -> None:
        sheet = await read(
            a_csv(HEADER, ["A, B; C", "1"], ["D", "2"], separator=separator), country="PL"
        )

        assert sheet.separator == separator
        assert sheet.rows == [(2, ["A, B; C", "1"]), (3, ["D", "2"])]

    async def test_r19_what_was_found_out_wrong_can_be_chosen(self) -> None:
        body = (DATA / "cz_clenove_klastru.csv").read_bytes()

        sheet = await read(body, country="UA", choice=Choice(encoding="cp1250"))

        assert sheet.columns[2] == "Název člena"

    async def test_r19_a_field_with_line_breaks_keeps_the_number_of_its_first_line(self) -> None:
        sheet = await read(b'Name;Company code\n"A\nB";1\nC;2\n', country="PL")

        assert sheet.rows == [(2, ["A\nB", "1"]), (4, ["C", "2"])]

    async def test_r19_the_apostrophe_of_our_own_exports_is_taken_off(self) -> None:
        sheet = await read(a_csv(HEADER, ["'=1+1", "'5"]), country="PL")

        assert sheet.rows == [(2, ["=1+1", "'5"])]
