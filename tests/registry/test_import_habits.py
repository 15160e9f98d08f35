"""Cells as people of six countries write them: days, places, numbers, words."""

from datetime import date

import pytest

from contracts.reference import ecosystems
from contracts.vocabulary import LANGUAGES
from services.chassis.errors import Fault
from services.chassis.ui.i18n import Catalogues
from services.chassis.words import plain
from services.registry.imports import days, values
from services.registry.imports.cells import Cells
from services.registry.imports.headers import rows_of
from services.registry.imports.views import options_of
from services.registry.people.naming import international

TODAY = date(2026, 11, 24)


def code(found: object) -> str:
    assert isinstance(found, Fault), found
    return found.code


class TestDays:
    @pytest.mark.parametrize(
        "text",
        [
            *("4. mája 2021", "4. máj 2021", "4. maja 2021", "4.mája2021", "utorok 4. mája 2021"),
            *("2021 m. gegužės 4 d.", "2021 m. gegužė 4", "2021 m. 05 mėn. 04 d.", "2021.05.04"),
            *("4 mai 2021", "4 MAI 2021", "marți, 4 mai 2021", "din 4 mai 2021"),
            *("4 maja 2021", "4 maja 2021 r.", "wtorek, 4 maja 2021", "4.V.2021", "4 V 2021 r."),
            *("4. května 2021", "4. kvetna 2021", "4. května 2021, úterý", "4. 5. 2021"),
            *(
                "4 травня 2021 р.",
                "4 травня 2021 року",
                "вівторок, 4 травня 2021 р.",
                "04.05.2021р.",
            ),
            *("4 May 2021", "May 4, 2021", "4th of May 2021", "4-May-2021", "2021 May 4"),
            *("2021/05/04", "2021-05-04", "20210504", "04-05-2021", "4 / 5 / 2021", "44320"),
            *("2021-05-04T00:00:00", "4.5.2021 10:30:00", "2021-05-04 08:05"),
        ],
    )
    def test_r19_are_understood_in_figures_and_in_words_of_every_language(self, text: str) -> None:
        assert days.day(text, "RO", TODAY) == "2021-05-04"

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("1. srpna 2020", "2020-08-01"),
            ("1 лип. 2020", "2020-07-01"),
            ("1. červ. 2020", None),  # June or July
            ("1. červenec 2020", "2020-07-01"),
            ("1 вересня 2020", "2020-09-01"),
            ("2020 m. rugs. 1 d.", "2020-09-01"),
            ("1 ian. 2020", "2020-01-01"),
            ("1. febr. 2020", "2020-02-01"),
            ("1 października 2020", "2020-10-01"),
        ],
    )
    def test_r19_months_may_be_cut_short_while_they_can_be_told(
        self, text: str, day: str | None
    ) -> None:
        found = days.day(text, "CZ", TODAY)

        assert found == day if day else code(found) == "TLK-D009"

    @pytest.mark.parametrize(
        "text",
        [
            *("2021", "máj 2021", "05/2021", "2021-05", "2021 m. gegužė", "травень 2021 р."),
            *("May-21", "4. mája", "lipiec"),
        ],
    )
    def test_r19_a_part_of_a_day_is_refused_and_told_so(self, text: str) -> None:
        assert code(days.day(text, "SK", TODAY)) == "TLK-D130"

    @pytest.mark.parametrize("text", ["30.02.2021", "2021-13-01", "x", "soon", "1.1.2020 (left)"])
    def test_r19_what_is_no_day_is_refused(self, text: str) -> None:
        assert code(days.day(text, "SK", TODAY)) == "TLK-D009"

    @pytest.mark.parametrize("text", ["03.04.18", "3. 4. 18", "03.04.18 r.", "3.4.18"])
    def test_r19_a_year_of_two_figures_is_of_this_century(self, text: str) -> None:
        assert days.day(text, "RO", TODAY) == "2018-04-03"
        assert days.shortened(text)

    @pytest.mark.parametrize(
        ("text", "country"),
        [
            *(("03.04.98", "RO"), ("25.11.26", "SK")),  # they would be still to come
            *(("18.04.03", "LT"), ("03/04/18", "RO"), ("3-4-18", "PL"), ("4. mája 21", "SK")),
        ],
    )
    def test_r19_a_year_of_two_figures_that_is_not_certain_is_asked_back(
        self, text: str, country: str
    ) -> None:
        assert code(days.day(text, country, TODAY)) == "TLK-D136"
        assert days.day("24.11.26", "SK", TODAY) == "2026-11-24"
        assert code(days.day("31.02.20", "RO", TODAY)) == "TLK-D009"

    def test_r19_what_a_short_year_was_read_as_is_shown(self) -> None:
        cells = Cells({"joined": "03.04.18"})

        assert cells.day("joined", "RO", TODAY) == "2018-04-03"
        assert [(name, each.values) for name, each in cells.repairs] == [
            ("joined", {"value": "2018-04-03"})
        ]

    def test_r19_slashes_follow_the_habit_of_the_country_or_are_refused(self) -> None:
        assert days.day("03/04/2020", "RO", TODAY) == "2020-04-03"
        assert (
            code(days.day("03/04/2020", "LT", TODAY)) == "TLK-D131"
        )  # its days begin with the year
        assert (
            days.day("13/04/2020", "LT", TODAY)
            == days.day("13/04/2020", "RO", TODAY)
            == "2020-04-13"
        )
        assert code(days.day("04/13/2020", "RO", TODAY)) == "TLK-D131"

    def test_r19_where_the_day_comes_first_a_thirteenth_month_is_no_day(self) -> None:
        assert code(days.day("12.13.2023", "RO", TODAY)) == "TLK-D009"
        assert code(days.day("12.13.2023", "LT", TODAY)) == "TLK-D131"


class TestWordsAndNumbers:
    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("yes", "yes", "Áno ANO tak Taip da так PRAWDA PRAVDA adevărat yes 1 x"),
            ("yes", "no", "nie NE nu ні FAŁSZ NEPRAVDA fals no 0"),
            (
                "size",
                "micro",
                "mikro mikropodnik micro-întreprindere мікро mikroprzedsiębiorstwo 1–9",
            ),
            ("size", "small", "malá male mici maža мале small 10-49"),
            (
                "size",
                "medium",
                "střední stredná średnia mijlocie vidutinė середня 50-249 vid. str.",
            ),
            ("size", "large", "veľká velky duża mare didelė велике 250+"),
            ("kind", "public", "JST UAT obec savivaldybė ОМС"),
            ("kind", "sme", "MSP MŚP SVV IMM МСП"),
            ("kind", "other", "NGO spolek združenie asociacija ONG stowarzyszenie ГО"),
        ],
    )
    def test_r19_words_of_lists_are_known_in_seven_languages(
        self, name: str, value: str, words: str
    ) -> None:
        assert {values.word(name, word) for word in words.split()} == {value}

    @pytest.mark.parametrize("text", ["SVV", "MVĮ", "MSP", "MŚP", "IMM", "МСП", "SME"])
    def test_r19_a_word_for_two_sizes_stays_a_fault_that_offers_only_those(self, text: str) -> None:
        found = values.word("size", text)

        assert isinstance(found, Fault)
        assert found.values["expected"] == ["micro", "small", "medium", "unknown"]
        expected = plain(found.values["expected"])
        note = {"field": "size", "code": found.code, "values": {"expected": expected}}
        t = Catalogues([]).translator("en", "Europe/Vilnius")
        offered = [word for word, _ in options_of(note, text, t)]
        assert offered == [text, "micro", "small", "medium", "unknown"]

    @pytest.mark.parametrize(
        "text", ["malý podnik", "MALÁ SPOLEČNOSŤ", "maža įmonė", "firma mała", "мале підприємство"]
    )
    def test_r19_a_size_may_say_that_it_is_of_a_company(self, text: str) -> None:
        assert values.word("size", text) == "small"

    @pytest.mark.parametrize("slug", ecosystems())
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_r19_an_ecosystem_is_known_as_people_of_each_language_call_it(
        self, slug: str, language: str
    ) -> None:
        [row] = [each for each in rows_of("values.csv") if each["value"] == slug]
        official = ecosystems()[slug].names[language]
        words = [official, official.upper(), *row[language].split("|")]

        assert {values.ecosystem(word) for word in words} == {slug}
        assert len(words) > 3

    @pytest.mark.parametrize(
        ("text", "slug"),
        [
            ("atsinaujinanti energija", "renewable-energy"),
            ("ІКТ", "digital"),
            ("energia", None),
            ("ECO-08", "renewable-energy"),
        ],
    )
    def test_r19_an_ecosystem_is_never_guessed(self, text: str, slug: str | None) -> None:
        found = values.ecosystem(text)

        assert found == slug if slug else code(found) == "TLK-D015"

    @pytest.mark.parametrize(
        ("text", "country", "number"),
        [
            ("2,5", "SK", "2.5"),
            ("1 234,5", "CZ", "1234.5"),
            ("1.234,5", "RO", "1234.5"),
            ("1,234.5", "GB", "1234.5"),
            ("1.234", "RO", "1234"),
            ("1.234", "LT", None),
            ("1,234", "PL", None),
            ("12", "UA", "12"),
            ("two", "GB", None),
        ],
    )
    def test_r19_numbers_are_read_by_the_habit_of_the_country(
        self, text: str, country: str, number: str | None
    ) -> None:
        found = values.number(text, country)

        assert found == number if number else code(found) == "TLK-D003"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("EN", "en"),
            ("slovenčina", "sk"),
            ("lietuvių kalba", "lt"),
            ("anglų k.", "en"),
            ("limba română", "ro"),
            ("język polski", "pl"),
            ("українська мова", "uk"),
            ("zh-Hant", "zh-Hant"),
        ],
    )
    def test_r19_languages_are_known_by_names_and_codes(self, text: str, code: str) -> None:
        assert values.language(text) == code

    def test_r19_a_coordinate_may_have_a_decimal_comma(self) -> None:
        assert values.exact("49,2002") == values.exact("49.2002") == 49.2002

    @pytest.mark.parametrize(
        ("phone", "land", "number"),
        [
            ("0905 123 456", "SK", "+421905123456"),
            ("905123456", "SK", "+421905123456"),  # a number cell
            ("421905123456", "SK", "+421905123456"),
            ("tel.: 0905/123 456", "SK", "+421905123456"),
            ("0722-123-456", "RO", "+40722123456"),
            ("+370 612 34567", "LT", "+37061234567"),
            ("(067) 123-45-67", "UA", "+380671234567"),
            ("601 123 456", "CZ", "+420601123456"),
            ("22 555 01 23", "PL", "+48225550123"),
        ],
    )
    def test_r19_telephone_numbers_are_those_of_the_country(
        self, phone: str, land: str, number: str
    ) -> None:
        assert international(phone, land) == number
