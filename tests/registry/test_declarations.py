"""Clusters that back offices declare over HTTP: what is taken, what is refused and why."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.registry import ClusterDrafted, ClusterSubmitted
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from tests.registry.builders import MAREK, TARAS, a_cluster, a_person, a_profile, saved
from tests.registry.conftest import SignIn
from tests.registry.recorded import declare

DOOR = "/registry/v1/events"


def a_declaration(*, number: int = 1, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": "urn:uca:register",
        "type": "talka.registry.cluster.declared.v1",
        "data": {"ref": "members/217", **a_profile().model_dump(mode="json"), **data},
    }


async def clusters(sessions: Sessions) -> list[Cluster]:
    async with sessions() as session:
        return list(await session.scalars(select(Cluster).order_by(Cluster.number)))


async def post(client: AsyncClient, declared: Any) -> Any:
    return await client.post(
        DOOR,
        json=declared,
        headers={
            "Content-Type": "application/cloudevents-batch+json"
            if isinstance(declared, list)
            else "application/cloudevents+json"
        },
    )


@pytest.fixture
async def taras(sign_in: SignIn) -> AsyncClient:
    return await sign_in(TARAS)


class TestAccepted:
    async def test_a_new_cluster_is_drafted_and_submitted(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        answer = await post(taras, a_declaration())

        assert answer.status_code == 202
        [cluster] = await clusters(sessions)
        assert (cluster.number, cluster.association, cluster.state, cluster.ref) == (
            "CL-1001",
            "UA",
            ClusterState.SUBMITTED,
            "members/217",
        )
        async with sessions() as session:
            rows = await history.rows_of(session, str(cluster.id))
        assert [type(history.event_of(row)) for row in rows] == [ClusterDrafted, ClusterSubmitted]
        assert answer.json()["events"] == [str(row["event_id"]) for row in rows]

    async def test_the_same_again_gets_the_same_answer(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        first = await post(taras, a_declaration())
        second = await post(taras, a_declaration())

        assert (first.status_code, second.status_code) == (202, 202)
        assert first.json()["events"] == second.json()["events"]
        assert len(await clusters(sessions)) == 1

    async def test_nothing_new_is_taken_without_an_event(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, ref="members/217"))

        answer = await post(taras, a_declaration())

        assert (answer.status_code, answer.json()["events"]) == (202, [])

    async def test_of_a_batch_the_good_ones_are_taken(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        good = {"scheme": "ua_edrpou", "value": "14360570"}
        batch = [
            a_declaration(number=1),
            a_declaration(number=2, ref="b"),
            a_declaration(number=3, ref="c", legal_id=good),
        ]

        answer = await post(taras, batch)

        assert answer.status_code == 207
        assert [item["status"] for item in answer.json()["items"]] == [
            "accepted",
            "refused",
            "accepted",
        ]
        assert [cluster.ref for cluster in await clusters(sessions)] == ["members/217", "c"]


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "pointer", "code"),
        [
            (
                {"legal_id": {"scheme": "ua_edrpou", "value": "32855962"}},
                "/data/legal_id",
                None,
            ),
            (
                {
                    "seat": {
                        "country": "UA",
                        "region": {"scheme": "nuts", "code": "ZZ01"},
                        "settlement": "Lviv",
                    }
                },
                "/data/seat",
                None,
            ),
            ({"ecosystem": "space-tourism"}, "/data/ecosystem", None),
            ({"colour": "green"}, "/data/colour", "TLK-D002"),
            ({"staff_fte": "many"}, "/data/staff_fte", "TLK-D003"),
        ],
    )
    async def test_with_a_pointer_to_each_fault(
        self,
        taras: AsyncClient,
        sessions: Sessions,
        data: dict[str, Any],
        pointer: str,
        code: str | None,
    ) -> None:
        answer = await post(taras, a_declaration(**data))

        assert (answer.status_code, answer.headers["content-type"]) == (
            422,
            "application/problem+json",
        )
        [fault] = answer.json()["errors"]
        assert fault["pointer"] == pointer
        assert code in (None, fault["code"])
        assert await clusters(sessions) == []

    async def test_abroad(self, sign_in: SignIn, sessions: Sessions) -> None:
        marek = await sign_in(MAREK, of="PL")

        answer = await post(marek, a_declaration())

        assert [(f["pointer"], f["code"]) for f in answer.json()["errors"]] == [
            ("/data/seat/country", "TLK-D040")
        ]
        assert await clusters(sessions) == []

    async def test_a_legal_id_of_another_association_names_nobody(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(association="PL", number="CL-7777"))

        answer = await post(taras, a_declaration())

        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"], fault["rule"]) == (
            "/data/legal_id",
            "TLK-D041",
            "V-8",
        )
        assert "PL" not in fault["text"]
        assert "7777" not in answer.text

    async def test_while_it_is_in_review(self, taras: AsyncClient, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW, ref="members/217"))

        answer = await post(taras, a_declaration(staff_fte=7.0))

        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/data/ref", "TLK-D042")

    async def test_from_who_is_not_of_the_back_office(
        self, sign_in: SignIn, sessions: Sessions
    ) -> None:
        coordinator = await sign_in(UUID(int=7), roles=("coordinator",))

        answer = await post(coordinator, a_declaration())

        assert answer.status_code == 403
        assert await clusters(sessions) == []

    async def test_in_the_language_of_the_poster(self, sign_in: SignIn, sessions: Sessions) -> None:
        lesia = await sign_in(UUID(int=8), language="uk")

        await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW, ref="members/217"))

        answer = await post(lesia, a_declaration(staff_fte=7.0))

        assert answer.json()["errors"][0]["text"].startswith("Ваш кластер CL-")


class TestLegalId:
    async def test_is_free_again_when_a_draft_was_withdrawn(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(state=ClusterState.WITHDRAWN))

        answer = await post(taras, a_declaration())

        assert answer.status_code == 202

    async def test_of_two_who_take_it_at_once_one_does(self, sessions: Sessions) -> None:
        async def declare_it(ref: str) -> None:
            async with sessions.begin() as session:
                await declare(session, a_person(), a_profile(), ref=ref)

        outcomes = await asyncio.gather(declare_it("a"), declare_it("b"), return_exceptions=True)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Invalid", "NoneType"]
        assert len(await clusters(sessions)) == 1
