"""What the demo would post: the same every time, and nothing that is refused."""

from itertools import chain

from contracts.catalogue import DECLARATIONS
from contracts.declarations import ClusterDeclared
from contracts.reference import clusters
from contracts.vocabulary import COUNTRIES, Role
from deploy.local.demo_clusters import declarations_of
from deploy.local.demo_people import ASSOCIATIONS, PEOPLE

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

    def test_say_which_values_are_invented(self) -> None:
        assert all("Demo values: legal id" in event["data"]["note"] for event in ALL)


class TestPeople:
    def test_four_eyes_are_there_in_every_back_office(self) -> None:
        for association in ASSOCIATIONS:
            desk = [
                person
                for person in PEOPLE
                if person.association == association.country and Role.BACK_OFFICE in person.roles
            ]
            assert len(desk) >= 2

    def test_every_association_is_there_once(self) -> None:
        assert sorted(each.country for each in ASSOCIATIONS) == sorted(COUNTRIES)
