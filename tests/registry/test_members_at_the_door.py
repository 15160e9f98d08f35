"""Members posted over HTTP: taken, corrected, ended, and rehearsed by the same code."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.memberships import MemberJoined, MemberLeft, MembershipCorrected
from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.database import Sessions
from services.chassis.intake import Accepted, Item
from services.chassis.intake_reading import Reader
from services.chassis.intake_rehearsal import rehearse
from services.registry.clusters.intake import registry_intake
from services.registry.memberships.declaring import Joining
from tests.registry.builders import LESIA, TARAS, a_cluster, a_person, saved
from tests.registry.conftest import SignIn
from tests.registry.members import joining, memberships, organisations
from tests.registry.recorded import events_of, types_of

DOOR = "/registry/v1/events"


def posted(joined: Joining, *, name: UUID | None = None, **data: Any) -> dict[str, Any]:
    stated = joined.stated
    return {
        "specversion": "1.0",
        "id": str(name or uuid7()),
        "source": "urn:uca:members",
        "type": "talka.registry.member.declared.v1",
        "data": {
            "cluster": {"number": joined.cluster.number},
            "organisation": {
                "legal_id": stated.legal_id.model_dump(mode="json"),
                "names": stated.names.model_dump(),
                "kind": stated.kind,
                "size_class": stated.size_class,
                "size_day": str(stated.size_day),
                "place": stated.place.model_dump(mode="json"),
                "sole_trader": stated.sole_trader,
            },
            "joined_day": str(joined.joined_day),
            **data,
        },
    }


def ended(joined: Joining, day: str, *, name: UUID | None = None, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(name or uuid7()),
        "source": "urn:uca:members",
        "type": "talka.registry.membership.ended.v1",
        "data": {
            "cluster": {"number": joined.cluster.number},
            "organisation": {"legal_id": joined.stated.legal_id.model_dump(mode="json")},
            "ended_day": day,
            "reason": "left",
            **data,
        },
    }


@pytest.fixture
async def taras(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
    return await sign_in(TARAS)


async def post(client: AsyncClient, *declared: dict[str, Any]) -> Any:
    answer = await client.post(
        DOOR,
        json=list(declared),
        headers={"Content-Type": "application/cloudevents-batch+json"},
    )
    return answer.json()["items"]


class TestDoor:
    async def test_r06_takes_members_and_their_end(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        await post(taras, posted(joining(1)), posted(joining(2)))
        [left] = await post(taras, ended(joining(1), "2025-06-30"))

        assert left["status"] == "accepted", left
        first, second = await memberships(sessions)
        assert await types_of(sessions, first.id) == [MemberJoined, MemberLeft]
        assert (str(first.ended_day), second.ended_day) == ("2025-06-30", None)

    async def test_r17_the_same_again_gets_the_same_answer(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        declared = posted(joining())

        first, again = await post(taras, declared), await post(taras, declared)

        assert first == again
        assert len(await memberships(sessions)) == 1

    async def test_points_into_the_data_at_each_fault(self, taras: AsyncClient) -> None:
        [answer] = await post(taras, posted(joining(cluster="CL-9999")))

        assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
            ("/data/cluster", "TLK-D043")
        ]

    @pytest.mark.parametrize(
        ("day", "pointer"), [("2024-04-30", "/data/ended_day"), ("2023-01-01", "/data/ended_day")]
    )
    async def test_refuses_an_end_before_the_beginning(
        self, taras: AsyncClient, day: str, pointer: str
    ) -> None:
        await post(taras, posted(joining()))

        [answer] = await post(taras, ended(joining(), day))

        assert [each["pointer"] for each in answer["errors"]] == [pointer]

    async def test_an_end_that_is_known_changes_nothing(self, taras: AsyncClient) -> None:
        await post(taras, posted(joining()), ended(joining(), "2025-06-30"))

        [same] = await post(taras, ended(joining(), "2025-06-30"))
        [other] = await post(taras, ended(joining(), "2025-05-31"))

        assert same == {"index": 0, "id": same["id"], "status": "accepted", "events": []}
        assert other["errors"][0]["code"] == "TLK-R111"


class TestR06Corrections:
    async def test_a_later_declaration_puts_the_day_right(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        wrong = uuid7()
        await post(taras, posted(joining(), name=wrong))

        right = posted(joining(on=date(2022, 2, 1)), corrects=str(wrong))
        [answer] = await post(taras, right)

        assert answer["status"] == "accepted", answer
        [membership] = await memberships(sessions)
        assert str(membership.joined_day) == "2022-02-01"
        corrected = (await events_of(sessions, membership.id))[-1]
        assert isinstance(corrected, MembershipCorrected)
        assert str(corrected.former.joined_day) == "2024-05-01"
        assert corrected.corrects == wrong

    async def test_of_another_organisation_withdraws_the_first(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        wrong = uuid7()
        await post(taras, posted(joining(1), name=wrong))

        await post(taras, posted(joining(2), corrects=str(wrong)))

        first, second = await memberships(sessions)
        assert first.days.is_empty
        assert not second.days.is_empty
        withdrawn = (await events_of(sessions, first.id))[-1]
        assert isinstance(withdrawn, MembershipCorrected)
        assert withdrawn.joined_day is None

    async def test_the_day_of_an_end_is_put_right(
        self, taras: AsyncClient, sessions: Sessions
    ) -> None:
        wrong = uuid7()
        await post(taras, posted(joining()), ended(joining(), "2025-06-30", name=wrong))

        [answer] = await post(taras, ended(joining(), "2025-12-31", corrects=str(wrong)))

        assert answer["status"] == "accepted", answer
        [membership] = await memberships(sessions)
        assert str(membership.ended_day) == "2025-12-31"

    async def test_another_association_s_declaration_cannot_be_corrected(
        self, taras: AsyncClient, sign_in: SignIn
    ) -> None:
        wrong = uuid7()
        await post(taras, posted(joining(), name=wrong))
        polish = await sign_in(LESIA, of="PL")

        [answer] = await post(polish, posted(joining(), corrects=str(wrong)))

        assert "/data/corrects" in [each["pointer"] for each in answer["errors"]]


class TestRehearsal:
    async def test_gives_the_faults_of_the_door_and_writes_nothing(
        self, taras: AsyncClient, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        declared = [posted(joining(1)), posted(joining(2, cluster="CL-9999")), posted(joining(3))]

        rehearsed = await rehearse(registry_intake, app_sessions, items(declared))

        assert await organisations(sessions) == []
        taken = await post(taras, *declared)
        assert [isinstance(each, Accepted) for each in rehearsed] == [True, False, True]
        assert [each["status"] for each in taken] == ["accepted", "refused", "accepted"]
        assert [fault.code for fault in rehearsed[1].faults] == [  # type: ignore[union-attr]
            each["code"] for each in taken[1]["errors"]
        ]

    @pytest.mark.usefixtures("taras")
    async def test_of_one_that_raises_spares_its_neighbours(self, app_sessions: Sessions) -> None:
        declared = [posted(joining(1)), ended(joining(7), "2025-06-30"), posted(joining(3))]

        outcomes = await rehearse(registry_intake, app_sessions, items(declared))

        assert [isinstance(each, Accepted) for each in outcomes] == [True, False, True]


def items(declared: list[dict[str, Any]]) -> list[Item]:
    reader = Reader(registry_intake, a_person(), clock.now())
    found = [reader.try_document(each) for each in declared]
    return [each for each in found if isinstance(each, Item)]
