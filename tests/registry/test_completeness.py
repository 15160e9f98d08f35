"""How complete a profile is, what would add most, and from where on it is matched (R-10)."""

import pytest

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters import profiles
from tests.registry.builders import LESIA, MAREK, a_cluster, a_profile, saved
from tests.registry.conftest import SignIn
from tests.registry.test_pages import get

SPARSE = a_profile(web="", languages=(), services=None, technologies=(), staff_fte=0)


class TestCompleteness:
    def test_r10_the_weights_are_a_hundred(self) -> None:
        full = a_profile(nace=("62",), partner_regions=[a_profile().seat.region], s3_areas=("ICT",))

        assert sum(profiles.WEIGHTS.values()) == profiles.completeness(full) == 100
        assert profiles.next_best(full) is None

    @pytest.mark.parametrize("empty", ["web", "languages", "services", "technologies"])
    def test_r10_the_next_best_field_adds_its_gain(self, empty: str) -> None:
        profile = a_profile().model_copy(update={"nace": ("62",), empty: ()})

        best = profiles.next_best(profile)

        assert best is not None
        filled = profile.model_copy(update={best.field: getattr(a_profile(), best.field) or ("x",)})
        assert profiles.completeness(filled) == profiles.completeness(profile) + best.gain

    def test_r10_below_60_a_cluster_is_not_matched(self) -> None:
        assert [a_cluster(profile=SPARSE).completeness, a_cluster().completeness] == [45, 85]
        assert not a_cluster(profile=SPARSE).is_matched
        assert a_cluster().is_matched


class TestSaid:
    async def test_r10_in_list_and_page_with_the_gain(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(profile=SPARSE, number="CL-1001"))
        lesia = await sign_in(LESIA)

        page = " ".join((await get(lesia, "/registry/clusters/CL-1001")).text.split())
        listed = (await get(lesia, "/registry/clusters")).text
        one = (await lesia.get(f"/registry/v1/clusters/{cluster.id}")).json()

        assert "The profile is 45% complete." in page
        assert "What would add most: Web page, 10% more." in page
        assert "Below 60% it is not matched with others." in page
        assert "45%" in listed
        assert "Not matched" in listed
        assert (one["completeness"], one["is_matched"]) == (45, False)
        assert one["next_best"] == {"field": "web", "gain": 10}

    async def test_r10_others_are_not_told_what_is_missing(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(
            sessions, a_cluster(state=ClusterState.PUBLISHED, profile=SPARSE, number="CL-1001")
        )
        marek = await sign_in(MAREK, of="PL")

        page = (await get(marek, "/registry/clusters/CL-1001")).text
        one = (await marek.get(f"/registry/v1/clusters/{cluster.id}")).json()

        assert "45%" in page
        assert "What would add most" not in page
        assert one["next_best"] is None
