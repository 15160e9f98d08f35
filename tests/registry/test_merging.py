"""R-05 and R-22 for organisations: merged inside an association, and across two that agree."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.memberships import MemberJoined, MemberLeft
from contracts.organisations import (
    OrganisationMerged,
    OrganisationMergeDeclined,
    OrganisationMergeRequested,
)
from contracts.vocabulary import ClusterState, LegalId, LegalIdScheme
from services.chassis import tenancy
from services.chassis.database import Sessions
from services.chassis.errors import Invalid, NotAllowed
from services.chassis.identity import Actor
from services.registry.memberships.asking import accept_merge, decline_merge
from services.registry.memberships.merging import merge_organisations
from services.registry.organisations.refusals import (
    AlreadyDecided,
    AlreadyMerged,
    MergedIntoItself,
    OrganisationNotFound,
    RequestNotFound,
)
from services.registry.organisations.requests import MergeRequest, RequestState
from tests.registry.builders import (
    MAREK,
    NOON,
    TODAY,
    a_cluster,
    a_person,
    a_profile,
    an_association,
    saved,
)
from tests.registry.members import (
    KRAKOW,
    declare,
    edrpou,
    joining,
    members_on,
    memberships,
    organisations,
)
from tests.registry.recorded import events_of, types_of

TARAS_OF_UA = a_person()
MAREK_OF_PL = a_person(MAREK, of="PL")
NIP = LegalId(scheme=LegalIdScheme.PL_NIP, value="5260250995")
POLISH: dict[str, Any] = {"legal_id": NIP, "place": KRAKOW}


@pytest.fixture(autouse=True)
async def clusters(sessions: Sessions) -> None:
    theirs = a_profile(legal_id=edrpou(99))
    await saved(
        sessions,
        an_association(),
        an_association("PL", "Europe/Warsaw"),
        a_cluster(number="CL-1091", state=ClusterState.PUBLISHED),
        a_cluster(number="CL-1100", association="PL", profile=theirs, state=ClusterState.PUBLISHED),
    )


async def merge(sessions: Sessions, key: str, into: str, actor: Actor = TARAS_OF_UA) -> None:
    async with sessions.begin() as session:
        await tenancy.enter(session, actor)
        await merge_organisations(session, actor, key=key, into=into, reason="twice", at=NOON)


async def requests(sessions: Sessions) -> Sequence[MergeRequest]:
    async with sessions() as session:
        return (await session.scalars(select(MergeRequest))).all()


class TestR22Inside:
    async def test_keeps_the_id_and_lets_memberships_follow(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2, cluster="CL-1091"))
        gone, survivor = await organisations(sessions)
        [first, second] = await memberships(sessions)
        async with sessions.begin() as session:
            (await session.merge(second)).ended_day = date(2025, 1, 31)

        await merge(app_sessions, gone.number, survivor.number)

        assert (await organisations(sessions))[0].merged_into == survivor.id
        assert OrganisationMerged in await types_of(sessions, gone.id)
        assert await types_of(sessions, first.id) == [MemberJoined, MemberLeft]
        *_, continued = await memberships(sessions)
        assert continued.organisation_id == survivor.id
        async with sessions() as session:
            before = await members_on(session, first.cluster_id, TODAY)
            after = await members_on(session, first.cluster_id, continued.joined_day)
        assert [each.organisation.id for each in before.values()] == [gone.id]
        assert [each.organisation.id for each in after.values()] == [survivor.id]

    async def test_r14_memberships_that_the_actor_may_not_see_follow_too(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        secret = a_profile(dual_use=True, legal_id=edrpou(98))
        await saved(
            sessions, a_cluster(number="CL-1099", state=ClusterState.PUBLISHED, profile=secret)
        )
        vetted = a_person(marks=frozenset({"dual_use_vetted"}))
        await declare(app_sessions, joining(1, cluster="CL-1099"), joining(2), actor=vetted)
        gone, survivor = await organisations(sessions)

        await merge(app_sessions, gone.number, survivor.number)

        hidden = (await memberships(sessions))[0].cluster_id
        of_hidden = [each for each in await memberships(sessions) if each.cluster_id == hidden]
        assert [(each.organisation_id, each.is_open) for each in of_hidden] == [
            (gone.id, False),
            (survivor.id, True),
        ]

    async def test_does_not_let_one_be_a_member_twice(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))
        gone, survivor = await organisations(sessions)

        await merge(app_sessions, gone.number, survivor.number)

        assert len(await memberships(sessions)) == 2

    async def test_leads_what_names_the_old_one_to_the_survivor(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1, ref="old"), joining(2, ref="new"))
        gone, survivor = await organisations(sessions)
        await merge(app_sessions, gone.number, survivor.number)

        [by_number] = await declare(app_sessions, joining(1, ref="new"))

        assert isinstance(by_number, list)
        assert len(await organisations(sessions)) == 2

    async def test_is_refused_twice_and_into_itself(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))
        gone, survivor = await organisations(sessions)

        with pytest.raises(MergedIntoItself):
            await merge(app_sessions, gone.number, gone.number)
        await merge(app_sessions, gone.number, survivor.number)
        with pytest.raises(AlreadyMerged):
            await merge(app_sessions, gone.number, survivor.number)
        with pytest.raises(AlreadyMerged):
            await merge(app_sessions, survivor.number, gone.number)

    async def test_is_for_the_back_office_that_keeps_both(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(1), joining(2))
        gone, survivor = await organisations(sessions)

        with pytest.raises(NotAllowed):
            await merge(
                app_sessions, gone.number, survivor.number, a_person(roles=("coordinator",))
            )
        with pytest.raises(OrganisationNotFound):
            await merge(app_sessions, gone.number, survivor.number, MAREK_OF_PL)


class TestR05Across:
    async def asked(self, app_sessions: Sessions, sessions: Sessions) -> MergeRequest:
        """The Ukrainian side declares whom the Polish side has registered."""
        theirs = joining(1, cluster="CL-1100", **POLISH)
        await declare(app_sessions, theirs, actor=MAREK_OF_PL)
        [refused] = await declare(app_sessions, joining(1, **POLISH))

        assert isinstance(refused, Invalid)
        assert [(each.pointer, each.code) for each in refused.faults] == [
            ("/organisation/legal_id", "TLK-D121")
        ]
        [request] = await requests(sessions)
        return request

    async def decide(self, sessions: Sessions, request_id: UUID, actor: Actor) -> None:
        async with sessions.begin() as session:
            await tenancy.enter(session, actor)
            await accept_merge(session, actor, request_id=request_id, at=NOON)

    async def test_r05_a_duplicate_is_refused_with_a_request_to_the_other_association(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        request = await self.asked(app_sessions, sessions)

        [theirs] = await organisations(sessions)
        assert (request.association, request.association_asked) == ("UA", "PL")
        assert request.other_id == theirs.id
        assert await types_of(sessions, request.organisation_id) == [OrganisationMergeRequested]

    async def test_asks_once(self, app_sessions: Sessions, sessions: Sessions) -> None:
        await self.asked(app_sessions, sessions)

        await declare(app_sessions, joining(1, **POLISH))

        assert len(await requests(sessions)) == 1

    async def test_h04_once_accepted_both_count_the_same_organisation(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        request = await self.asked(app_sessions, sessions)

        await self.decide(app_sessions, request.id, MAREK_OF_PL)
        [outcome] = await declare(app_sessions, joining(1, **POLISH))

        assert isinstance(outcome, list)
        [theirs] = await organisations(sessions)
        assert {each.organisation_id for each in await memberships(sessions)} == {theirs.id}
        merged = (await events_of(sessions, request.organisation_id))[-1]
        assert isinstance(merged, OrganisationMerged)
        assert merged.into_id == theirs.id

    async def test_lets_the_memberships_of_the_asking_side_follow(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(5, ref="mine"))
        theirs = joining(1, cluster="CL-1100", **POLISH)
        await declare(app_sessions, theirs, actor=MAREK_OF_PL)
        await declare(app_sessions, joining(1, ref="mine", **POLISH))
        [request] = await requests(sessions)

        await self.decide(app_sessions, request.id, MAREK_OF_PL)

        mine, other = await organisations(sessions)
        assert mine.merged_into == other.id
        members = [each for each in await memberships(sessions) if each.association == "UA"]
        assert [each.organisation_id for each in members] == [mine.id, other.id]

    async def test_is_decided_once_by_the_association_that_was_asked(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        request = await self.asked(app_sessions, sessions)

        with pytest.raises(NotAllowed):
            await self.decide(app_sessions, request.id, TARAS_OF_UA)
        with pytest.raises(RequestNotFound):
            await self.decide(app_sessions, request.id, a_person(of="SK"))
        await self.decide(app_sessions, request.id, MAREK_OF_PL)
        with pytest.raises(AlreadyDecided):
            await self.decide(app_sessions, request.id, MAREK_OF_PL)

    async def test_declined_it_stays_apart_and_says_why(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        request = await self.asked(app_sessions, sessions)

        async with app_sessions.begin() as session:
            await tenancy.enter(session, MAREK_OF_PL)
            await decline_merge(
                session, MAREK_OF_PL, request_id=request.id, reason="another firm", at=NOON
            )

        [request] = await requests(sessions)
        assert (request.state, request.reason) == (RequestState.DECLINED, "another firm")
        assert OrganisationMergeDeclined in await types_of(sessions, request.organisation_id)
