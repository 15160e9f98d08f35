"""R-06: members of an archived cluster were members up to its last day, and are none after it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import ClusterState
from services.chassis import clock
from services.chassis.database import Sessions
from services.registry.clusters.model import Cluster
from services.registry.memberships.model import Span
from services.registry.memberships.queries import (
    Wanted,
    belongings_of,
    members_count,
    members_counted,
)
from tests.registry.builders import LESIA, NOON, a_cluster, a_person, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.members import (
    declare,
    joining,
    members_on,
    memberships,
    organisations,
)
from tests.registry.test_declarations import post
from tests.registry.test_moves_and_ends import day, declared

JOINED = date(2024, 5, 1)


@pytest.fixture(autouse=True)
def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The members were declared at noon; the end is told at one."""
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=1))


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    return await sign_in(LESIA)


@pytest.fixture
async def ended(lesia: AsyncClient, sessions: Sessions) -> Cluster:
    """A cluster with two members, one of whom left; it ended two days ago, told today."""
    cluster = await saved(sessions, a_cluster(state=ClusterState.PUBLISHED, number="CL-1091"))
    await declare(sessions, joining(1, on=JOINED), joining(2, on=JOINED))
    async with sessions.begin() as session:
        [_, second] = await memberships(sessions)
        second = await session.merge(second)
        second.ended_day = date(2025, 12, 31)

    answer = await post(lesia, declared("cluster_end", cluster, reason="over", ended_day=day(-2)))

    assert answer.status_code == 202
    return cluster


async def counts(session: AsyncSession, cluster_id: UUID, on: date) -> list[int]:
    """How many members there are on a day, by each of the ways to ask."""
    wanted = Wanted()
    many = func.counts_of_members([cluster_id], on).table_valued("cluster_id", "members")
    counted = await members_counted(session, cluster_id, day=on)
    return [
        len(await members_on(session, cluster_id, on)),
        await members_count(session, cluster_id, wanted, day=on),
        sum(each.members for each in counted),
        await session.scalar(select(many.c.members)) or 0,
    ]


async def test_r06_nobody_is_a_member_after_the_last_day_of_the_cluster(
    ended: Cluster, sessions: Sessions
) -> None:
    last = date.fromisoformat(day(-2))
    by_hand = {
        date(2024, 4, 30): 0,
        date(2024, 5, 1): 2,
        date(2025, 12, 31): 2,
        date(2026, 1, 1): 1,
        last: 1,
        last + timedelta(days=1): 0,
        date.fromisoformat(day(0)): 0,
    }

    async with sessions() as session:
        found = {on: await counts(session, ended.id, on) for on in by_hand}
        then = await members_on(session, ended.id, last)
        [first, second] = await organisations(sessions)
        days = [
            each.days
            for organisation in (first, second)
            for each in await belongings_of(session, a_person(), organisation.id)
        ]

    assert found == {on: [many] * 4 for on, many in by_hand.items()}
    assert [each.days for each in then.values()] == [Span(JOINED, last)]
    assert days == [Span(JOINED, last), Span(JOINED, date(2025, 12, 31))]


async def test_r06_before_it_was_told_the_members_were_known_to_go_on(
    ended: Cluster, sessions: Sessions
) -> None:
    today = date.fromisoformat(day(0))
    async with sessions() as session:
        before = await members_on(session, ended.id, today, known_at=NOON)
        now = await members_on(session, ended.id, today, known_at=clock.now())

    # of the one that left the history tells nothing: the fixture only wrote the day down
    assert ([each.days for each in before.values()], now) == ([Span(JOINED)] * 2, {})


async def test_r05_a_merged_organisation_follows_into_no_cluster_that_has_ended(
    ended: Cluster, lesia: AsyncClient, sessions: Sessions
) -> None:
    [gone, survivor] = await organisations(sessions)
    address = f"/registry/v1/organisations/{gone.number}/merge"

    answer = await lesia.put(address, json={"into": survivor.number, "reason": "one and the same"})

    assert answer.status_code < 300, answer.text
    assert len(await memberships(sessions)) == 2
    async with sessions() as session:
        assert await members_count(session, ended.id, Wanted(), day=date(2026, 2, 1)) == 1
