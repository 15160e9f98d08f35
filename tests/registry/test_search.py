"""Searching clusters: any script, facets with counts, one address for one search (R-20)."""

from datetime import date, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contracts.event import uuid7
from contracts.vocabulary import ClusterState, Place, Region, RegionScheme
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters import regions
from services.registry.clusters.searching import Basis, Returned, Wanted, matching
from tests.registry.builders import LESIA, MAREK, a_cluster, a_profile, saved
from tests.registry.conftest import SignIn
from tests.registry.test_pages import get

CLUSTERS = "/registry/v1/clusters"
KHARKIV = Place(
    country="UA",
    region=Region(scheme=RegionScheme.KATOTTG, code="UA63000000000041885"),
    settlement="Харків",
)
PUBLISHED = ClusterState.PUBLISHED


@pytest.fixture
async def lesia(sign_in: SignIn) -> AsyncClient:
    return await sign_in(LESIA)


async def names(client: AsyncClient, query: str) -> list[str]:
    answer = await client.get(f"{CLUSTERS}?{query}")
    assert answer.status_code == 200
    return [row["name"] for row in answer.json()["items"]]


class TestRegions:
    def test_of_ukraine_are_one_under_both_codes(self) -> None:
        iso = Region(scheme=RegionScheme.ISO_3166_2, code="UA-63")

        assert regions.key_of(KHARKIV.region) == regions.key_of(iso) == "UA-63"

    def test_lie_in_larger_ones(self) -> None:
        assert regions.within("CZ080") == ("CZ080", "CZ08")
        assert regions.within("UA-63") == ("UA-63",)


class TestSearch:
    async def test_r13_a_region_is_asked_for_by_either_basis(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        moved = a_profile(seat=KHARKIV, operating_place=a_profile().seat)
        await saved(sessions, a_cluster(state=PUBLISHED, profile=moved))

        assert await names(lesia, "region=UA-63&basis=seat") == ["Lviv IT Cluster"]
        assert await names(lesia, "region=UA-63&basis=operating") == []
        assert await names(lesia, "region=UA-46&basis=operating") == ["Lviv IT Cluster"]

    async def test_r20_a_larger_region_finds_what_lies_in_it(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(
            sessions, a_cluster(state=PUBLISHED, seat_region="PL213", operating_region="PL213")
        )

        assert len(await names(lesia, "region=PL21")) == 1
        assert await names(lesia, "region=PL22") == []

    async def test_r20_a_returned_version_is_found_apart_by_its_own_people_alone(
        self, lesia: AsyncClient, sign_in: SignIn, sessions: Sessions
    ) -> None:
        revised = ClusterState.UNDER_REVISION
        await saved(
            sessions,
            a_cluster(state=revised, legal_value="1", name="Waits"),
            a_cluster(
                state=revised, legal_value="2", name="Returned", reasons=[{"criterion": "V-5"}]
            ),
        )
        marek = await sign_in(MAREK, of="PL")

        assert await names(lesia, "state=revision_returned") == ["Returned"]
        assert await names(lesia, "state=under_revision") == ["Waits"]
        counts = (await lesia.get(f"{CLUSTERS}/facets")).json()["states"]
        assert counts == {"revision_returned": 1, "under_revision": 1}
        assert await names(marek, "state=revision_returned") == []
        assert {*await names(marek, "state=under_revision")} == {"Returned", "Waits"}
        assert "New version returned" not in (await get(marek, "/registry/clusters")).text

    @pytest.mark.parametrize("state", [*ClusterState, "revision_returned"])
    def test_r20_a_state_is_looked_for_by_its_column_and_so_by_its_index(
        self, state: ClusterState | Returned
    ) -> None:
        asked = str(matching(Wanted(state=state), Actor("staff:1", "UA"), date(2026, 3, 1)))

        assert "clusters.state = " in asked
        assert "CAST" not in asked

    async def test_r20_facets_are_counted_as_if_they_were_not_chosen(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(
            sessions,
            a_cluster(state=PUBLISHED, legal_value="1", technologies=["software", "lasers"]),
            a_cluster(state=PUBLISHED, legal_value="2", technologies=["lasers"]),
            a_cluster(state=PUBLISHED, legal_value="3", ecosystem="health", technologies=[]),
        )

        facets = (await lesia.get(f"{CLUSTERS}/facets?ecosystem=digital")).json()

        assert facets["ecosystems"] == {"digital": 2, "health": 1}
        assert facets["technologies"] == {"lasers": 2, "software": 1}
        assert facets["states"] == {"published": 2}
        assert facets["regions"] == {"UA-46": 2}
        assert len(await names(lesia, "technology=software")) == 1

    async def test_r20_labels_and_centres_find_what_holds_today(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=PUBLISHED))
        today = clock.now().date()
        async with sessions.begin() as session:
            await session.execute(
                text(
                    "insert into labels (id, association, cluster_id, level, issuer, from_day,"
                    " until_day, ends_on, state, lock, changed_at) values"
                    " (:id, 'UA', :cluster, 'gold', 'ECEI', :first, :last, :last, 'granted', 1,"
                    " now())"
                ),
                {
                    "id": uuid7(),
                    "cluster": cluster.id,
                    "first": today - timedelta(days=10),
                    "last": today + timedelta(days=10),
                },
            )

        facets = (await lesia.get(f"{CLUSTERS}/facets")).json()

        assert facets["labels"] == {"gold": 1}
        assert len(await names(lesia, "label=gold")) == 1
        assert await names(lesia, "label=silver") == []
        assert await names(lesia, "centre=CRC-AGR") == []

    async def test_r14_facets_count_nothing_that_is_hidden(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        secret = a_profile(technologies=("night vision",), dual_use=True)
        await saved(sessions, a_cluster(state=PUBLISHED, profile=secret))
        marek = await sign_in(MAREK, of="PL")

        facets = await marek.get(f"{CLUSTERS}/facets")

        assert all(not counts for counts in facets.json().values())
        assert "night vision" not in (await get(marek, "/registry/clusters")).text

    def test_has_one_address(self) -> None:
        wanted = Wanted(text="łódź", region="UA-46", basis=Basis.OPERATING, state=PUBLISHED)

        assert wanted.query == (
            "q=%C5%82%C3%B3d%C5%BA&region=UA-46&basis=operating&state=published"
        )
        assert Wanted(basis=Basis.OPERATING).query == ""

    async def test_offers_choices_with_their_counts(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(state=PUBLISHED))

        page = await get(lesia, "/registry/clusters?q=lviv&ecosystem=digital")

        assert page.status_code == 200
        assert "Digital (1)" in page.text
        assert "Lviv Oblast (1)" in page.text
        assert '<link rel="canonical" href="/registry/clusters?q=lviv&amp;ecosystem=digital">' in (
            page.text
        )
