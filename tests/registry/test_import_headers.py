"""Columns are told by the words that people of six countries put above them."""

import pytest

from contracts.vocabulary import LANGUAGES
from services.registry.exports import member_sheet, sheet
from services.registry.imports.fields import Kind, fields_of, schemes_of
from services.registry.imports.headers import title
from services.registry.imports.matching import Listing, guess, nearest, told_by_values
from tests.registry.imports import LANGUAGES as SPOKEN


def a_listing(country: str, kind: Kind = Kind.MEMBERS) -> Listing:
    return Listing.of(kind, country)


def told(columns: list[str], country: str, kind: Kind = Kind.MEMBERS) -> dict[str, str]:
    """The name of the column of each field."""
    found = guess(columns, a_listing(country, kind))
    return {field: columns[at] for field, at in found.items()}


class TestWordsThatPeopleUse:
    @pytest.mark.parametrize(
        ("country", "headers"),
        [
            (
                "SK",
                {
                    "cluster": "Názov klastra",
                    "name": "Názov spoločnosti (SK)",
                    "name_en": "Názov spoločnosti (EN)",
                    "sk_ico": "IČO",
                    "region": "Kraj",
                    "settlement": "Obec sídla",
                    "size": "Veľkostná kategória",
                    "joined": "Dátum pristúpenia",
                },
            ),
            (
                "CZ",
                {
                    "name": "Nazev clena",
                    "cz_ico": "ICO",
                    "region": "Kraj",
                    "country": "Stát",
                    "joined": "Dat. vstupu",
                    "legal_form": "Práv. forma",
                },
            ),
            (
                "LT",
                {
                    "name": "Įmonės pavadinimas",
                    "name_en": "Pavadinimas anglų k.",
                    "lt_code": "Įm. kodas",
                    "joined": "Įstojimo data",
                    "region": "Apskritis",
                    "settlement": "Miestas / gyvenvietė",
                    "size": "Imones dydis",
                },
            ),
            (
                "RO",
                {
                    "cluster": "Denumire cluster",
                    "name": "Denumirea membrului",
                    "name_en": "Denumirea (engleză)",
                    "ro_cui": "CUI/CIF",
                    "joined": "Data înscrierii",
                    "region": "Județ/Sector",
                    "settlement": "Localitate",
                    "postcode": "Cod poștal",
                },
            ),
            (
                "PL",
                {
                    "name": "Pełna nazwa",
                    "name_en": "Nazwa ang.",
                    "pl_nip": "NIP*",
                    "country": "Kraj",
                    "region": "Woj.",
                    "joined": "Data przystąpienia",
                    "postcode": "Kod poczt.",
                },
            ),
            (
                "UA",
                {
                    "name": "Повне найменування",
                    "name_en": "Назва (англ.)",
                    "ua_edrpou": "ЄДРПОУ",
                    "region": "Обл.",
                    "joined": "Дата приєднання",
                    "settlement": "Місто",
                },
            ),
            ("UA", {"name": "Nazwa", "ua_edrpou": "Kod EDRPOU", "joined": "Datum vstupu"}),
        ],
    )
    def test_r19_tell_the_fields(self, country: str, headers: dict[str, str]) -> None:
        columns = ["Lp.", *headers.values(), "Poznámka", "Uwagi"]

        assert told(columns, country) == headers

    @pytest.mark.parametrize(
        ("country", "headers"),
        [
            ("SK", "joined: Dátum vstúpenia|left: Dátum výstupu|size: Veľkosť subjektu"),
            ("SK", "left: Dátum vystúpenia|joined: Dátum prijatia za člena|kind: Druh subjektu"),
            ("SK", "name: Názov podniku|sk_ico: IČO spoločnosti|settlement: Sídlo firmy"),
            ("CZ", "joined: Vstup do klastru|left: Datum výstupu|size: Velikost subjektu"),
            ("CZ", "left: Výstup z klastru|reason: Důvod výstupu|web: Webová adresa"),
            (
                "LT",
                "joined: Priėmimo į narius data|left: Narystės nutraukimo data|size: Nario dydis",
            ),
            ("LT", "size: SVV statusas|left: Pasitraukimas|reason: Išėjimo priežastis"),
            ("PL", "joined: Data akcesji|left: Data rezygnacji|size: Klasa wielkości"),
            ("PL", "pl_nip: NIP firmy|kind: Typ organizacji|web: Strona web"),
            ("RO", "size: Mărimea|kind: Tipul|name: Societatea|ro_cui: Codul fiscal"),
            ("RO", "joined: Data de aderare|left: Data de ieșire|reason: Motivul renunțării"),
            ("RO", "size: Dimensiunea|settlement: Localitatea/Orașul|street: Adresa firmei"),
            ("UA", "joined: Дата набуття членства|left: Дата завершення членства"),
            ("UA", "name: Юридична особа|size: Розмір організації|nace: Коди КВЕД"),
        ],
    )
    def test_r19_back_offices_have_many_words_for_a_field(self, country: str, headers: str) -> None:
        said = dict(each.split(": ") for each in headers.split("|"))

        assert told(list(said.values()), country) == said

    @pytest.mark.parametrize(
        ("country", "mail"),
        [("RO", "Adresa de e-mail"), ("PL", "E-mail kontaktowy"), ("CZ", "E-mailová adresa")],
    )
    def test_r19_an_address_for_mail_is_no_street(self, country: str, mail: str) -> None:
        assert told([mail], country) == {}
        assert told([mail], country, Kind.PEOPLE) == {"mail": mail}

    @pytest.mark.parametrize(
        ("country", "number", "other"),
        [("SK", "IČO", "IČ DPH"), ("CZ", "IČ", "DIČ")],
    )
    def test_r19_a_number_of_the_value_added_tax_is_not_taken_for_that_of_a_register(
        self, country: str, number: str, other: str
    ) -> None:
        assert list(told([other, number], country).values()) == [number]
        assert told([other], country) == {}

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            (["mică", "", "mijlocie", "micro"], "size"),
            (["universitate", "mare"], "kind"),
            (["mică", "?"], "kind"),
            ([""], "kind"),
        ],
    )
    def test_r19_what_is_called_a_kind_and_holds_sizes_is_one_of_sizes(
        self, values: list[str], field: str
    ) -> None:
        columns = ["Denumire", "Tip membru (micro/mică/mijlocie/mare)"]
        matched = guess(columns, a_listing("RO"))
        assert matched["kind"] == 1

        found = told_by_values(matched, [(row, ["X", cell]) for row, cell in enumerate(values)])

        assert found == {"name": 0, field: 1}

    def test_r19_the_same_word_means_what_the_country_means_by_it(self) -> None:
        assert told(["Kraj"], "SK") == {"region": "Kraj"}
        assert told(["Kraj"], "CZ") == {"region": "Kraj"}
        assert told(["Kraj"], "PL") == {"country": "Kraj"}

    def test_r19_of_two_columns_for_a_field_the_usual_word_counts(self) -> None:
        assert told(["Sídlo", "Mesto"], "SK") == {"settlement": "Mesto"}
        assert told(["Okres", "Kraj"], "SK") == {"region": "Kraj"}
        columns = ["Název klastrové organizace", "Jméno/název člena"]
        assert told(columns, "CZ") == {"cluster": columns[0], "name": columns[1]}

    @pytest.mark.parametrize(
        ("country", "joined", "left"),
        [
            ("UA", "Член з", "Дата виходу"),
            ("PL", "Data wstąpienia", "Data wystąpienia"),
            ("CZ", "Člen od", "Člen do"),
            ("SK", "Dátum vstupu", "Dátum ukončenia"),
            ("LT", "Narys nuo", "Narys iki"),
            ("RO", "Data intrării", "Data ieșirii"),
            ("PL", "Joined on", "Left on"),
        ],
    )
    def test_r19_the_day_of_leaving_is_told_from_that_of_joining(
        self, country: str, joined: str, left: str
    ) -> None:
        assert told([left, joined], country) == {"joined": joined, "left": left}
        assert told([left], country) == {"left": left}

    def test_r19_in_a_list_of_clusters_their_name_is_the_name(self) -> None:
        columns = ["Klastr", "Název anglicky", "IČO"]

        found = told(columns, "CZ", Kind.CLUSTERS)

        assert found == {"name": "Klastr", "name_en": "Název anglicky", "cz_ico": "IČO"}

    def test_r19_a_header_that_is_not_known_is_proposed_and_not_taken(self) -> None:
        columns = ["Názov spoločnosti", "Dátum vstupu klastr", "Datm pristupenia", "Telefonát"]
        about = a_listing("SK")
        found = guess(columns[:1] + columns[2:], about)

        assert nearest(columns[:1] + columns[2:], about, found) == {"joined": 1}


class TestWhatTalkaGivesOut:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("country", SPOKEN)
    @pytest.mark.parametrize("kind", Kind)
    def test_r19_its_columns_are_known_again_in_every_language(
        self, kind: Kind, country: str, language: str
    ) -> None:
        fields = [field.name for field in fields_of(kind, country)]
        columns = [title(field, language, kind) for field in fields]

        assert len(set(columns)) == len(columns)
        assert told(columns, country, kind) == dict(zip(fields, columns, strict=True))

    @pytest.mark.parametrize("country", SPOKEN)
    @pytest.mark.parametrize(
        ("kind", "exported", "only_read"),
        [
            (Kind.CLUSTERS, sheet.COLUMNS, sheet.ABOUT),
            (Kind.MEMBERS, member_sheet.COLUMNS, member_sheet.ABOUT),
        ],
    )
    def test_r20_exports_are_known_again_without_what_is_only_to_be_read(
        self, kind: Kind, exported: tuple[str, ...], only_read: dict[str, str], country: str
    ) -> None:
        columns = [only_read.get(name) or title(name, "en", kind) for name in exported]

        found = told(columns, country, kind)

        others = {scheme for land in SPOKEN if land != country for scheme in schemes_of(land)}
        named = {name: title(name, "en", kind) for name in exported if name not in only_read}
        assert found == {name: column for name, column in named.items() if name not in others}

    def test_r02_the_name_of_a_cluster_is_called_so(self) -> None:
        assert title("name", "en", Kind.CLUSTERS) == "Name of the cluster"
        assert title("name", "en", Kind.MEMBERS) == "Name of the member"
        [header] = list(sheet.lines_of([], refs_of="PL"))
        assert header[sheet.COLUMNS.index("name")] == "Name of the cluster"
