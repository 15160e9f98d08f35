"""R-22: what becomes of the figures and the links of clusters that ended."""

import pytest
from httpx import AsyncClient

from contracts.vocabulary import ClusterState, Mark, VisitState
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import LESIA, TARAS, a_cluster, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.test_declarations import post
from tests.registry.test_moves_and_ends import a_visit, day, declared
from tests.registry.test_pages import get


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


class TestFigures:
    @pytest.fixture
    async def heirs(self, sessions: Sessions) -> list[Cluster]:
        """A dissolved cluster that gave two visits, and two that may carry on."""
        gone = a_cluster(state=ClusterState.PUBLISHED)
        first = a_cluster(state=ClusterState.PUBLISHED, legal_value="14360570")
        second = a_cluster(state=ClusterState.PUBLISHED, legal_value="00032129")
        await saved(sessions, gone, first, second)
        await saved(
            sessions,
            a_visit(gone.id, state=VisitState.SETTLED),
            a_visit(gone.id, number="EX-2027-002", state=VisitState.FOLLOWED_UP),
            a_visit(first.id, number="EX-2027-003", state=VisitState.SETTLED),
            a_visit(gone.id, number="EX-2027-004", state=VisitState.CANCELLED),
        )
        return [gone, first, second]

    @pytest.mark.parametrize(
        ("rule", "carried"), [("sum", [3, 2]), ("main_successor", [3, 0]), ("stop", [1, 0])]
    )
    async def test_r22_follow_the_stated_rule(
        self, lesia: AsyncClient, heirs: list[Cluster], rule: str, carried: list[int]
    ) -> None:
        gone, *successors = heirs
        numbers = [{"number": each.number} for each in successors]
        await post(
            lesia,
            declared(
                "cluster_end",
                gone,
                reason="split",
                ended_day=day(0),
                successors=numbers,
                kind="split",
                figures_rule=rule,
            ),
        )

        answers = [
            (await lesia.get(f"/registry/v1/clusters/{each.number}/figures")).json()
            for each in successors
        ]
        [link, _] = (await lesia.get(f"/registry/v1/clusters/{gone.number}/successions")).json()

        assert [each["with_carried"]["given"] for each in answers] == carried
        assert [each["own"]["given"] for each in answers] == [1, 0]
        assert (link["successor_id"], link["position"]) == (str(successors[0].id), 0)

    async def test_r22_follow_over_several_ends(
        self, lesia: AsyncClient, heirs: list[Cluster]
    ) -> None:
        more = {"ended_day": day(0), "kind": "succession", "figures_rule": "sum", "reason": "x"}
        first, second, third = heirs
        for gone, heir in ((first, second), (second, third)):
            ending = declared("cluster_end", gone, successors=[{"number": heir.number}], **more)
            assert (await post(lesia, ending)).status_code == 202

        page = await get(lesia, f"/registry/clusters/{third.number}")

        assert "With the clusters it carries on: 3 given, 0 received." in page.text

    async def test_r14_links_of_a_dual_use_cluster_are_for_the_vetted(
        self, sessions: Sessions, sign_in: SignIn
    ) -> None:
        await saved(sessions, an_association())
        secret = await saved(
            sessions,
            a_cluster(state=ClusterState.PUBLISHED, name="Secret", dual_use=True),
        )
        heir = await saved(
            sessions, a_cluster(state=ClusterState.PUBLISHED, legal_value="14360570")
        )
        vetted = await sign_in(LESIA, marks=(Mark.DUAL_USE_VETTED,))
        ending = declared(
            "cluster_end",
            secret,
            reason="x",
            ended_day=day(0),
            successors=[{"number": heir.number}],
            kind="succession",
            figures_rule="sum",
        )
        assert (await post(vetted, ending)).status_code == 202
        other = await sign_in(TARAS)

        seen, hidden = [
            (await get(each, f"/registry/clusters/{heir.number}")).text for each in (vetted, other)
        ]
        links = await other.get(f"/registry/v1/clusters/{heir.number}/successions")

        assert "Secret" in seen
        assert "Secret" not in hidden
        assert links.json() == []
