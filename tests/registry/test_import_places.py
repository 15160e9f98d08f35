"""Countries, regions, towns, postcodes and legal ids as people of six countries write them."""

import pytest

from contracts.legal_ids import LegalIdScheme
from services.chassis.errors import Fault
from services.registry.imports import identifiers, places


def code(found: object) -> str:
    assert isinstance(found, Fault), found
    return found.code


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "land"),
        [
            *((text, "SK") for text in ("Slovenská republika", "Slovensko", "SK", "sk", "SVK")),
            *((text, "SK") for text in ("Slovak Republic", "Словаччина", "Slovakijos Respublika")),
            *((text, "RO") for text in ("România", "ROMANIA", "ro", "Rumunia", "Румунія")),
            *((text, "LT") for text in ("Lietuvos Respublika", "Lietuva", "lt", "Litva", "Литва")),
            *(
                (text, "CZ")
                for text in ("Česká republika", "Česko", "Czechia", "CZ", "Republika Czeska")
            ),
            *((text, "PL") for text in ("Rzeczpospolita Polska", "polska", "Poľská republika")),
            *((text, "UA") for text in ("Україна", "Ukrajina", "Ucraina", "ua")),
        ],
    )
    def test_r19_countries_are_known_by_their_names_and_codes(self, text: str, land: str) -> None:
        assert places.country(text, "UA") == land

    def test_r19_short_forms_mean_what_people_of_the_country_mean(self) -> None:
        assert [places.country(text, "SK") for text in ("SR", "ČR")] == ["SK", "CZ"]
        assert [places.country(text, "UA") for text in ("SR", "CR")] == ["SR", "CR"]
        assert places.country("LR", "LT") == "LT"

    @pytest.mark.parametrize(
        ("text", "land", "region"),
        [
            ("Municipiul București", "RO", "RO321"),
            ("Bucureşti, Sectorul 3", "RO", "RO321"),
            ("județul Cluj", "RO", "RO113"),
            ("Jud. Cluj", "RO", "RO113"),
            ("CJ", "RO", "RO113"),
            ("Praha hl. m.", "CZ", "CZ010"),
            ("Hlavní město Praha", "CZ", "CZ010"),
            ("Jihomoravský", "CZ", "CZ064"),
            ("okres Brno-město", "CZ", "CZ064"),
            ("m. Kaunas", "LT", "LT022"),
            ("Kauno apskr.", "LT", "LT022"),
            ("Vilniaus m. sav.", "LT", "LT011"),
            ("Vilniaus rajono savivaldybė", "LT", "LT011"),
            ("okres Nitra", "SK", "SK023"),
            ("okr. Nové Mesto nad Váhom", "SK", "SK022"),
            ("Košice-okolie", "SK", "SK042"),
            ("okres Praha-západ", "CZ", "CZ020"),
            ("okres Ústí nad Orlicí", "CZ", "CZ053"),
            ("Trakų r. sav.", "LT", "LT011"),
            ("Palangos miesto savivaldybė", "LT", "LT023"),
            ("Nitriansky samosprávny kraj", "SK", "SK023"),
            ("kosicky", "SK", "SK042"),
            ("woj. mazowieckie", "PL", "PL9"),
            ("Województwo Łódzkie", "PL", "PL71"),
            ("м. Київ", "UA", "UA-30"),
            ("Київська обл.", "UA", "UA-32"),
            ("Kyiv Oblast", "UA", "UA-32"),
            ("Kyiv obl.", "UA", "UA-32"),
            ("Kyiv", "UA", "UA-30"),
        ],
    )
    def test_r19_regions_are_known_beside_local_words(
        self, text: str, land: str, region: str
    ) -> None:
        found = places.region(text, land)

        assert not isinstance(found, Fault), text
        assert found["code"] == region

    def test_r19_an_unknown_region_is_refused(self) -> None:
        assert code(places.region("okres Zemplín", "SK")) == "TLK-D051"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Municipiul București", "București"),
            ("mun. Iași", "Iași"),
            ("m. Kaunas", "Kaunas"),
            ("м. Київ", "Київ"),
            ("с. Гореничі", "Гореничі"),
            ("obec Veľké Kostoľany", "Veľké Kostoľany"),
            ("m.st. Warszawa", "Warszawa"),
            ("Praha, hl. m.", "Praha"),
            ("Hlavní město Praha", "Praha"),
            ("Město Albrechtice", "Město Albrechtice"),  # so it is called
            ("Comănești", "Comănești"),
            ("Moravany", "Moravany"),
        ],
    )
    def test_r19_a_town_is_called_by_its_name(self, text: str, name: str) -> None:
        assert places.settlement(text) == name

    @pytest.mark.parametrize(
        ("text", "land", "code"),
        [
            ("1001", "UA", "01001"),
            ("10011", "RO", "010011"),
            ("8001", "SK", "08001"),
            ("950", "PL", "00-950"),
            ("81101.0", "SK", "81101"),
            ("811 01", "SK", "811 01"),
            ("LT-01103", "LT", "LT-01103"),
            ("1000", "CZ", "1000"),  # no Czech code begins with a zero
        ],
    )
    def test_r19_a_postcode_gets_back_the_zeros_of_a_number_cell(
        self, text: str, land: str, code: str
    ) -> None:
        assert places.postcode(text, land) == code


class TestLegalIds:
    @pytest.mark.parametrize(
        ("scheme", "text", "number"),
        [
            ("ro_cui", "ro1590082", "1590082"),
            ("ro_cui", "RO 1590082", "1590082"),
            ("ro_cui", "CUI: RO1590082", "1590082"),
            ("ro_cui", "1590082.0", "1590082"),
            ("sk_ico", "IČO: 31 322 832", "31322832"),
            ("cz_ico", "IČ 81 090 307", "81090307"),
            ("lt_code", "Įmonės kodas 110053842", "110053842"),
            ("pl_nip", "NIP 999-795-36-80", "9997953680"),
            ("pl_nip", "PL9997953680", "9997953680"),
            ("ua_edrpou", "код ЄДРПОУ 99857177", "99857177"),
            ("sk_ico", "DIČ 31322832", "DIČ 31322832"),  # another register's number
            ("sk_ico", "31322832 (SK)", "31322832 (SK)"),
        ],
    )
    def test_r19_are_taken_out_of_their_dress(self, scheme: str, text: str, number: str) -> None:
        assert identifiers.undressed(LegalIdScheme(scheme), text) == number

    def test_r19_zeros_are_put_back_only_where_the_check_digit_says_so(self) -> None:
        assert identifiers.with_zeros(LegalIdScheme.SK_ICO, "397610") == "00397610"
        assert identifiers.with_zeros(LegalIdScheme.SK_ICO, "397611") is None
        assert identifiers.with_zeros(LegalIdScheme.PL_NIP, "999795368") is None
