"""R-14, R-17: a system without the mark finishes what it declared of a dual-use cluster, unread.

What it may not see it may still declare, for its own association, of every kind alike; of others'
clusters it is told the same as of those that do not exist.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.chassis.site import a_client, issue
from tests.registry import held
from tests.registry.builders import a_cluster, a_profile, an_association, saved
from tests.registry.members import joining
from tests.registry.recorded import reread
from tests.registry.test_declarations import DOOR, a_declaration, clusters, post
from tests.registry.test_members_at_the_door import ended, posted
from tests.registry.test_moves_and_ends import LVIV, a_visit, day, declared
from tests.registry.test_people import a_contact
from tests.registry.test_restoring import published

NAME = "Dual Works"


@pytest.fixture
async def key(app: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The own system of the back office: it has a key, and no mark."""
    await saved(sessions, an_association())
    made = await issue(sessions, of="UA", scopes=("declarations:write",))
    async with a_client(app, Authorization=f"Bearer {made.secret}") as client:
        yield client


async def hidden(sessions: Sessions, *, state: ClusterState = ClusterState.PUBLISHED) -> Cluster:
    profile = a_profile(names={"original": NAME, "en": NAME}, dual_use=True)
    return await saved(
        sessions, a_cluster(state=state, profile=profile, number="CL-1414", ref="members/217")
    )


def event(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "urn:uca:register",
        "type": f"talka.registry.{kind}.declared.v1",
        "data": data,
    }


def withdrawal(of: str) -> dict[str, Any]:
    return event("withdrawal", {"declaration": of, "reason": "by mistake"})


def of_each_kind(number: str) -> dict[str, tuple[dict[str, Any], str]]:
    """One declaration of each kind that names a cluster, and where in its data it does."""
    cluster = {"number": number}
    holder = {"cluster": cluster}
    member = joining(cluster=number)
    function = {"function": "administrator", "cluster": cluster}
    data: dict[str, tuple[dict[str, Any], str]] = {
        "confirmation": ({"cluster": cluster, "confirmed_day": day(-2)}, "/data/cluster"),
        "relocation": (
            {"cluster": cluster, "kind": "operating", "place": LVIV, "from_day": day(-1)},
            "/data/cluster",
        ),
        "cluster_end": (
            {"cluster": cluster, "reason": "over", "ended_day": day(0)},
            "/data/cluster",
        ),
        "label": (held.a_label(cluster=cluster), "/data/cluster"),
        "participation": (held.a_participation(holder=holder), "/data/holder/cluster"),
        "site": (held.a_site(holder=holder), "/data/holder/cluster"),
        "offer": (held.an_offer(holder=holder), "/data/holder/cluster"),
    }
    whole = {kind: (event(kind, said), at) for kind, (said, at) in data.items()}
    person = a_contact(functions=[function])
    return whole | {
        "member": (posted(member), "/data/cluster"),
        "person": (person, "/data/functions/0/cluster"),
    }


KINDS = sorted(of_each_kind("CL-1414"))


class TestEachKind:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_r14_is_taken_of_the_own_cluster_and_tells_nothing_of_it(
        self, key: AsyncClient, sessions: Sessions, kind: str
    ) -> None:
        cluster = await hidden(sessions)
        said, _ = of_each_kind("CL-1414")[kind]

        answer = await post(key, said)

        assert (answer.status_code, answer.json()["status"]) == (202, "accepted"), answer.text
        assert NAME not in answer.text
        assert str(cluster.id) not in answer.text

    @pytest.mark.parametrize("kind", KINDS)
    async def test_r14_one_of_others_is_refused_as_one_that_there_is_not(
        self, key: AsyncClient, sessions: Sessions, kind: str
    ) -> None:
        profile = a_profile(dual_use=True)
        theirs = a_cluster(
            state=ClusterState.PUBLISHED, profile=profile, number="CL-1515", association="PL"
        )
        await saved(sessions, theirs)
        answers = []
        for number in ("CL-1515", "CL-9999"):
            said, at = of_each_kind(number)[kind]
            answer = await post(key, said)
            assert answer.status_code == 422
            assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
                (at, "TLK-D043")
            ]
            assert str(theirs.id) not in answer.text
            answers.append({**answer.json(), "id": None, "trace_id": None})
        assert answers[0] == answers[1]

    async def test_r17_a_member_leaves_by_the_key_that_declared_it(
        self, key: AsyncClient, sessions: Sessions
    ) -> None:
        await hidden(sessions)
        member = joining(cluster="CL-1414")
        await post(key, posted(member))

        answer = await post(key, ended(member, "2025-05-01"))

        assert answer.status_code == 202, answer.text


class TestCheckOnly:
    async def test_looks_at_what_is_sent_and_asks_nothing_of_the_register(
        self, key: AsyncClient
    ) -> None:
        said, _ = of_each_kind("CL-9999")["relocation"]
        headers = {"Content-Type": "application/cloudevents+json"}

        checked = await key.post(f"{DOOR}?check=only", json=said, headers=headers)
        posted_then = await post(key, said)

        assert (checked.status_code, checked.json()["status"]) == (200, "checked")
        assert posted_then.status_code == 422


class TestItsWholeLife:
    async def test_r17_a_new_one_is_withdrawn_by_the_key_that_declared_it(
        self, key: AsyncClient, sessions: Sessions
    ) -> None:
        first = await post(key, a_declaration(dual_use=True))
        [cluster] = await clusters(sessions)

        gone = await post(key, withdrawal(first.json()["events"][0]))

        assert gone.status_code == 202, gone.text
        assert (await reread(sessions, cluster)).state is ClusterState.WITHDRAWN
        assert str(cluster.id) not in gone.text

    async def test_r17_a_change_is_corrected_and_withdrawn(
        self, key: AsyncClient, sessions: Sessions
    ) -> None:
        await published(key, sessions, dual_use=True)
        changed = await post(key, a_declaration(number=2, dual_use=True, staff_fte=7))
        wrong = changed.json()["events"][0]

        right = a_declaration(number=3, dual_use=True, staff_fte=9, corrects=wrong)
        corrected = await post(key, right)
        back = await post(key, withdrawal(corrected.json()["events"][0]))

        assert (corrected.status_code, back.status_code) == (202, 202), back.text
        [cluster] = await clusters(sessions)
        assert cluster.pending is not None
        assert cluster.pending.staff_fte == 7


class TestWhatIsToldOfIt:
    async def test_r14_a_refusal_names_no_day_of_its_past(
        self, key: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await hidden(sessions)
        place = {"kind": "operating", "place": LVIV, "from_day": "1999-01-01"}
        early = joining(cluster="CL-1414", on=date(1999, 1, 1))

        moved = await post(key, declared("relocation", cluster, **place))
        joined = await post(key, posted(early))

        for answer, code in ((moved, "TLK-D063"), (joined, "TLK-D124")):
            [fault] = answer.json()["errors"]
            assert (fault["code"], fault.get("values")) == (code, None)
            assert cluster.profile.established.isoformat() not in answer.text

    async def test_r22_its_end_waits_for_visits_that_are_not_named(
        self, key: AsyncClient, sessions: Sessions
    ) -> None:
        cluster = await hidden(sessions)
        await saved(sessions, a_visit(cluster.id))

        answer = await post(key, declared("cluster_end", cluster, reason="x", ended_day=day(0)))

        assert (answer.status_code, answer.json()["code"]) == (409, "TLK-R011")
        assert "EX-2027-001" not in answer.text
