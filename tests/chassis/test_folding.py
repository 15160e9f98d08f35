"""Search that forgives (R-20): what folds alike is found alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.folding import fold, fold_all


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Łódź", "lodz"),
            ("Львів", "lviv"),
            ("ЛЬВІВ", "Lviv"),
            ("Київ", "Kyiv"),
            ("Запоріжжя", "Zaporizhzhia"),
            ("Згурський", "Zghurskyi"),
            ("Розгон", "Rozghon"),
            ("Єнакієве", "Yenakiieve"),
            ("Щастя", "Shchastia"),
            ("Їжакевич", "Yizhakevych"),
            ("Кам'янець", "Kamianets"),
            ("Кам’янець", "Камʼянець"),
            ("Brașov", "Braşov"),
            ("București", "bucuresti"),
            ("Žilina", "zilina"),
            ("Šiauliai", "siauliai"),
            ("Plzeň", "PLZEN"),
            ("Straße", "strasse"),
        ],
    )
    def test_is_the_same_for_both_spellings(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    def test_keeps_words_apart_and_digits(self) -> None:
        assert fold("Kraków–Nowa_Huta, 2030 (CL-1001)") == "krakow nowa huta 2030 cl 1001"

    def test_is_the_same_for_composed_and_decomposed_letters(self) -> None:
        assert fold("\u0407") == fold("\u0406\u0308") == "yi"

    def test_leaves_nothing_of_signs(self) -> None:
        assert fold(" %_-' ") == ""

    @given(st.text("aąäIİłßøčşțÿ абгґєЇйьщ'’-_7¼ﬁ"))
    def test_of_folded_text_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)


class TestFoldAll:
    def test_takes_each_text_once_and_skips_what_is_missing(self) -> None:
        assert fold_all(["Lviv", None, "Львів", "", "Lodz"]) == "lviv lodz"
