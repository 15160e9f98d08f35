"""What the demo shows: six back offices at work; every value that is invented says so."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.reference import clusters
from contracts.vocabulary import ClusterState
from deploy.local.demo_clusters import RELOCATED
from deploy.local.demo_holdings import MEMBERS
from deploy.local.demo_import import FILE
from deploy.local.demo_states import INVENTED, NAMES
from tests.journeys.people import Person
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

LESIA, TARAS = "Леся Гончар", "Тарас Бондаренко"
V1 = "/registry/v1"


@pytest.fixture(scope="module")
def lesia(stage: Stage) -> Iterator[Person]:
    """Reviews for the Ukrainian association; vetted."""
    person = Person(stage.talka, LESIA)
    yield person
    person.http.close()


@pytest.fixture(scope="module")
def taras(stage: Stage) -> Iterator[Person]:
    """Her colleague, not vetted."""
    person = Person(stage.talka, TARAS)
    yield person
    person.http.close()


def everything(person: Person, address: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = person.ask(f"{V1}/{address}", limit=200, **query, **more)
        found += page["items"]
        if not page["next"]:
            return found
        more = {"cursor": page["next"]}


class TestTheDemo:
    def test_r11_shows_a_profile_in_each_state(self, lesia: Person) -> None:
        known = everything(lesia, "clusters")
        invented = {each["name"]: each["state"] for each in known if each["name"] in NAMES}

        assert invented == {each.name_en: state for state, each in INVENTED.items()}
        assert {each["state"] for each in known} == {*ClusterState}

    def test_shows_a_cluster_that_moved_and_one_of_dual_use(
        self, lesia: Person, taras: Person
    ) -> None:
        [moved] = everything(lesia, "clusters", q="Donbas IT")
        profile = lesia.ask(f"{V1}/clusters/{moved['number']}")["profile"]
        hidden = {each["number"] for each in everything(lesia, "clusters")} - {
            each["number"] for each in everything(taras, "clusters")
        }

        assert profile["operating_place"]["settlement"] in RELOCATED.values()
        assert profile["seat"]["settlement"] != profile["operating_place"]["settlement"]
        assert hidden
        assert {each["code"] for each in everything(lesia, "centres")} - {
            each["code"] for each in everything(taras, "centres")
        } == {"CRC-DUA"}

    def test_fills_what_clusters_hold_and_the_centres(self, lesia: Person) -> None:
        for kind in ("labels", "participations", "sites", "offers"):
            assert everything(lesia, kind)
        assert lesia.ask(f"{V1}/people")["items"]
        for row in everything(lesia, "centres"):
            centre = lesia.ask(f"{V1}/centres/{row['code']}")
            assert {each["role"] for each in centre["links"]} == {"served", "twin"}
            assert centre["services"]
            assert centre["rota"]

    def test_has_members_with_kind_class_and_day(self, lesia: Person) -> None:
        first = next(each.name_en for each in clusters() if each.country == "UA")
        numbers = {each["name"]: each["number"] for each in everything(lesia, "clusters")}
        address = f"/registry/clusters/{numbers[first]}/members"
        page = lesia.http.get(address, params={"lang": "en"}).text

        assert any(name in page for name, _, _ in MEMBERS)
        assert "2025" in page

    def test_leaves_an_import_waiting_for_three_corrections(self, lesia: Person) -> None:
        def waiting() -> bool:
            page = lesia.http.get("/registry/imports/IM-1001", params={"lang": "en"}).text
            return FILE in page and "3 rows need attention" in page

        eventually("the list is read and checked", waiting)


class TestASecondStart:
    def test_brings_nothing_in_again(self, stage: Stage, lesia: Person) -> None:
        before = everything(lesia, "clusters")

        assert stage.talka("down").returncode == 0
        started = stage.talka("up", "--detach", "--seed", "demo")

        assert "kept" in started.stdout + started.stderr
        assert everything(lesia, "clusters") == before
