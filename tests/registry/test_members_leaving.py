"""Members that are stated with a last day: by one declaration, and taken back as one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.event import uuid7
from contracts.memberships import MemberJoined, MemberLeft, MembershipCorrected
from contracts.vocabulary import ClusterState
from services.chassis.database import Sessions
from tests.registry.builders import LESIA, a_cluster, an_association, saved
from tests.registry.conftest import SignIn
from tests.registry.members import declare, joining, memberships
from tests.registry.recorded import types_of
from tests.registry.test_members_at_the_door import post, posted
from tests.registry.test_members_declared import codes
from tests.registry.test_withdrawals import withdraw

SPRING, SUMMER, AUTUMN = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)
LEFT: dict[str, Any] = {"ended_day": "2025-06-30", "reason": "The firm was sold."}


@pytest.fixture
async def lesia(sign_in: SignIn, sessions: Sessions) -> AsyncClient:
    await saved(sessions, an_association())
    await saved(sessions, a_cluster(number="CL-1091", state=ClusterState.PUBLISHED))
    return await sign_in(LESIA)


@pytest.mark.usefixtures("lesia")
class TestR06Stated:
    async def days(self, sessions: Sessions) -> Sequence[tuple[date, date | None]]:
        return [(each.joined_day, each.ended_day) for each in await memberships(sessions)]

    async def test_of_somebody_new_the_whole_time_is_entered(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(until=SUMMER))

        [membership] = await memberships(sessions)
        assert (membership.ended_day, membership.reason) == (SUMMER, "left")
        assert await types_of(sessions, membership.id) == [MemberJoined, MemberLeft]

    async def test_of_a_member_it_ends_what_goes_on(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())

        [ended] = await declare(app_sessions, joining(until=SUMMER))
        [again] = await declare(app_sessions, joining(until=SUMMER))

        assert [len(each) for each in (ended, again) if isinstance(each, list)] == [1, 0]
        assert await self.days(sessions) == [(date(2024, 5, 1), SUMMER)]

    async def test_a_member_that_came_back_is_stated_in_two_rows(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining())

        await declare(app_sessions, joining(until=SPRING), joining(on=AUTUMN))
        await declare(app_sessions, joining(on=AUTUMN), joining(until=SPRING))

        assert await self.days(sessions) == [(date(2024, 5, 1), SPRING), (AUTUMN, None)]

    async def test_days_before_it_joined_again_stand_beside_those_that_go_on(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(on=AUTUMN))

        await declare(app_sessions, joining(until=SPRING))

        assert await self.days(sessions) == [(date(2024, 5, 1), SPRING), (AUTUMN, None)]

    async def test_other_days_than_those_that_are_known_are_refused(
        self, app_sessions: Sessions
    ) -> None:
        await declare(app_sessions, joining(until=SUMMER))

        [outcome] = await declare(app_sessions, joining(until=SPRING))

        assert codes(outcome) == [("/joined_day", "TLK-D125")]


class TestR17Door:
    async def test_a_last_day_is_put_right_by_a_correction(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        wrong = uuid7()
        await post(lesia, posted(joining(), name=wrong, **LEFT))

        right = {**LEFT, "ended_day": "2025-09-30"}
        [answer] = await post(lesia, posted(joining(), corrects=str(wrong), **right))

        assert answer["status"] == "accepted", answer
        [membership] = await memberships(sessions)
        assert membership.ended_day == AUTUMN

    async def test_withdrawn_it_gives_the_membership_back(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        name = uuid7()
        await post(lesia, posted(joining()), posted(joining(), name=name, **LEFT))

        answer = await withdraw(lesia, name)

        assert answer["status"] == "accepted", answer
        [membership] = await memberships(sessions)
        assert (membership.is_open, membership.reason) == (True, None)

    async def test_withdrawn_it_never_was_also_when_the_member_is_back(
        self, lesia: AsyncClient, sessions: Sessions
    ) -> None:
        name = uuid7()
        back = posted(joining(on=date(2025, 10, 1)))
        await post(lesia, posted(joining(), name=name, **LEFT), back)

        answer = await withdraw(lesia, name)

        assert answer["status"] == "accepted", answer
        first, second = await memberships(sessions)
        assert (first.days.is_empty, second.is_open) == (True, True)
        told = await types_of(sessions, first.id)
        assert told == [MemberJoined, MemberLeft, MembershipCorrected]
