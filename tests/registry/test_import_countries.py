"""Lists of six countries in their own habits, as they are judged without a register."""

import pytest

from contracts.declarations import ClusterDeclared
from contracts.declared.members import MemberDeclared
from contracts.declared.people import PersonDeclared
from services.chassis.intake import Intake
from services.registry.imports.checking import Checked
from services.registry.imports.fields import Kind
from services.registry.imports.reading import read
from tests.registry.imports import a_csv, a_door, codes, declared, judged

OF_VILNIUS = {"Vilniaus klasteris": "CL-1"}


@pytest.fixture
def intake() -> Intake:
    return a_door()


class TestHabits:
    async def test_r19_a_lithuanian_list(self, intake: Intake) -> None:
        body = a_csv(
            [
                "Eil. Nr.",
                "Klasteris",
                "Įmonės pavadinimas",
                "Įmonės kodas",
                "Apskritis",
                "Įmonės dydis",
                "Įstojimo data",
            ],
            [
                "1",
                "Vilniaus klasteris",
                "UAB „Žilvinas“",
                "110053842",
                "Vilniaus apskr.",
                "labai maža",
                "2019-03-05",
            ],
            ["2", "Vilniaus klasteris", "AB „Eglė“", "110053843", "Kauno", "didelė", "2020.13.01"],
            encoding="cp1257",
        )

        sheet = await read(body, country="LT")
        good, bad = judged(sheet, intake, country="LT", clusters=OF_VILNIUS)

        assert (sheet.encoding, sheet.separator) == ("cp1257", ";")
        member = declared(good)
        assert isinstance(member, MemberDeclared)
        assert member.organisation.names.original == "UAB „Žilvinas“"
        assert member.organisation.place.region.code == "LT011"
        assert member.organisation.size_class == "micro"
        assert member.joined_day.isoformat() == "2019-03-05"
        assert codes(bad) == [("joined", "TLK-D009"), ("lt_code", "TLK-D010")]

    async def test_r19_a_romanian_list_with_cedillas(self, intake: Intake) -> None:
        body = a_csv(
            [
                "Nr. crt.",
                "Denumirea firmei",
                "CUI",
                "Judeţ",
                "Localitate",
                "Mărime",
                "Cluster",
                "Data aderării",
            ],
            [
                "1",
                "Făt-Frumos Mobilă Braşov S.R.L.",
                "RO 1590082",
                "Braşov",
                "Braşov",
                "întreprindere mică",
                "Clusterul Ţesături",
                "05.03.2021",
            ],
            encoding="cp1250",
        )

        sheet = await read(body, country="RO")
        [row] = judged(sheet, intake, country="RO", clusters={"Clusterul Țesături": "CL-7"})

        member = declared(row)
        assert isinstance(member, MemberDeclared)
        assert member.organisation.names.original == "Făt-Frumos Mobilă Brașov S.R.L."
        assert member.organisation.place.region.code == "RO122"
        assert member.organisation.size_class == "small"
        assert member.cluster.number == "CL-7"

    async def test_r19_a_slovak_list_of_clusters_with_decimal_commas(self, intake: Intake) -> None:
        body = a_csv(
            [
                "Názov klastra",
                "Názov po anglicky",
                "IČO",
                "Právna forma",
                "Dátum založenia",
                "Kraj",
                "Mesto",
                "Ekosystém",
                "Zamestnanci (úväzky)",
                "Jazyky",
                "Web",
            ],
            [
                "Klaster plastov Nitra",
                "Nitra Plastics Cluster",
                "31322832",
                "združenie",
                "1. 7. 2009",
                "Nitriansky kraj",
                "Nitra",
                "Chemický priemysel",
                "2,5",
                "slovenčina, angličtina",
                "https://example.sk",
            ],
            separator="\t",
            encoding="utf-8-sig",
        )
        sheet = await read(body, country="SK")

        [row] = judged(sheet, intake, country="SK", clusters={}, kind=Kind.CLUSTERS)

        assert codes(row) == [("ecosystem", "TLK-D015")]
        sheet = await read(body.replace("Chemický priemysel".encode(), b"digital"), country="SK")
        [row] = judged(sheet, intake, country="SK", clusters={}, kind=Kind.CLUSTERS)
        cluster = declared(row)
        assert isinstance(cluster, ClusterDeclared)
        assert cluster.staff_fte == 2.5
        assert cluster.languages == ("sk", "en")
        assert cluster.seat.region.code == "SK023"

    async def test_r19_a_list_of_people(self, intake: Intake) -> None:
        body = a_csv(
            ["Imię i nazwisko", "E-mail", "Telefon", "Klaster", "Funkcje", "Zgoda"],
            [
                "Zofia Bajka",
                "zofia@example.org",
                "+48 22 555 01 23",
                "Klaster Bajek",
                "administrator",
                "2026-1",
            ],
            ["Jan Bajka", "jan(at)example.org", "", "", "", "2026-1"],
        )

        sheet = await read(body, country="PL")
        good, bad = judged(
            sheet, intake, country="PL", clusters={"Klaster Bajek": "CL-3"}, kind=Kind.PEOPLE
        )

        person = declared(good)
        assert isinstance(person, PersonDeclared)
        assert person.functions[0].cluster is not None
        assert (person.language, person.functions[0].cluster.number) == ("pl", "CL-3")
        assert codes(bad) == [("mail", "TLK-D005")]

    async def test_r19_of_each_person_a_list_may_say_whether_they_agreed(
        self, intake: Intake
    ) -> None:
        rows = [["Ana Pop", "ana@example.org", said] for said in ("DA", "2026-1", "nu", "")]
        sheet = await read(a_csv(["Nume și prenume", "Email", "Acord GDPR"], *rows), country="RO")

        alone = judged(sheet, intake, country="RO", clusters={}, kind=Kind.PEOPLE)
        with_text = judged(
            sheet, intake, country="RO", clusters={}, kind=Kind.PEOPLE, consent="2027-01"
        )

        def told(rows: list[Checked]) -> list[list[str]]:
            return [[note.fault.code for note in row.notes if note.other is None] for row in rows]

        assert told(alone) == [["TLK-D132"], [], ["TLK-D133"], ["TLK-D001"]]
        assert told(with_text) == [[], [], ["TLK-D133"], ["TLK-D001"]]
        person = declared(with_text[0])
        assert isinstance(person, PersonDeclared)
        assert person.consent == "2027-01"
