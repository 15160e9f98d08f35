"""Acts that fall due: each stands for itself, and what is refused holds up nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from prometheus_client import REGISTRY

from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.errors import Conflict
from services.chassis.timers import each
from tests.chassis.builders import ZUZANA, suspended
from tests.chassis.site import recorded


@dataclass(frozen=True)
class Due:
    id: str


A, B, C = Due("a"), Due("b"), Due("c")


async def act_on(sessions: Sessions, due: Sequence[Due], fault: Exception) -> int:
    """Record a fact about each; the one called b is refused after it was recorded."""
    async with sessions.begin() as session:

        async def act(thing: Due) -> int:
            await history.record(session, suspended(thing.id), actor=ZUZANA)
            if thing is B:
                raise fault
            return 1

        return await each(session, due, act, timer="test")


def refusals() -> float:
    return REGISTRY.get_sample_value("talka_timer_refused_total", {"timer": "test"}) or 0


class TestEach:
    async def test_goes_on_after_one_that_is_refused(self, sessions: Sessions) -> None:
        before = refusals()

        done = await act_on(sessions, [A, B, C], Conflict("not now"))

        assert done == 2
        assert await recorded(sessions) == ["a", "c"]
        assert refusals() == before + 1

    async def test_hides_no_bug(self, sessions: Sessions) -> None:
        with pytest.raises(ZeroDivisionError):
            await act_on(sessions, [A, B, C], ZeroDivisionError())

        assert await recorded(sessions) == []
