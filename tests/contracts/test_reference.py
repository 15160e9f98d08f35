from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from contracts import reference
from contracts.vocabulary import COUNTRIES


class TestClusters:
    def test_are_as_many_as_the_file_was_made_with(self) -> None:
        countries = Counter(cluster.country for cluster in reference.clusters())

        assert countries == {"PL": 45, "UA": 41, "RO": 36, "LT": 23, "CZ": 22, "SK": 15}

    def test_have_ids_of_their_own(self) -> None:
        ids = [cluster.id for cluster in reference.clusters()]

        assert len(set(ids)) == len(ids) == 182

    def test_name_their_source(self) -> None:
        assert all(cluster.source.startswith("http") for cluster in reference.clusters())

    def test_lie_in_known_regions_of_their_country(self) -> None:
        for cluster in reference.clusters():
            if cluster.region:
                scheme = "iso3166-2" if cluster.country == "UA" else "nuts"
                assert reference.region_exists(scheme, cluster.region), cluster.id
                assert cluster.region.startswith(cluster.country), cluster.id

    def test_sit_in_known_cities(self) -> None:
        known = {(city.country, city.name) for city in reference.cities()}

        seats = {
            (cluster.country, cluster.city) for cluster in reference.clusters() if cluster.city
        }

        assert seats <= known

    def test_belong_to_known_ecosystems_and_centres(self) -> None:
        for cluster in reference.clusters():
            assert cluster.ecosystem in {"", *reference.ecosystems()}
            assert cluster.centre in {"", *reference.centres()}


class TestEcosystems:
    def test_are_the_fourteen_in_order(self) -> None:
        ecosystems = list(reference.ecosystems().values())

        assert [ecosystem.number for ecosystem in ecosystems] == list(range(1, 15))
        assert ecosystems[1].code == "ECO-02"

    def test_have_a_name_in_every_language(self) -> None:
        for ecosystem in reference.ecosystems().values():
            assert all(ecosystem.names[language] for language in reference.LANGUAGES)


class TestCentres:
    def test_are_the_six_with_known_ecosystems(self) -> None:
        assert len(reference.centres()) == 6
        for centre in reference.centres().values():
            assert {centre.main_ecosystem, *centre.further_ecosystems} <= set(
                reference.ecosystems()
            )


class TestAssociations:
    def test_are_one_for_each_country(self) -> None:
        assert tuple(sorted(reference.associations())) == COUNTRIES


class TestNuts:
    def test_has_the_regions_of_2021(self) -> None:
        levels = Counter(
            (region.code[:2], region.level) for region in reference.nuts().values() if region.level
        )

        assert [levels["PL", level] for level in (1, 2, 3)] == [7, 17, 73]
        assert [levels["LT", level] for level in (1, 2, 3)] == [1, 2, 10]
        assert [levels["RO", level] for level in (1, 2, 3)] == [4, 8, 42]
        assert [levels["SK", level] for level in (1, 2, 3)] == [1, 4, 8]
        assert [levels["CZ", level] for level in (1, 2, 3)] == [1, 8, 14]

    def test_is_a_tree_by_its_codes(self) -> None:
        for region in reference.nuts().values():
            assert len(region.code) == 2 + region.level
            assert region.parent == (region.code[:-1] if region.level else "")

    def test_keeps_mazowieckie_apart_from_its_capital(self) -> None:
        assert {"PL91", "PL92"} <= set(reference.nuts())


class TestOblasts:
    def test_are_all_27_under_both_codes(self) -> None:
        oblasts = reference.oblasts().values()

        assert len({oblast.katottg for oblast in oblasts}) == len(oblasts) == 27
        assert all(reference.region_exists("katottg", oblast.katottg) for oblast in oblasts)


class TestCities:
    def test_lie_in_europe_under_zones_that_there_are(self) -> None:
        for city in reference.cities():
            assert 43 < city.lat < 60
            assert 12 < city.lon < 41
            assert ZoneInfo(city.zone).key == city.zone

    def test_have_names_of_their_own(self) -> None:
        names = [(city.country, city.name) for city in reference.cities()]

        assert len(set(names)) == len(names) == 120


class TestRegionExists:
    @pytest.mark.parametrize(
        ("scheme", "code"),
        [
            ("nuts", "XX01"),
            ("nuts", "UA-46"),
            ("iso3166-2", "SK042"),
            ("katottg", "UA46"),
            ("katottg", "PL46060000000042587"),
            ("atlas", "1"),
        ],
    )
    def test_is_false_for_a_code_of_another_list(self, scheme: str, code: str) -> None:
        assert not reference.region_exists(scheme, code)


@pytest.mark.parametrize(
    ("scheme", "code", "country"),
    [("nuts", "SK042", "SK"), ("iso3166-2", "UA-46", "UA"), ("katottg", "UA46…", "UA")],
)
def test_a_region_tells_its_country(scheme: str, code: str, country: str) -> None:
    assert reference.country_of_region(scheme, code) == country


class TestPlurals:
    """What the catalogues rely on: 21 is one in uk and lt, many in pl; 0 is few in ro."""

    NUMBERS = (0, 1, 2, 5, 11, 12, 21, 22, 100, 101)

    @pytest.mark.parametrize(
        ("language", "forms"),
        [
            ("uk", "many one few many many many one few many one"),
            ("pl", "many one few many many many many few many many"),
            ("cs", "other one few other other other other other other other"),
            ("sk", "other one few other other other other other other other"),
            ("lt", "other one few few other other one few other one"),
            ("ro", "few one few few few few other other other few"),
        ],
    )
    def test_have_three_forms_for_whole_numbers(self, language: str, forms: str) -> None:
        rule = Locale(language).plural_form

        assert " ".join(rule(number) for number in self.NUMBERS) == forms
        assert len(set(forms.split())) == 3


class TestRulePacks:
    def test_r21_every_country_begins_with_one(self) -> None:
        assert tuple(pack.country for pack in reference.rule_packs()) == COUNTRIES
