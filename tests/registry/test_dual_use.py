"""R-14: content under the mark is there for vetted people only, by every door of the registry.

Each test runs twice: as it is, and with the checks of the queries switched off, so that row-level
security has to hold by itself.
"""

import pytest
from httpx import AsyncClient
from sqlalchemy import true

from contracts.vocabulary import ClusterState, Mark
from services.chassis.database import Sessions
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, a_profile, an_association, saved
from tests.registry.conftest import SignIn

NAME = "Dual Works"
VETTED = (Mark.DUAL_USE_VETTED,)
HTML = {"Accept": "text/html"}


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "both walls":
        monkeypatch.setattr(finding, "visible_to", lambda _: true())


async def a_dual_use_cluster(sessions: Sessions) -> Cluster:
    profile = a_profile(names={"original": NAME, "en": NAME}, dual_use=True)
    cluster = a_cluster(state=ClusterState.PUBLISHED, profile=profile, number="CL-1414")
    return await saved(sessions, cluster, an_association())


@pytest.fixture
async def unvetted(sign_in: SignIn) -> list[AsyncClient]:
    """Of the own association, of another, and of the support office."""
    return [
        await sign_in(TARAS),
        await sign_in(MAREK, of="PL"),
        await sign_in(LESIA, of="ECA", roles=("support_office",)),
    ]


DOORS = (
    "/registry/clusters?q=dual",
    "/registry/clusters/CL-1414",
    "/registry/clusters/CL-1414/review",
    "/registry/v1/clusters?q=dual",
    "/registry/v1/clusters/CL-1414",
    "/registry/v1/clusters/CL-1414/history",
)


class TestACluster:
    @pytest.mark.parametrize("door", DOORS)
    async def test_r14_is_behind_no_door_for_who_is_not_vetted(
        self, unvetted: list[AsyncClient], sessions: Sessions, door: str
    ) -> None:
        await a_dual_use_cluster(sessions)

        for client in unvetted:
            answer = await client.get(door, headers=HTML if "/v1/" not in door else {})
            assert NAME not in answer.text

    @pytest.mark.parametrize("door", DOORS)
    async def test_r14_is_there_for_who_is_vetted(
        self, sign_in: SignIn, sessions: Sessions, door: str
    ) -> None:
        await a_dual_use_cluster(sessions)
        client = await sign_in(TARAS, marks=VETTED)

        answer = await client.get(door, headers=HTML if "/v1/" not in door else {})

        assert answer.status_code == 200
        assert NAME in answer.text or door.endswith("history")
