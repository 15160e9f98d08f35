"""How much somebody may do in a while."""

import asyncio

import pytest

from services.chassis import budgets
from services.chassis.budgets import Budgets, Pace
from tests.waiting import PATIENCE_SECONDS


class Watch:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class TestBudgets:
    def test_flow_back_as_time_goes_by_and_never_beyond_the_most(self) -> None:
        watch = Watch()
        buckets = Budgets(a_second=2, most=10, now=watch)

        buckets.spend("UA", 8)
        watch.at = 1.0
        left = buckets.left("UA")
        watch.at = 100.0

        assert (left, buckets.left("UA"), buckets.left("PL")) == (4, 10, 10)

    def test_tell_how_long_until_a_debt_is_paid(self) -> None:
        buckets = Budgets(a_second=2, most=10, now=Watch())

        buckets.spend("UA", 16)

        assert buckets.seconds_until("UA") == 3.5
        assert buckets.seconds_until("PL") == 0

    def test_forget_the_one_used_longest_ago(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(budgets, "REMEMBERED", 2)
        buckets = Budgets(a_second=1, most=10, now=Watch())

        for name in ("a", "b", "a", "c"):
            buckets.spend(name)

        assert [buckets.left(name) for name in ("a", "b", "c")] == [8, 10, 9]


class TestPace:
    async def test_holds_nobody_up_who_is_alone(self) -> None:
        pace = Pace(a_second=0.001, together=1)

        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(100):
                await pace.keep("UA", 10)

    async def test_p08_holds_up_who_floods_in_company_and_not_the_company(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(budgets, "COMPANY_SECONDS", PATIENCE_SECONDS)
        pace = Pace(a_second=0.001, together=10)
        await pace.keep("PL", 1)
        await pace.keep("UA", 10)

        async with asyncio.timeout(PATIENCE_SECONDS):
            await pace.keep("PL", 1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pace.keep("UA", 1)
