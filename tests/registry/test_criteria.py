"""The criteria of a review, as pure checks: measured value, result, reason (R-03)."""

from typing import Any

import pytest

from contracts.vocabulary import CriterionResult, LegalId, LegalIdScheme
from services.registry.clusters.criteria import (
    LOOKED_AT,
    WAIVABLE,
    Finding,
    Standing,
    WebPage,
    judge,
)
from tests.registry.builders import TODAY, a_profile

PASS, FAIL, WAIVED = CriterionResult.PASS, CriterionResult.FAIL, CriterionResult.WAIVED
WEB = "https://itcluster.example"


def found(
    criterion: str, *, confirmed: tuple[str, ...] = (), profile: Any = None, **known: Any
) -> Finding:
    standing = Standing(on=TODAY, **known)
    results = judge(profile or a_profile(), standing, confirmed=confirmed)
    return next(each for each in results if each.id == criterion)


def a_page(**more: Any) -> WebPage:
    usual: dict[str, Any] = {"address": WEB, "checked_on": TODAY, "status": 200, "language": "en"}
    return WebPage(**usual | more)


class TestV1:
    @pytest.mark.parametrize(("staff", "result"), [(0.5, PASS), (0.4, FAIL)])
    def test_wants_half_a_position_and_says_what_there_is(
        self, staff: float, result: CriterionResult
    ) -> None:
        v1 = found("V-1", profile=a_profile(staff_fte=staff))

        assert (v1.result, v1.value) == (result, f"{staff:g}")

    def test_says_how_much_is_missing(self) -> None:
        v1 = found("V-1", profile=a_profile(staff_fte=0.4))

        assert v1.reason.format_map(v1.values) == "0.4 full-time positions; 0.5 is the least."


class TestV2:
    @pytest.mark.parametrize(
        ("page", "result", "value"),
        [
            (a_page(), PASS, f"{WEB}: 200, en"),
            (a_page(language="en-GB"), PASS, f"{WEB}: 200, en-GB"),
            (a_page(language="uk"), FAIL, f"{WEB}: 200, uk"),
            (a_page(language=None), FAIL, f"{WEB}: 200, ?"),
            (a_page(status=404), FAIL, f"{WEB}: HTTP 404"),
            (a_page(status=None, fault="no answer"), FAIL, f"{WEB}: no answer"),
        ],
    )
    def test_goes_by_what_was_found(
        self, page: WebPage, result: CriterionResult, value: str
    ) -> None:
        v2 = found("V-2", page=page)

        assert (v2.result, v2.value) == (result, value)

    def test_d10_machine_translation_is_accepted_and_marked(self) -> None:
        v2 = found("V-2", page=a_page(machine_translated=True))

        assert (v2.result, v2.value) == (PASS, f"{WEB}: 200, en, machine translation")

    def test_leaves_the_last_word_to_the_reviewer(self) -> None:
        assert found("V-2", page=a_page(status=403), confirmed=("V-2",)).result is PASS
        assert found("V-2", confirmed=("V-2",)).result is PASS

    def test_does_not_go_by_a_page_of_another_address(self) -> None:
        assert found("V-2", page=a_page(address="https://old.example")).result is FAIL


class TestMembers:
    @pytest.mark.parametrize(
        ("members", "v3", "v4"),
        [
            ({"sme": 14, "research": 1}, PASS, PASS),
            ({"sme": 13, "research": 1}, FAIL, PASS),
            ({"sme": 40}, PASS, FAIL),
            ({}, FAIL, FAIL),
        ],
    )
    def test_v3_and_v4_count_them_and_their_kinds(
        self, members: dict[str, int], v3: CriterionResult, v4: CriterionResult
    ) -> None:
        assert found("V-3", members=members, confirmed=LOOKED_AT).result is v3
        assert found("V-4", members=members, confirmed=LOOKED_AT).result is v4


class TestV6:
    def test_r21_goes_by_the_pack_of_the_day(self) -> None:
        profile = a_profile(nace=())

        assert found("V-6", profile=profile, pack="1").result is PASS
        v6 = found("V-6", profile=profile, pack="2", required=("nace", "s3_areas"))
        assert (v6.result, v6.value) == (FAIL, "UA 2: nace, s3_areas")


class TestV7:
    @pytest.mark.parametrize(("named", "result"), [(1, FAIL), (2, PASS)])
    def test_r12_wants_two_administrators(self, named: int, result: CriterionResult) -> None:
        assert found("V-7", administrators=named).result is result


class TestV8:
    def test_wants_a_right_check_digit(self) -> None:
        wrong = LegalId(scheme=LegalIdScheme.UA_EDRPOU, value="32855962")

        assert found("V-8").result is PASS
        assert found("V-8", profile=a_profile(legal_id=wrong)).result is FAIL

    def test_wants_a_kind_that_the_country_takes_and_nobody_else_has(self) -> None:
        assert found("V-8", schemes=("pl_nip",)).result is FAIL
        assert found("V-8", identifier_is_free=False).result is FAIL


class TestWaivers:
    def test_r04_cover_v1_to_v5_by_their_paper_and_nothing_else(self) -> None:
        papers = {f"V-{n}": "KKK 12/2025" for n in range(1, 9)}
        standing = Standing(on=TODAY, waivers=papers, administrators=1, required=("nace",))

        results = judge(a_profile(staff_fte=0.1), standing, confirmed=())

        waived = [each.id for each in results if each.result is WAIVED]
        assert tuple(waived) == WAIVABLE
        assert results[0].waiver == "KKK 12/2025"
        assert results[5].result is results[6].result is FAIL

    def test_do_not_stand_where_the_criterion_is_met(self) -> None:
        assert found("V-1", waivers={"V-1": "paper"}).result is PASS
