"""Another association's draft is nowhere; each wall holds alone.

Every test runs twice: as it is, and with the checks of commands and queries switched off, so that
row-level security has to hold by itself.
"""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import true

from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.model import Cluster
from services.registry.staff import key_commands
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    a_cluster,
    a_member,
    a_person,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn

CLUSTERS = "/registry/v1/clusters"
HIDDEN = [state for state in ClusterState if state not in {"published", "under_revision"}]

HTML = {"Accept": "text/html"}
DECLINED = {"reasons": [{"criterion": "V-1", "code": "not_met"}]}
ACTS: list[tuple[str, str, Any]] = [
    ("submission", "draft", None),
    ("withdrawal", "draft", None),
    ("review", "submitted", None),
    ("return", "in_review", DECLINED),
    ("rejection", "in_review", DECLINED),
    ("publication", "in_review", {"confirmed": list(LOOKED_AT)}),
    ("reopening", "rejected", None),
    ("reinstatement", "suspended", None),
    ("confirmation", "dormant", None),
]


@pytest.fixture(params=["both walls", "row-level security alone"], autouse=True)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "both walls":
        return
    monkeypatch.setattr(Actor, "must_be", lambda *_, **__: None)
    monkeypatch.setattr(finding, "visible_to", lambda _: true())
    monkeypatch.setattr(finding, "sees_inside", lambda *_: True)


@pytest.fixture
async def marek(sign_in: SignIn) -> AsyncClient:
    return await sign_in(MAREK, of="PL", name="Marek Zieliński")


async def unchanged(sessions: Sessions, cluster: Cluster) -> bool:
    async with sessions() as session:
        now = await session.get_one(Cluster, cluster.id)
    return (now.state, now.lock) == (cluster.state, cluster.lock)


class TestAnothersDraft:
    async def test_is_in_no_answer_whatever_its_state(
        self, marek: AsyncClient, sessions: Sessions
    ) -> None:
        hidden = [a_cluster(state=state, legal_value=state.value) for state in HIDDEN]
        await saved(sessions, *hidden)

        for cluster in hidden:
            one = await marek.get(f"{CLUSTERS}/{cluster.number}")
            story = await marek.get(f"{CLUSTERS}/{cluster.id}/history")
            page = await marek.get(f"/registry/clusters/{cluster.number}", headers=HTML)
            assert {one.status_code, story.status_code, page.status_code} == {404}, cluster.state
        found = await marek.get(f"{CLUSTERS}?q=lviv")
        assert found.json()["items"] == []
        listed = await marek.get("/registry/clusters?q=lviv", headers=HTML)
        assert "CL-" not in listed.text

    async def test_takes_no_act(self, marek: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        states = {ClusterState(state) for _, state, _ in ACTS}
        hidden = {state: a_cluster(state=state, legal_value=state.value) for state in states}
        await saved(sessions, *hidden.values())

        for act, state, body in ACTS:
            cluster = hidden[ClusterState(state)]
            answer = await marek.put(f"{CLUSTERS}/{cluster.number}/{act}", json=body)
            assert (act, answer.status_code) == (act, 404)
            assert await unchanged(sessions, cluster)


class TestAnothersPublicProfile:
    @pytest.mark.parametrize(
        ("act", "body"),
        [("suspension", {"reason": "x"}), ("archive", {"reason": "x"}), ("confirmation", None)],
    )
    async def test_is_read_but_not_written(
        self, marek: AsyncClient, sessions: Sessions, act: str, body: Any
    ) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        read = await marek.get(f"{CLUSTERS}/{cluster.number}")
        written = await marek.put(f"{CLUSTERS}/{cluster.number}/{act}", json=body)

        assert read.status_code == 200
        assert written.status_code in {403, 404}
        assert await unchanged(sessions, cluster)


class TestAnothersStaff:
    async def test_is_not_seen(self, marek: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))

        page = await marek.get("/registry/staff", headers=HTML)

        assert page.status_code == 200
        assert "Леся" not in page.text

    async def test_keys_are_not_seen(self, marek: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_member(LESIA))
        async with sessions.begin() as session:
            key, _ = await key_commands.issue_key(
                session,
                a_person(),
                name="ERP of Lviv",
                owner_id=LESIA,
                scopes=frozenset(),
                services=frozenset({"registry"}),
                expires_at=NOON + timedelta(days=9),
                at=NOON,
            )

        page = await marek.get("/registry/keys", headers=HTML)
        one = await marek.get(f"/registry/keys/{key.id}/revoke", headers=HTML)

        assert "ERP of Lviv" not in page.text
        assert one.status_code == 404
