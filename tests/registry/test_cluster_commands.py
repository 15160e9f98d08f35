"""Commands on clusters on a real database: the change and its event are one."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.registry import (
    ClusterConfirmed,
    ClusterPublished,
    ClusterReinstated,
    ClusterReturned,
    ClusterReviewStarted,
    ClusterSuspended,
    Reason,
)
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from services.chassis.errors import NotAllowed
from services.registry.clusters import commands
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.refusals import (
    ClusterNotFound,
    DecidedByPeople,
    FourEyes,
    StaleCluster,
)
from tests.registry.builders import (
    LESIA,
    MAREK,
    NOON,
    TARAS,
    TODAY,
    a_cluster,
    a_person,
    a_system,
    an_association,
    saved,
)
from tests.registry.recorded import events_of, reread, types_of

CONFIRMED = frozenset(LOOKED_AT)


class TestReview:
    async def test_leads_from_submission_to_publication(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        lesia = a_person(LESIA)

        async with sessions.begin() as session:
            await commands.start_review(session, lesia, key=cluster.number, at=NOON)
        async with sessions.begin() as session:
            await commands.publish_cluster(
                session, lesia, key=str(cluster.id), confirmed=CONFIRMED, at=NOON
            )

        assert await types_of(sessions, cluster.id) == [ClusterReviewStarted, ClusterPublished]
        assert (await reread(sessions, cluster)).state is ClusterState.PUBLISHED

    async def test_refuses_who_submitted(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async with sessions.begin() as session:
            with pytest.raises(FourEyes):
                await commands.start_review(session, a_person(TARAS), key=cluster.number, at=NOON)

        assert await events_of(sessions, cluster.id) == []

    async def test_refuses_another_association(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        marek = a_person(MAREK, of="PL")

        async with sessions.begin() as session:
            with pytest.raises(NotAllowed, match="of UA"):
                await commands.suspend_cluster(
                    session, marek, key=cluster.number, reason="x", review_on=None, at=NOON
                )

    async def test_of_another_associations_draft_finds_nothing(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        marek = a_person(MAREK, of="PL")

        async with sessions.begin() as session:
            with pytest.raises(ClusterNotFound):
                await commands.start_review(session, marek, key=cluster.number, at=NOON)

    async def test_is_no_work_for_a_key(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async with sessions.begin() as session:
            with pytest.raises(DecidedByPeople):
                await commands.start_review(session, a_system(), key=cluster.number, at=NOON)

    async def test_refuses_a_decision_on_what_was_changed_meanwhile(
        self, sessions: Sessions
    ) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))
        seen = cluster.lock
        async with sessions.begin() as session:
            await commands.start_review(session, a_person(LESIA), key=cluster.number, at=NOON)

        async with sessions.begin() as session:
            with pytest.raises(StaleCluster):
                await commands.return_cluster(
                    session,
                    a_person(LESIA),
                    key=cluster.number,
                    reasons=[],
                    note=None,
                    lock=seen,
                    at=NOON,
                )

    async def test_of_two_at_once_one_decides(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.SUBMITTED))

        async def start(reviewer: UUID) -> None:
            async with sessions.begin() as session:
                await commands.start_review(
                    session, a_person(reviewer), key=cluster.number, at=NOON
                )

        outcomes = await asyncio.gather(start(LESIA), start(MAREK), return_exceptions=True)

        assert sum(outcome is None for outcome in outcomes) == 1
        assert await types_of(sessions, cluster.id) == [ClusterReviewStarted]

    async def test_returns_with_reasons(self, sessions: Sessions) -> None:
        cluster = await saved(sessions, a_cluster(state=ClusterState.IN_REVIEW))
        reasons = [Reason(criterion="V-2", code="not_english")]

        async with sessions.begin() as session:
            await commands.return_cluster(
                session, a_person(LESIA), key=cluster.number, reasons=reasons, note="n", at=NOON
            )

        [event] = await events_of(sessions, cluster.id)
        assert isinstance(event, ClusterReturned)
        assert (event.reasons, event.note) == (tuple(reasons), "n")
        assert (await reread(sessions, cluster)).reasons == [reasons[0].model_dump()]


class TestSuspend:
    async def test_takes_out_and_brings_back(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))

        async with sessions.begin() as session:
            await commands.suspend_cluster(
                session,
                a_person(),
                key=cluster.number,
                reason="in liquidation",
                review_on=date(2027, 6, 1),
                at=NOON,
            )
        async with sessions.begin() as session:
            await commands.reinstate_cluster(session, a_person(), key=cluster.number, at=NOON)

        suspended, reinstated = await events_of(sessions, cluster.id)
        assert isinstance(suspended, ClusterSuspended)
        assert suspended.review_day == date(2027, 6, 1)
        assert isinstance(reinstated, ClusterReinstated)
        assert reinstated.from_state is ClusterState.SUSPENDED


class TestConfirm:
    async def test_counts_the_day_at_the_association(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED))
        late = NOON.replace(hour=23)

        async with sessions.begin() as session:
            await commands.confirm_cluster(session, a_person(), key=cluster.number, at=late)

        [event] = await events_of(sessions, cluster.id)
        assert isinstance(event, ClusterConfirmed)
        assert event.confirmed_day == TODAY + timedelta(days=1)

    async def test_wakes_a_dormant_profile(self, sessions: Sessions) -> None:
        await saved(sessions, an_association())
        cluster = await saved(sessions, a_cluster(state=ClusterState.DORMANT))

        async with sessions.begin() as session:
            await commands.confirm_cluster(session, a_person(), key=cluster.number, at=NOON)

        assert await types_of(sessions, cluster.id) == [ClusterReinstated, ClusterConfirmed]
