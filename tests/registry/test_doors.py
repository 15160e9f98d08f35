"""Another association's profile and declarations are behind none of the pages that act on them.

Every test runs twice: as it is, and with the checks of commands and queries switched off, so that
row-level security has to hold by itself. Each has its counterpart: the own side finds them there.
"""

import pytest
from httpx import AsyncClient
from sqlalchemy import true

from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.acts import ACTS, OFFERED
from services.registry.clusters.states import PUBLIC
from services.registry.declarations import queries
from tests.registry.builders import LESIA, MAREK, TARAS, a_cluster, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.test_declarations import a_declaration, post
from tests.registry.test_tenancy import unchanged

HTML = {"Accept": "text/html"}
NAME = "Lviv IT Cluster"
HIDDEN = {  # acts that are offered while the profile is not public, and one such state
    name: hidden[0]
    for name, act in ACTS.items()
    if (hidden := [state for state in set(OFFERED) - PUBLIC if act in OFFERED[state]])
}
ASKING = sorted(name for name in HIDDEN if ACTS[name].consequence)
LIST = "/registry/declarations"
ONE = f"{LIST}/one?source=urn:uca:register&id=1"


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "both walls":
        return
    monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)
    monkeypatch.setattr(finding, "visible_to", lambda _: true())
    monkeypatch.setattr(finding, "sees_inside", lambda *_: True)
    monkeypatch.setattr(queries, "taken_by", lambda _: true())


@pytest.fixture
async def lesia(sign_in: SignIn) -> AsyncClient:
    return await sign_in(LESIA)


@pytest.fixture
async def marek(sign_in: SignIn) -> AsyncClient:
    return await sign_in(MAREK, of="PL", name="Marek Zieliński")


class TestPagesOfActs:
    @pytest.mark.parametrize("name", ASKING)
    async def test_are_there_for_the_own_side_alone(
        self, lesia: AsyncClient, marek: AsyncClient, sessions: Sessions, name: str
    ) -> None:
        cluster = a_cluster(state=HIDDEN[name])
        await saved(sessions, cluster, an_association())

        for key in (cluster.number, str(cluster.id)):
            address = f"/registry/clusters/{key}/{name}"
            own = await lesia.get(address, headers=HTML)
            stranger = await marek.get(address, headers=HTML)

            assert (own.status_code, NAME in own.text) == (200, True)
            assert (stranger.status_code in {403, 404}, NAME in stranger.text) == (True, False)

    @pytest.mark.parametrize("name", sorted(HIDDEN))
    async def test_take_no_act_of_others(
        self, marek: AsyncClient, sessions: Sessions, name: str
    ) -> None:
        cluster = a_cluster(state=HIDDEN[name])
        await saved(sessions, cluster, an_association())

        answer = await marek.post(
            f"/registry/clusters/{cluster.number}/{name}",
            headers={"Content-Type": "application/json"},
            json={"reason": "x", "criteria": ["V-1"]},
        )

        assert answer.status_code in {400, 403, 404, 415, 422}
        assert await unchanged(sessions, cluster)


class TestDeclarations:
    async def test_are_on_the_pages_of_the_own_side_alone(
        self, sign_in: SignIn, lesia: AsyncClient, marek: AsyncClient
    ) -> None:
        await post(await sign_in(TARAS), a_declaration())

        for address in (LIST, ONE):
            own = await lesia.get(address, headers=HTML)
            stranger = await marek.get(address, headers=HTML)

            assert NAME in own.text
            assert NAME not in stranger.text
        assert (await marek.get(ONE, headers=HTML)).status_code == 404
