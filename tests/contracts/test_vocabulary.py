import pytest
from pydantic import TypeAdapter, ValidationError

from contracts import reference, vocabulary
from contracts.vocabulary import (
    COUNTRIES,
    LANGUAGES,
    Language,
    Pointer,
    ReasonClass,
    Texts,
    text_in,
)


class TestTextIn:
    def test_prefers_the_language_asked_for(self) -> None:
        assert text_in({"en": "host", "uk": "господар"}, "uk") == "господар"

    def test_falls_back_to_english(self) -> None:
        assert text_in({"uk": "господар", "en": "host"}, "pl") == "host"

    def test_falls_back_to_what_there_is(self) -> None:
        assert text_in({"uk": "господар"}, "pl") == "господар"


class TestTexts:
    @pytest.mark.parametrize("texts", [{}, {"english": "x"}, {"EN": "x"}, {"": "x"}])
    def test_are_keyed_by_language(self, texts: dict[str, str]) -> None:
        with pytest.raises(ValidationError):
            TypeAdapter(Texts).validate_python(texts)

    @pytest.mark.parametrize("language", ["en", "uk", "sr-Latn", "zh-Hant-TW"])
    def test_take_every_tag_of_bcp_47(self, language: str) -> None:
        assert TypeAdapter(Language).validate_python(language) == language


class TestPointer:
    def test_points_by_one_name(self) -> None:
        assert Pointer(number="EX-2027-031").number == "EX-2027-031"

    @pytest.mark.parametrize("names", [{}, {"id": "1", "ref": "a"}])
    def test_refuses_none_and_several(self, names: dict[str, str]) -> None:
        with pytest.raises(ValidationError, match="Give exactly one of id, ref, number, legal_id"):
            Pointer.model_validate(names)


def test_three_reasons_are_justified() -> None:
    assert [reason for reason in ReasonClass if reason.justified] == [
        "force_majeure",
        "security",
        "illness",
    ]


def test_languages_and_countries_are_those_of_the_reference_data() -> None:
    assert LANGUAGES == reference.LANGUAGES
    assert set(COUNTRIES) == set(reference.associations())


def test_everything_promised_is_there() -> None:
    assert all(hasattr(vocabulary, name) for name in vocabulary.__all__)
