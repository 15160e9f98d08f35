"""Words in sentences: of roles, states and values that were sent, each in the reader's language."""

from enum import StrEnum

import pytest
from pydantic import BaseModel, ValidationError

from contracts.legal_ids import BadLegalId, LegalIdScheme, check_legal_id
from contracts.vocabulary import RegionScheme, SizeClass
from services.chassis.errors import Fault, NotAllowed
from services.chassis.faults import faults_of
from services.chassis.identity import Actor
from services.chassis.words import Word, enumeration, plain, said, spoken, unplain
from services.registry.imports.values import word
from services.registry.memberships import words as member_words

SHORT = Word("a test's word", "Short")


class Length(StrEnum):
    """An enumeration of this test alone."""

    SHORT = "a-test-short"
    LONG = "a-test-long"


LENGTHS = spoken({Length.SHORT: SHORT, Length.LONG: Word("a test's word", "Long")})


def in_polish(key: str) -> str:
    return {"a test's word\x04Short": "Krótki"}.get(key, key)


class Sized(BaseModel):
    length: Length


class TestWords:
    def test_a_value_is_said_in_words_with_its_code(self) -> None:
        told = [said(each, in_polish) for each in (SHORT, Length.SHORT, [Length.SHORT, "x"])]

        assert told == ["“Krótki”", "“Krótki” (a-test-short)", "“Krótki” (a-test-short), x"]

    def test_what_registers_call_their_numbers_stands_with_its_code_where_it_is_chosen(
        self,
    ) -> None:
        named = [LegalIdScheme.SK_ICO, LegalIdScheme.LT_CODE, RegionScheme.ISO_3166_2]

        assert [said(each, str) for each in named] == ["IČO", "LT įmonės kodas", "ISO 3166-2"]
        assert said(named[:2], str) == "IČO (sk_ico), LT įmonės kodas (lt_code)"

    def test_words_are_kept_as_json_and_said_by_each_in_their_own(self) -> None:
        values = [SHORT, Length.LONG, [Length.SHORT], 7, "text"]

        assert [unplain(plain(each)) for each in values] == values

    def test_an_enumeration_has_one_place_with_its_words(self) -> None:
        with pytest.raises(ValueError, match="worded in one place"):
            spoken({Length.SHORT: SHORT, Length.LONG: SHORT})

    def test_codes_that_are_no_enumeration_stay(self) -> None:
        assert enumeration(["nobody", "no-thing"]) == ["nobody", "no-thing"]


class TestFaults:
    def test_the_values_to_choose_from_are_words(self) -> None:
        with pytest.raises(ValidationError) as refused:
            Sized.model_validate({"length": "long"})

        [fault] = faults_of(refused.value.errors())

        assert fault.said(str) == "Choose one of: “Short” (a-test-short), “Long” (a-test-long)."
        assert fault.on_a_page().said(str) == "Choose one of: “Short”, “Long”."

    def test_the_door_and_the_import_word_them_alike(self) -> None:
        """And both by the words of the pages."""
        assert member_words.SIZES[SizeClass.MICRO].text == "Micro"
        by_import = word("size", "tiny")
        assert isinstance(by_import, Fault)

        door = enumeration([each.value for each in SizeClass])

        assert by_import.values["expected"] == door
        assert by_import.said(str).startswith("Choose one of: “Micro” (micro), “Small” (small)")

    def test_a_wrong_number_names_its_register(self) -> None:
        with pytest.raises(BadLegalId) as broken:
            check_legal_id(LegalIdScheme.RO_CUI, "1")

        told = Fault("", broken.value.code, broken.value.text, values=broken.value.values)

        assert told.said(str).startswith("A number of the kind CUI has 2–10 digits")


class TestRoles:
    def test_are_named_by_their_words(self) -> None:
        nobody = Actor("staff:1", "UA")

        with pytest.raises(NotAllowed) as one:
            nobody.must_be("back_office")
        with pytest.raises(NotAllowed) as two:
            nobody.must_be("operator", "back_office")

        assert "the role “Back office” of UA" in one.value.said(str)
        assert "one of these roles of UA: “Operator”, “Back office”" in two.value.said(str)
