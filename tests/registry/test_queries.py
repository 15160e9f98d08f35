"""What somebody finds of the clusters, on a real database."""

from typing import Any

import pytest

from contracts.vocabulary import ClusterState, Mark, Names, Place
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters.finding import cluster_of
from services.registry.clusters.model import Cluster
from services.registry.clusters.queries import clusters_count, clusters_page
from services.registry.clusters.refusals import ClusterNotFound
from services.registry.clusters.searching import Wanted
from tests.registry.builders import LVIV, MAREK, a_cluster, a_person, a_profile, saved


def a_cluster_named(en: str, *, original: str = "", seat: Place = LVIV, **more: Any) -> Cluster:
    profile = a_profile(
        names=Names(original=original or en, en=en),
        seat=seat,
        legal_id={"scheme": "pl_krs", "value": f"{abs(hash(en)) % 10**10:010}"},
        ecosystem=more.pop("ecosystem", "digital"),
        dual_use=more.pop("dual_use", False),
    )
    return a_cluster(profile=profile, state=more.pop("state", ClusterState.PUBLISHED), **more)


def at(country: str, settlement: str) -> Place:
    return LVIV.model_copy(update={"country": country, "settlement": settlement})


async def found(sessions: Sessions, wanted: Wanted, actor: Actor | None = None) -> list[str]:
    async with sessions() as session:
        page, _ = await clusters_page(session, actor or a_person(), wanted, cursor=None, size=50)
    return [cluster.name for cluster in page]


SEARCHES = [
    ("lodz", ["Textile Hub"]),
    ("ŁÓDŹ", ["Textile Hub"]),
    ("lviv", ["IT Cluster", "Wood Cluster"]),
    ("львів", ["IT Cluster", "Wood Cluster"]),
    ("деревообробний", ["Wood Cluster"]),
    ("Prague", ["Security Cluster"]),
    ("praha", ["Security Cluster"]),
    ("cl-1042", ["Security Cluster"]),
    ("cluster lviv wood", ["Wood Cluster"]),
    ("цифров", ["IT Cluster", "Security Cluster", "Wood Cluster"]),
    ("100%", []),
    ("wood_cluster", ["Wood Cluster"]),
    ("nothing like that", []),
    (" ", ["IT Cluster", "Security Cluster", "Textile Hub", "Wood Cluster"]),
]


class TestSearch:
    async def test_forgives_r20(self, sessions: Sessions) -> None:
        await saved(
            sessions,
            a_cluster_named("Textile Hub", seat=at("PL", "Łódź"), ecosystem="textiles"),
            a_cluster_named("IT Cluster"),
            a_cluster_named("Wood Cluster", original="Деревообробний кластер"),
            a_cluster_named("Security Cluster", seat=at("CZ", "Praha"), number="CL-1042"),
        )

        for text, names in SEARCHES:
            assert (text, await found(sessions, Wanted(text))) == (text, names)

    async def test_by_facets(self, sessions: Sessions) -> None:
        await saved(
            sessions,
            a_cluster_named("A", seat=at("PL", "Łódź")),
            a_cluster_named("B", ecosystem="health"),
            a_cluster_named("C", state=ClusterState.SUSPENDED),
        )

        assert await found(sessions, Wanted(country="PL")) == ["A"]
        assert await found(sessions, Wanted(ecosystem="health")) == ["B"]
        assert await found(sessions, Wanted(state=ClusterState.SUSPENDED)) == ["C"]
        assert await found(sessions, Wanted("lviv", state=ClusterState.PUBLISHED)) == ["B"]

    async def test_goes_on_where_the_page_before_ended(self, sessions: Sessions) -> None:
        await saved(sessions, *(a_cluster_named(f"Cluster {n}") for n in range(5)))
        seen: list[str] = []
        cursor = None

        async with sessions() as session:
            while True:
                page, cursor = await clusters_page(
                    session, a_person(), Wanted(), cursor=cursor, size=2
                )
                seen += [cluster.name for cluster in page]
                if cursor is None:
                    break
            total = await clusters_count(session, a_person(), Wanted())

        assert seen == [f"Cluster {n}" for n in range(5)]
        assert total == 5


class TestVisibility:
    async def test_of_others_profiles_ends_with_publicity(self, sessions: Sessions) -> None:
        every = [a_cluster_named(state.value, state=state) for state in ClusterState]
        await saved(sessions, *every)

        seen = await found(sessions, Wanted(), a_person(MAREK, of="PL"))

        assert seen == ["published", "under_revision"]

    async def test_the_support_office_reads_across(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster_named("A", state=ClusterState.DRAFT))
        claire = a_person(of="ECA", roles=("support_office",))

        assert await found(sessions, Wanted(), claire) == ["A"]

    async def test_r14_dual_use_is_for_vetted_people_alone(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster_named("A", dual_use=True))
        vetted = frozenset({Mark.DUAL_USE_VETTED})
        across = {"of": "ECA", "roles": ("support_office",)}

        for who in ({"of": "SK"}, {"of": "UA"}, across):
            assert await found(sessions, Wanted(), a_person(**who)) == []
            assert await found(sessions, Wanted(), a_person(**who, marks=vetted)) == ["A"]

    @pytest.mark.parametrize("key", ["CL-1001", "cl-1001", " CL-1001 ", "CL-9999", "x' or 1=1"])
    async def test_of_a_draft_is_no_different_from_its_absence(
        self, sessions: Sessions, key: str
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1001"))

        async with sessions() as session:
            with pytest.raises(ClusterNotFound):
                await cluster_of(session, a_person(of="PL"), key)


class TestNames:
    @pytest.mark.parametrize("by", ["number", "id"])
    async def test_number_and_id_both_name_it(self, sessions: Sessions, by: str) -> None:
        cluster = await saved(sessions, a_cluster(number="CL-1001"))

        async with sessions() as session:
            one = await cluster_of(session, a_person(), str(getattr(cluster, by)).lower())

        assert one.id == cluster.id
