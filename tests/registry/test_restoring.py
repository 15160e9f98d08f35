"""Withdrawals of what changed a known thing: it gets its former values back (R-17, R-19)."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from contracts.clusters import ClusterRevisionDropped
from contracts.event import Event
from contracts.registry import ClusterRevised, Reason
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.people.model import Person
from tests.registry import held
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    a_cluster,
    a_person,
    a_profile,
    a_review,
    an_association,
    saved,
)
from tests.registry.conftest import SignIn
from tests.registry.members import joining, memberships, organisations
from tests.registry.recorded import events_of
from tests.registry.test_members_at_the_door import post, posted
from tests.registry.test_people import a_contact
from tests.registry.test_withdrawals import withdraw

PROFILE = {"ref": "members/217", **a_profile().model_dump(mode="json")}


@pytest.fixture
async def office(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


async def the_cluster(sessions: Sessions) -> Cluster:
    async with sessions() as session:
        return (await session.scalars(select(Cluster))).one()


async def published(office: AsyncClient, sessions: Sessions, **said: Any) -> None:
    """The one cluster, declared and let into the catalogue."""
    await held.taken(office, "cluster", **PROFILE | said)
    async with sessions.begin() as session:
        cluster = (await session.scalars(select(Cluster))).one()
        events: list[Event] = [
            cluster.start_review(reviewer_id=MAREK, at=NOON),
            cluster.publish(a_review(MAREK), at=NOON),
        ]
        for event in events:
            await history.record(session, event, actor=a_person(LESIA))


async def undo(office: AsyncClient, events: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await withdraw(office, UUID(events[0]))
    return answer


class TestClusters:
    async def test_r19_a_small_edit_is_published_back(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await published(office, sessions)
        changed = await held.taken(office, "cluster", **PROFILE | {"web": "https://wrong.example"})

        answer = await undo(office, changed)

        assert answer["status"] == "accepted", answer
        cluster = await the_cluster(sessions)
        assert cluster.profile.web == PROFILE["web"]
        assert isinstance((await events_of(sessions, cluster.id))[-1], ClusterRevised)

    async def test_r19_a_revision_that_waits_is_dropped(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await published(office, sessions)
        changed = await held.taken(office, "cluster", **PROFILE | {"staff_fte": 9})

        answer = await undo(office, changed)

        assert answer["status"] == "accepted", answer
        cluster = await the_cluster(sessions)
        assert (cluster.state, cluster.pending) == (ClusterState.PUBLISHED, None)
        dropped = (await events_of(sessions, cluster.id))[-1]
        assert isinstance(dropped, ClusterRevisionDropped)
        assert dropped.reason == "the wrong list"
        again = await held.taken(office, "cluster", **PROFILE | {"staff_fte": 8})
        assert len(again) == 1

    async def test_r19_a_revision_gives_the_one_that_it_replaced_back(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await published(office, sessions)
        await held.taken(office, "cluster", **PROFILE | {"staff_fte": 7})
        changed = await held.taken(office, "cluster", **PROFILE | {"staff_fte": 9})

        answer = await undo(office, changed)

        assert answer["status"] == "accepted", answer
        cluster = await the_cluster(sessions)
        assert cluster.pending is not None
        assert cluster.pending.staff_fte == 7

    async def test_r19_a_draft_is_again_what_it_was_with_what_to_mend(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await held.taken(office, "cluster", **PROFILE)
        reasons = [Reason(criterion="V-3", code="not_met")]
        async with sessions.begin() as session:
            cluster = (await session.scalars(select(Cluster))).one()
            returned = cluster.return_(reasons, "mend the seat", by=f"staff:{LESIA}", at=NOON)
            await history.record(session, returned, actor=a_person(LESIA))
        changed = await held.taken(office, "cluster", **PROFILE | {"staff_fte": 9})

        answer = await undo(office, changed)

        assert answer["status"] == "accepted", answer
        cluster = await the_cluster(sessions)
        assert cluster.state is ClusterState.DRAFT
        assert cluster.profile.staff_fte == PROFILE["staff_fte"]
        assert cluster.note == "mend the seat"
        assert [each["criterion"] for each in cluster.reasons] == ["V-3"]

    async def test_r19_what_somebody_changed_since_is_refused_and_named(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await published(office, sessions)
        changed = await held.taken(office, "cluster", **PROFILE | {"web": "https://wrong.example"})
        later = await held.taken(office, "cluster", **PROFILE | {"web": "https://right.example"})

        answer = await undo(office, changed)

        assert [each["code"] for each in answer["errors"]] == ["TLK-D181"]
        assert later[0] in answer["errors"][0]["text"]
        assert (await the_cluster(sessions)).profile.web == "https://right.example"


class TestPeople:
    async def test_r19_get_back_what_was_known_of_them_and_their_consent(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        known = a_contact()["data"]
        await held.taken(office, "person", **known)
        wrong = known | {"mail": "wrong@example.org", "consent": "2028-02"}
        changed = await held.taken(office, "person", **wrong)

        answer = await undo(office, changed)

        assert answer["status"] == "accepted", answer
        async with sessions() as session:
            person = (await session.scalars(select(Person))).one()
        assert (person.mail, person.consent) == (known["mail"], known["consent"])

    async def test_r19_whoever_was_changed_since_stays(self, office: AsyncClient) -> None:
        known = a_contact()["data"]
        await held.taken(office, "person", **known)
        changed = await held.taken(office, "person", **known | {"mail": "wrong@example.org"})
        await held.taken(office, "person", **known | {"mail": "right@example.org"})

        answer = await undo(office, changed)

        assert [each["code"] for each in answer["errors"]] == ["TLK-D181"]


class TestOrganisations:
    async def test_r19_a_first_size_is_unknown_again(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
        unsized = posted(joining(1))
        for name in ("size_class", "size_day"):
            unsized["data"]["organisation"].pop(name, None)
        await post(office, unsized)
        [taken] = await post(office, posted(joining(1)))

        answer = await undo(office, taken["events"])

        assert answer["status"] == "accepted", answer
        [known] = await organisations(sessions)
        assert known.size_class == "unknown"

    async def test_r19_a_description_that_came_with_a_membership_goes_with_it(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
        other = a_cluster(
            number="CL-1092", state=ClusterState.PUBLISHED, legal_value="other", ref="other"
        )
        await saved(sessions, other)
        await post(office, posted(joining(1)))
        elsewhere = posted(joining(1, cluster="CL-1092"))
        elsewhere["data"]["organisation"]["web"] = "https://wrong.example"
        [taken] = await post(office, elsewhere)
        assert len(taken["events"]) == 2, taken

        answer = await undo(office, taken["events"])

        assert answer["status"] == "accepted", answer
        [known] = await organisations(sessions)
        assert known.web != "https://wrong.example"
        assert [each.is_open for each in await memberships(sessions)].count(True) == 1

    async def test_r19_a_sole_trader_is_described_as_before_under_the_same_name(
        self, office: AsyncClient, sessions: Sessions
    ) -> None:
        await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
        await post(office, posted(joining(1, sole_trader=True)))
        [before] = await organisations(sessions)
        wrong = posted(joining(1, sole_trader=True))
        wrong["data"]["organisation"]["web"] = "https://wrong.example"
        [taken] = await post(office, wrong)
        assert len(taken["events"]) == 1, taken

        answer = await undo(office, taken["events"])

        assert answer["status"] == "accepted", answer
        [known] = await organisations(sessions)
        assert (known.web, known.kind, known.names) == (before.web, before.kind, None)
