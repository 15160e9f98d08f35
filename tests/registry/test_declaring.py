"""Declared profiles on a real database: drafted, revised, or refused with every fault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from contracts.event import uuid7
from contracts.registry import (
    ClusterDrafted,
    ClusterRevised,
    ClusterRevisionStarted,
    ClusterSubmitted,
)
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.errors import DomainError, Invalid, NotAllowed
from services.chassis.identity import Actor
from services.registry.clusters import commands
from services.registry.clusters.declaring import Declared, declare_clusters
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import (
    FourEyes,
    ProfileIncomplete,
)
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    a_cluster,
    a_person,
    a_profile,
    saved,
)
from tests.registry.members import edrpou
from tests.registry.recorded import declare, events_of, reread, saved_key, types_of


class TestDeclare:
    async def declare(self, sessions: Sessions, actor: Actor | None = None, **more: Any) -> UUID:
        profile = more.pop("profile", None) or a_profile()
        async with sessions.begin() as session:
            await declare(session, actor or a_person(), profile, ref=more.pop("ref", "it"))
        async with sessions() as session:
            [cluster_id] = (await session.scalars(select(Cluster.id))).all()
        return cluster_id

    async def test_of_an_unknown_ref_drafts_and_submits(self, sessions: Sessions) -> None:
        cluster_id = await self.declare(sessions)

        assert await types_of(sessions, cluster_id) == [ClusterDrafted, ClusterSubmitted]

    async def test_gives_numbers_that_are_never_used_again(self, sessions: Sessions) -> None:
        cluster_id = await self.declare(sessions)

        async with sessions.begin() as session:
            cluster = await session.get_one(Cluster, cluster_id)
            number = cluster.number
            await session.delete(cluster)
        await self.declare(sessions)

        async with sessions() as session:
            [again] = (await session.scalars(select(Cluster.number))).all()
        assert (number, again) == ("CL-1001", "CL-1002")

    async def test_of_a_draft_revises_and_submits_it(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it"))

        await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterDrafted, ClusterSubmitted]
        assert (await reread(sessions, cluster)).profile.staff_fte == 7

    async def test_publishes_small_edits_at_once(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions, profile=a_profile(web="https://new.example"))

        assert await types_of(sessions, cluster.id) == [ClusterRevised]

    async def test_lays_larger_edits_beside_the_public_version(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterRevisionStarted]
        kept = await reread(sessions, cluster)
        assert (kept.profile.staff_fte, kept.pending and kept.pending.staff_fte) == (4.5, 7)

    async def test_of_nothing_new_records_nothing(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", state=ClusterState.PUBLISHED))

        await self.declare(sessions)

        assert await events_of(sessions, cluster.id) == []

    async def test_without_a_ref_means_the_own_cluster_of_that_legal_id(
        self, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        await self.declare(sessions, ref=None, profile=a_profile(staff_fte=7))

        assert await types_of(sessions, cluster.id) == [ClusterRevisionStarted]

    async def test_names_every_fault(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        with pytest.raises(Invalid) as refused:
            await self.declare(sessions, a_person(MAREK, of="PL"))

        assert [(f.pointer, f.code) for f in refused.value.faults] == [
            ("/seat/country", "TLK-D040"),
            ("/legal_id", "TLK-D041"),
        ]

    async def test_changes_nothing_that_is_in_review(self, sessions: Sessions) -> None:
        await saved(sessions, a_cluster(ref="it", state=ClusterState.IN_REVIEW))

        with pytest.raises(Invalid) as refused:
            await self.declare(sessions, profile=a_profile(staff_fte=7))

        assert [(f.pointer, f.code) for f in refused.value.faults] == [("/ref", "TLK-D042")]

    async def test_by_a_key_counts_as_submitted_by_its_owner(self, sessions: Sessions) -> None:
        key = await saved_key(sessions, owner=LESIA)
        await self.declare(sessions, Actor(f"key:{key}", "UA", frozenset({"back_office"})))

        async with sessions.begin() as session:
            with pytest.raises(FourEyes):
                await commands.start_review(session, a_person(LESIA), key="CL-1001", at=NOON)

    async def test_needs_the_back_office(self, sessions: Sessions) -> None:
        with pytest.raises(NotAllowed, match="back office"):
            await self.declare(sessions, a_person(roles=("coordinator",)))

    async def test_r02_of_what_is_known_takes_no_change_back(self, sessions: Sessions) -> None:
        waiting = a_profile(staff_fte=7)
        cluster = await saved(
            sessions, a_cluster(ref="it", state=ClusterState.UNDER_REVISION, pending=waiting)
        )

        await self.declare(sessions)

        assert (await reread(sessions, cluster)).pending == waiting

    async def test_r02_of_a_returned_draft_as_it_is_submits_nothing(
        self, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(ref="it", reasons={"V-7": "no such sector"}))

        await self.declare(sessions)

        assert (await reread(sessions, cluster)).state is ClusterState.DRAFT


class TestTogether:
    """Declarations of one group: one question for all, and each sees those before it."""

    async def take(
        self, sessions: Sessions, *declared: Declared
    ) -> Sequence[Sequence[UUID] | DomainError]:
        async with sessions.begin() as session:
            return await declare_clusters(session, declared)

    async def test_r17_one_that_is_refused_spoils_no_other(self, sessions: Sessions) -> None:
        refused, drafted = await self.take(
            sessions,
            Declared(a_person(), a_profile(languages=()), "a", NOON),
            Declared(a_person(), a_profile(), "b", NOON),
        )

        assert isinstance(refused, ProfileIncomplete)
        assert not isinstance(drafted, DomainError)
        assert len(drafted) == 2

    async def test_the_second_of_a_ref_revises_what_the_first_made(
        self, sessions: Sessions
    ) -> None:
        first, second = await self.take(
            sessions,
            Declared(a_person(), a_profile(), "a", NOON),
            Declared(a_person(), a_profile(staff_fte=7), "a", NOON),
        )

        assert not isinstance(first, DomainError)
        assert isinstance(second, Invalid)  # the first waits for its review
        assert [fault.code for fault in second.faults] == ["TLK-D042"]

    async def test_v8_the_second_of_a_legal_id_is_refused(self, sessions: Sessions) -> None:
        first, second = await self.take(
            sessions,
            Declared(a_person(), a_profile(), "a", NOON),
            Declared(a_person(), a_profile(), "b", NOON),
        )

        assert not isinstance(first, DomainError)
        assert isinstance(second, Invalid)
        assert [fault.code for fault in second.faults] == ["TLK-D041"]

    async def test_an_incomplete_one_leaves_the_draft_as_it_was(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(ref="a"))

        [refused] = await self.take(
            sessions, Declared(a_person(), a_profile(staff_fte=7, languages=()), "a", NOON)
        )

        assert isinstance(refused, ProfileIncomplete)
        assert (await reread(sessions, cluster)).profile.staff_fte == 4.5

    async def test_r17_many_cost_no_more_questions_than_two(self, sessions: Sessions) -> None:
        key = Actor(f"key:{uuid7()}", "UA", frozenset({"back_office"}))
        asked = []
        for many in (2, 20):
            new = [
                Declared(key, a_profile(legal_id=edrpou(100 * many + n)), f"{many}/{n}", NOON)
                for n in range(many)
            ]
            with counted(sessions) as statements:
                taken = await self.take(sessions, *new)
            assert [len(events) for events in taken if isinstance(events, list)] == [2] * many
            asked.append(len(statements))

        assert asked[0] == asked[1]


@contextmanager
def counted(sessions: Sessions) -> Iterator[list[str]]:
    """The statements that were sent meanwhile."""
    engine = sessions.kw["bind"].sync_engine
    statements: list[str] = []

    def note(*told: Any) -> None:
        statements.append(told[2])

    listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        remove(engine, "before_cursor_execute", note)
