import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cz import dic
from stdnum.exceptions import ValidationError
from stdnum.pl import nip, regon
from stdnum.ro import cui
from stdnum.ua import edrpou

from contracts.vocabulary import BadLegalId, LegalIdScheme, check_digit_of, check_legal_id

# Numbers that registers themselves publish, or that a standard gives as its example.
PUBLISHED = [
    (LegalIdScheme.CZ_ICO, "25596641"),
    (LegalIdScheme.LT_CODE, "110053842"),
    (LegalIdScheme.LT_CODE, "302529158"),
    (LegalIdScheme.PL_NIP, "8567346215"),
    (LegalIdScheme.PL_REGON, "192598184"),
    (LegalIdScheme.PL_KRS, "0000028860"),
    (LegalIdScheme.RO_CUI, "18547290"),
    (LegalIdScheme.SK_ICO, "31333532"),
    (LegalIdScheme.UA_EDRPOU, "32855961"),
    (LegalIdScheme.UA_EDRPOU, "00032129"),
]

ORACLES = {
    LegalIdScheme.CZ_ICO: dic.validate,
    LegalIdScheme.PL_NIP: nip.validate,
    LegalIdScheme.PL_REGON: regon.validate,
    LegalIdScheme.RO_CUI: cui.validate,
    LegalIdScheme.UA_EDRPOU: edrpou.validate,
}

WITH_CHECK_DIGIT = sorted(set(LegalIdScheme) - {LegalIdScheme.PL_KRS})


class TestCheckLegalId:
    @pytest.mark.parametrize(("scheme", "number"), PUBLISHED)
    def test_accepts_published_numbers(self, scheme: LegalIdScheme, number: str) -> None:
        assert check_legal_id(scheme, number) == number

    @pytest.mark.parametrize(
        ("scheme", "number"),
        [pair for pair in PUBLISHED if pair[0] is not LegalIdScheme.PL_KRS],
    )
    def test_refuses_them_with_another_last_digit(self, scheme: LegalIdScheme, number: str) -> None:
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

        with pytest.raises(BadLegalId, match=f"check digit is wrong for {scheme}"):
            check_legal_id(scheme, wrong)

    @pytest.mark.parametrize(
        ("scheme", "written"),
        [
            (LegalIdScheme.PL_NIP, "PL 856-734-62-15"),
            (LegalIdScheme.PL_NIP, "856\u00a0734\u00a062\u00a015"),
            (LegalIdScheme.CZ_ICO, "CZ25596641"),
            (LegalIdScheme.RO_CUI, "RO 185 472 90"),
        ],
    )
    def test_forgives_the_ways_people_write_them(self, scheme: LegalIdScheme, written: str) -> None:
        number = "".join(sign for sign in written if sign.isdigit())

        assert check_legal_id(scheme, written) == number

    @pytest.mark.parametrize("scheme", LegalIdScheme)
    @pytest.mark.parametrize("wrong", ["", "1", "12345678901234", "1234567x", "\u0661" * 8])
    def test_says_how_many_digits_there_are(self, scheme: LegalIdScheme, wrong: str) -> None:
        with pytest.raises(BadLegalId, match=f"{scheme} has .* digits"):
            check_legal_id(scheme, wrong)


@pytest.mark.parametrize("scheme", sorted(ORACLES))
class TestAgainstAnotherLibrary:
    @given(number=st.text("0123456789", min_size=8, max_size=10))
    def test_both_say_the_same(self, scheme: LegalIdScheme, number: str) -> None:
        assume(not (scheme is LegalIdScheme.CZ_ICO and (len(number) != 8 or number[0] == "9")))
        assume(not (scheme is LegalIdScheme.RO_CUI and number[0] == "0"))

        assert accepts(check_legal_id, scheme, number) == accepts(ORACLES[scheme], number)


def accepts(check: object, *arguments: object) -> bool:
    assert callable(check)
    try:
        check(*arguments)
    except (BadLegalId, ValidationError):
        return False
    return True


class TestCheckDigitOf:
    @pytest.mark.parametrize("scheme", WITH_CHECK_DIGIT)
    def test_completes_a_number_that_is_accepted(self, scheme: LegalIdScheme) -> None:
        length = {LegalIdScheme.PL_NIP: 9, LegalIdScheme.LT_CODE: 8, LegalIdScheme.PL_REGON: 8}
        stem = "234567891"[: length.get(scheme, 7)]

        number = f"{stem}{check_digit_of(scheme, stem)}"

        assert check_legal_id(scheme, number) == number

    def test_is_none_for_a_stem_that_nip_skips(self) -> None:
        skipped = next(
            stem
            for stem in map(str, range(100000000, 100000100))
            if check_digit_of(LegalIdScheme.PL_NIP, stem) is None
        )

        for digit in "0123456789":
            with pytest.raises(BadLegalId):
                check_legal_id(LegalIdScheme.PL_NIP, skipped + digit)

    def test_is_none_where_there_is_no_check_digit(self) -> None:
        assert check_digit_of(LegalIdScheme.PL_KRS, "000002886") is None


def test_every_scheme_belongs_to_one_of_the_six_countries() -> None:
    assert {scheme.country for scheme in LegalIdScheme} == {"CZ", "LT", "PL", "RO", "SK", "UA"}
