"""Whole lists as offices of six countries keep them, row by row."""

from contracts.declared.members import MemberDeclared
from services.registry.imports.reading import read
from tests.registry.imports import a_csv, a_door, a_workbook, codes, declared, judged

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
