"""Withdrawals at the door (R-17): what was declared by mistake is taken back, unless built upon."""

import asyncio
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.event import uuid7
from contracts.memberships import MembershipCorrected
from contracts.vocabulary import ClusterState, Names, SizeClass
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.memberships.commands import end_membership
from tests.registry.builders import LESIA, MAREK, NOON, a_cluster, a_person, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.members import declare, edrpou, joining, memberships, organisations
from tests.registry.recorded import events_of
from tests.registry.test_declaration_pages import HTML, LIST, one
from tests.registry.test_declarations import a_declaration
from tests.registry.test_members_at_the_door import ended, post, posted
from tests.waiting import until_somebody_waits


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
    return await sign_in(LESIA)


async def withdraw(client: AsyncClient, declaration: UUID) -> Any:
    [answer] = await post(
        client,
        {
            "specversion": "1.0",
            "id": str(uuid7()),
            "source": "urn:uca:members",
            "type": "talka.registry.withdrawal.declared.v1",
            "data": {"declaration": str(declaration), "reason": "the wrong list"},
        },
    )
    return answer


async def on(client: AsyncClient, day: str) -> list[str]:
    """Who is a member on a day, by number."""
    answer = await client.get("/registry/v1/clusters/CL-1091/members", params={"on": day})
    return [each["number"] for each in answer.json()["items"]]


class TestMember:
    async def test_r17_never_was_one_when_it_is_withdrawn(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining(), name=name))
        assert await on(lesia, "2024-05-01") == ["OR-20001"]

        answer = await withdraw(lesia, name)

        assert answer["status"] == "accepted", answer
        assert await on(lesia, "2024-05-01") == []
        [membership] = await memberships(sessions)
        withdrawn = (await events_of(sessions, membership.id))[-1]
        assert isinstance(withdrawn, MembershipCorrected)
        assert (withdrawn.corrects, withdrawn.reason) == (name, "the wrong list")

    async def test_r17_is_named_by_one_of_its_events_as_well(self, lesia: AsyncClient) -> None:
        [taken] = await post(lesia, posted(joining()))

        answer = await withdraw(lesia, UUID(taken["events"][-1]))

        assert answer["status"] == "accepted", answer

    async def test_r17_what_depends_on_it_is_named(self, lesia: AsyncClient) -> None:
        name = uuid7()
        await post(lesia, posted(joining(), name=name))
        [left] = await post(lesia, ended(joining(), "2025-06-30"))

        answer = await withdraw(lesia, name)

        [fault] = answer["errors"]
        assert (fault["pointer"], fault["code"]) == ("/data/declaration", "TLK-D181")
        assert fault["text"] == (
            "Since then came: “Member” Works 1 (/registry/organisations/OR-20001), "
            f"talka.registry.membership.member_left.v1 {left['events'][0]}. Take that back first."
        )

    async def test_r17_what_comes_to_depend_on_it_meanwhile_is_not_overwritten(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        """Another session ends the membership after we looked, and commits before we lock it."""
        name = uuid7()
        await post(lesia, posted(joining(), name=name))
        [membership] = await memberships(sessions)
        async with sessions.begin() as session:
            await end_membership(
                session,
                a_person(LESIA),
                membership_id=membership.id,
                on=date(2025, 6, 30),
                reason="left",
                at=NOON,
            )
            ours = asyncio.create_task(withdraw(lesia, name))
            await until_somebody_waits(sessions)

        answer = await ours

        assert [each["code"] for each in answer["errors"]] == ["TLK-D181"]
        [membership] = await memberships(sessions)
        assert membership.ended_day == date(2025, 6, 30)

    async def test_r17_an_end_that_is_withdrawn_lets_it_go_on(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining()), ended(joining(), "2025-06-30", name=name))
        assert await on(lesia, "2025-07-01") == []

        await withdraw(lesia, name)

        assert await on(lesia, "2025-07-01") == ["OR-20001"]
        [membership] = await memberships(sessions)
        assert (membership.ended_day, membership.reason) == (None, None)

    async def test_r17_an_end_stays_when_the_member_has_joined_again(
        self, lesia: AsyncClient
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining()), ended(joining(), "2025-06-30", name=name))
        await post(lesia, posted(joining(on=date(2025, 9, 1))))

        answer = await withdraw(lesia, name)

        assert [each["code"] for each in answer["errors"]] == ["TLK-D125"]

    async def test_r06_a_correction_that_is_withdrawn_gives_the_former_days_back(
        self, lesia: AsyncClient
    ) -> None:
        first, second = uuid7(), uuid7()
        await post(lesia, posted(joining(), name=first))
        early = joining(on=date(2022, 2, 1))
        await post(lesia, posted(early, name=second, corrects=str(first)))
        assert await on(lesia, "2022-02-01") == ["OR-20001"]

        answer = await withdraw(lesia, second)

        assert answer["status"] == "accepted", answer
        assert await on(lesia, "2022-02-01") == []
        assert await on(lesia, "2024-05-01") == ["OR-20001"]
        page = await lesia.get(one(str(first), source="urn:uca:members"), headers=HTML)
        listed = await lesia.get(f"{LIST}?q={first}", headers=HTML)
        assert ">Accepted<" in page.text
        assert "Corrected or taken back by:" not in page.text + listed.text

    async def test_r06_the_list_names_the_correction_that_still_stands(
        self, lesia: AsyncClient
    ) -> None:
        first, second, third = uuid7(), uuid7(), uuid7()
        await post(lesia, posted(joining(), name=first))
        for name, day in ((second, date(2022, 2, 1)), (third, date(2021, 2, 1))):
            await post(lesia, posted(joining(on=day), name=name, corrects=str(first)))

        answer = await withdraw(lesia, third)

        assert answer["status"] == "accepted", answer
        page = (await lesia.get(f"{LIST}?q={first}", headers=HTML)).text
        assert re.findall(r"taken back by: <a [^>]*>([^<]+)</a>", page) == [str(second)]

    async def test_r06_a_correction_to_another_one_gives_the_first_back(
        self, lesia: AsyncClient
    ) -> None:
        first, second = uuid7(), uuid7()
        await post(lesia, posted(joining(1), name=first))
        await post(lesia, posted(joining(2), name=second, corrects=str(first)))
        assert await on(lesia, "2024-05-01") == ["OR-20002"]

        await withdraw(lesia, second)

        assert await on(lesia, "2024-05-01") == ["OR-20001"]

    async def test_r17_of_another_association_is_unknown(
        self, lesia: AsyncClient, sign_in: SignIn
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining(), name=name))
        polish = await sign_in(MAREK, of="PL")

        answer = await withdraw(polish, name)

        assert [each["code"] for each in answer["errors"]] == ["TLK-D180"]

    async def test_r06_one_bad_correction_leaves_its_neighbours_alone(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining(1), name=name), ended(joining(1), "2024-05-31"))

        late = posted(joining(1, on=date(2024, 6, 1)), corrects=str(name))
        wrong, good = await post(lesia, late, posted(joining(2)))

        assert [each["pointer"] for each in wrong["errors"]] == ["/data/joined_day"]
        assert good["status"] == "accepted"
        assert len(await organisations(sessions)) == 2


class TestOrganisation:
    async def test_r17_gets_its_former_description_size_and_number_back(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        wrong = uuid7()
        await post(lesia, of_ref(posted(joining(1))))
        before = await self.known(sessions)
        other = joining(2, size_class=SizeClass.LARGE, size_day=date(2027, 6, 30))
        [taken] = await post(lesia, of_ref(posted(other, name=wrong)))
        changed = await self.known(sessions)

        answer = await withdraw(lesia, wrong)

        assert (len(taken["events"]), answer["status"]) == (2, "accepted"), (taken, answer)
        assert changed == ("Завод 2", (edrpou(2),), "large")
        assert await self.known(sessions) == before

    async def test_r17_that_was_stated_anew_since_names_what_came(self, lesia: AsyncClient) -> None:
        name = uuid7()
        await post(lesia, posted(joining(1)))
        await post(lesia, posted(joining(1, names=Names(original="B", en="B")), name=name))
        [later] = await post(lesia, posted(joining(1, names=Names(original="C", en="C"))))

        answer = await withdraw(lesia, name)

        assert later["events"][0] in answer["errors"][0]["text"]

    @staticmethod
    async def known(sessions: Sessions) -> tuple[Any, ...]:
        [one] = await organisations(sessions)
        return (one.name, one.numbers, one.size_class.value)


def of_ref(declared: dict[str, Any]) -> dict[str, Any]:
    declared["data"]["organisation"]["ref"] = "firm/1"
    return declared


class TestCluster:
    async def test_r17_with_members_that_no_declaration_brought_names_their_page(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        own = a_declaration(legal_id=edrpou(500).model_dump(mode="json"))
        [taken] = await post(lesia, own)
        await declare(sessions, joining(cluster="CL-1001"))

        [fault] = (await withdraw(lesia, UUID(taken["events"][0])))["errors"]

        assert re.search(r"\(/registry/organisations/OR-\d+\)\. Take that back", fault["text"])

    async def test_r17_with_members_names_them_and_the_event_to_withdraw(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        own = a_declaration(legal_id=edrpou(500).model_dump(mode="json"))
        [taken] = await post(lesia, own)
        [drafted, _] = taken["events"]
        await post(lesia, posted(joining(cluster="CL-1001")) | {"id": "m1"})

        refused = await withdraw(lesia, UUID(drafted))
        [fault] = refused["errors"]
        event = re.search(r"member_joined.v1 (\S+)\. Take that back first", fault["text"])
        assert event is not None
        await withdraw(lesia, UUID(event[1]))
        accepted = await withdraw(lesia, UUID(drafted))

        assert "Since then came: “Member” Works 1 (/registry/organisations/OR-" in fault["text"]
        assert accepted["status"] == "accepted", accepted
        async with sessions() as session:
            named = select(Cluster.state).where(Cluster.number == "CL-1001")
            assert await session.scalar(named) is ClusterState.WITHDRAWN

    async def test_r17_once_withdrawn_leaves_its_ref_to_what_is_right(
        self, lesia: AsyncClient
    ) -> None:
        [wrong] = await post(lesia, a_declaration(legal_id=edrpou(500).model_dump(mode="json")))
        event = UUID(wrong["events"][0])
        await withdraw(lesia, event)

        right = a_declaration(number=2, legal_id=edrpou(501).model_dump(mode="json"))
        [taken] = await post(lesia, right)
        again = await withdraw(lesia, event)

        assert (taken["status"], len(taken["events"])) == ("accepted", 2)
        assert [fault["code"] for fault in again["errors"]] == ["TLK-D185"]
