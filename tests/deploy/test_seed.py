"""What the demo would post: the same every time, and nothing that is refused."""

from datetime import date
from itertools import chain
from typing import Any

from contracts.catalogue import DECLARATIONS, class_of
from contracts.declarations import ClusterDeclared
from contracts.reference import clusters
from contracts.vocabulary import COUNTRIES, ClusterState, Role
from deploy.local.demo_clusters import declarations_of, revised
from deploy.local.demo_contacts import people_of
from deploy.local.demo_holdings import holdings_of, services_of
from deploy.local.demo_import import NAMELESS, ROWS, file
from deploy.local.demo_people import ASSOCIATIONS, PEOPLE
from deploy.local.demo_states import ACTS, INVENTED, declared_in_states
from services.analytics.facts.regions import coarse

ALL = list(chain.from_iterable(declarations_of(country) for country in COUNTRIES))


def read(event: dict) -> ClusterDeclared:  # type: ignore[type-arg]
    data = event["data"] | {"time": "2027-03-16T12:00:00Z"}
    return ClusterDeclared.model_validate(data, extra="forbid")


class TestDeclarations:
    def test_are_of_all_real_clusters_and_valid(self) -> None:
        declared = [read(event) for event in ALL]

        assert [event["id"] for event in ALL] == [
            c.id for country in COUNTRIES for c in clusters() if c.country == country
        ]
        assert {event["type"] for event in ALL} <= set(DECLARATIONS)
        assert len({each.legal_id for each in declared}) == len(ALL) == 182

    def test_are_the_same_every_time(self) -> None:
        again = list(chain.from_iterable(declarations_of(country) for country in COUNTRIES))

        assert again == ALL

    def test_r13_seats_lie_in_regions_that_figures_count_by(self) -> None:
        assert all(coarse(read(event).seat.region) for event in ALL)

    def test_say_which_values_are_invented(self) -> None:
        assert all("Demo values: legal id" in event["data"]["note"] for event in ALL)


def beside(country: str) -> list[dict[str, Any]]:
    """What is declared after the clusters, as of one day."""
    on = date(2027, 3, 16)
    declared = [*holdings_of(country, on), *people_of(country)]
    if country == "UA":
        declared += [*declared_in_states(), revised(country), *services_of("2027-Q1", on)]
    return declared


class TestBesideTheClusters:
    def test_everything_is_valid_under_an_id_of_its_own(self) -> None:
        declared = [*ALL, *chain.from_iterable(map(beside, COUNTRIES))]

        for event in declared:
            data = event["data"] | {"time": "2027-03-16T12:00:00Z"}
            class_of(event["type"]).model_validate(data, extra="forbid")
        assert len({event["id"] for event in declared}) == len(declared)

    def test_everything_says_that_it_is_invented(self) -> None:
        for event in chain.from_iterable(map(beside, COUNTRIES)):
            assert "Demo values" in event["data"]["note"]

    def test_it_is_the_same_every_time(self) -> None:
        assert [*map(beside, COUNTRIES)] == [*map(beside, COUNTRIES)]
        assert file() == file()

    def test_the_list_to_import_has_rows_to_correct(self) -> None:
        lines = file().decode().splitlines()

        assert len(lines) == ROWS + 1
        assert ";;" in lines[NAMELESS]


class TestStates:
    def test_each_is_shown_by_a_cluster_of_its_own(self) -> None:
        real = {ClusterState.PUBLISHED, ClusterState.UNDER_REVISION}

        assert {*INVENTED} == {*ClusterState} - real
        assert {*INVENTED} - {*ACTS} == {ClusterState.DORMANT}
        assert len({each.name_en for each in INVENTED.values()}) == len(INVENTED)

    def test_are_shown_under_names_in_the_own_language_that_say_demo(self) -> None:
        for each in INVENTED.values():
            assert each.name.endswith(" (демо)")
            assert each.name_en.endswith(" (demo)")
        assert not {each.name_en for each in clusters()} & {e.name_en for e in INVENTED.values()}


class TestPeople:
    def test_four_eyes_are_there_in_every_back_office(self) -> None:
        for association in ASSOCIATIONS:
            desk = [
                person
                for person in PEOPLE
                if person.association == association.country and Role.BACK_OFFICE in person.roles
            ]
            assert len(desk) >= 2

    def test_r12_whoever_administers_clusters_keeps_one(self) -> None:
        own = [each for each in PEOPLE if Role.CLUSTER_ADMIN in each.roles]
        declared = [event["data"] for each in own for event in people_of(each.association)]
        keeping = {data["mail"] for data in declared if data["functions"]}

        assert own
        assert {each.mail for each in own} <= keeping

    def test_every_association_is_there_once(self) -> None:
        assert sorted(each.country for each in ASSOCIATIONS) == sorted(COUNTRIES)
