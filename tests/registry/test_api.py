"""The interface for systems, over HTTP."""

from uuid import UUID

import pytest

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters.criteria import LOOKED_AT
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, an_association, saved
from tests.registry.conftest import SignIn

CLUSTERS = "/registry/v1/clusters"


class TestActs:
    async def test_lead_a_submitted_profile_to_publication(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        lesia = await sign_in(LESIA)

        started = await lesia.put(f"{CLUSTERS}/{cluster.number}/review")
        published = await lesia.put(
            f"{CLUSTERS}/{cluster.id}/publication", json={"confirmed": list(LOOKED_AT)}
        )

        assert (started.status_code, started.json()["state"]) == (200, "in_review")
        assert (published.status_code, published.json()["state"]) == (200, "published")
        assert {c["result"] for c in published.json()["criteria"]} == {"pass"}

    async def test_an_archived_profile_cannot_be_suspended(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.ARCHIVED))
        taras = await sign_in(TARAS)

        answer = await taras.put(f"{CLUSTERS}/{cluster.id}/suspension", json={"reason": "x"})

        assert (answer.status_code, answer.headers["content-type"]) == (
            409,
            "application/problem+json",
        )
        assert answer.json()["code"] == "TLK-R002"

    async def test_who_submitted_is_refused_with_a_reason(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        taras = await sign_in(TARAS)

        answer = await taras.put(f"{CLUSTERS}/{cluster.number}/review")

        assert (answer.status_code, answer.json()["code"]) == (403, "TLK-R003")
        assert "ask a colleague" in answer.json()["detail"]

    async def test_on_an_old_version_are_refused(self, sign_in: SignIn, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        taras = await sign_in(TARAS)
        seen = (await taras.get(f"{CLUSTERS}/{cluster.number}")).headers["etag"]

        first = await taras.put(
            f"{CLUSTERS}/{cluster.number}/confirmation", headers={"If-Match": seen}
        )
        second = await taras.put(
            f"{CLUSTERS}/{cluster.number}/confirmation", headers={"If-Match": seen}
        )

        assert (first.status_code, second.status_code) == (200, 409)
        assert second.json()["code"] == "TLK-R006"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"reason": ""},
            {"reason": "x", "review_on": "2027-02-30"},
            {"reason": "x", "reviewed": True},
        ],
    )
    async def test_with_a_wrong_body_are_refused_with_pointers(
        self, sign_in: SignIn, sessions: Sessions, body: dict[str, object]
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        taras = await sign_in(TARAS)

        answer = await taras.put(f"{CLUSTERS}/{cluster.number}/suspension", json=body)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] in {"/reason", "/review_on", "/reviewed"}


class TestReading:
    async def test_needs_somebody(self, sign_in: SignIn) -> None:
        stranger = await sign_in(TARAS)
        stranger.cookies.clear()

        answer = await stranger.get(CLUSTERS)

        assert (answer.status_code, answer.json()["code"]) == (401, "TLK-E401")

    async def test_pages_through_the_list_without_gap_or_double(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        profiles = [a_cluster(state=ClusterState.PUBLISHED) for _ in range(5)]
        for number, cluster in enumerate(profiles):
            cluster.legal_value = f"{number:08}"
        await saved(sessions, *profiles)
        marek = await sign_in(MAREK, of="PL")
        seen: list[UUID] = []
        cursor = ""

        while True:
            answer = (await marek.get(f"{CLUSTERS}?limit=2{cursor}")).json()
            seen += [UUID(item["id"]) for item in answer["items"]]
            if not answer.get("next"):
                break
            cursor = f"&cursor={answer['next']}"

        assert sorted(seen) == sorted(cluster.id for cluster in profiles)
        assert len(seen) == 5

    async def test_shows_others_only_what_is_public(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        cluster = await saved(
            sessions, a_cluster(state=ClusterState.UNDER_REVISION, note="between us", ref="own-7")
        )
        marek = await sign_in(MAREK, of="PL")
        lesia = await sign_in(LESIA)

        foreign = await marek.get(f"{CLUSTERS}/{cluster.number}")
        own = await lesia.get(f"{CLUSTERS}/{cluster.number}")

        assert foreign.json()["profile"]["staff_fte"] == 4.5
        assert {foreign.json()[field] for field in ("pending", "note", "ref")} == {None}
        assert (own.json()["pending"]["staff_fte"], own.json()["note"]) == (9.0, "between us")

    async def test_tells_the_history_with_names_to_the_own_association_only(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        lesia = await sign_in(LESIA)
        await lesia.put(
            f"{CLUSTERS}/{cluster.number}/publication", json={"confirmed": list(LOOKED_AT)}
        )
        marek = await sign_in(MAREK, of="PL")

        [own] = (await lesia.get(f"{CLUSTERS}/{cluster.number}/history")).json()
        [foreign] = (await marek.get(f"{CLUSTERS}/{cluster.number}/history")).json()

        assert own["type"] == foreign["type"] == "talka.registry.cluster.published.v1"
        assert (own["actor"], foreign["actor"]) == (f"staff:{LESIA}", None)
        assert foreign["association"] == "UA"
