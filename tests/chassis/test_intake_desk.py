"""The desk: many declarations in few transactions, and nobody pays for a neighbour."""

import asyncio

import pytest

from services.chassis import history, intake_desk
from services.chassis.database import Sessions
from services.chassis.intake import Accepted, Outcome
from services.chassis.intake_desk import Desk
from services.chassis.refusals import Failed, TooMany
from tests.chassis.set_by_set import Registry
from tests.chassis.site import recorded
from tests.waiting import PATIENCE_SECONDS


class TestDesk:
    async def test_takes_together_what_comes_together(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        registry = Registry()
        desk = Desk(registry.intake, app_sessions)
        requests = [registry.items("UA", f"c-{n}") for n in range(20)]

        outcomes = await asyncio.gather(*(desk.take(items) for items in requests))

        assert all(isinstance(outcome, Accepted) for [outcome] in outcomes)
        assert registry.together == [20]
        assert await recorded(sessions) == [f"c-{n}" for n in range(20)]

    async def test_writes_each_association_s_events_as_its_own(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        registry = Registry()
        desk = Desk(registry.intake, app_sessions)

        await asyncio.gather(*(desk.take(registry.items(a, f"c-{a}")) for a in ("UA", "SK", "PL")))

        async with sessions() as session:
            found = [
                (await history.rows_of(session, f"c-{a}"))[0]["association"]
                for a in ("UA", "SK", "PL")
            ]
        assert found == ["UA", "SK", "PL"]

    async def test_one_that_fails_costs_its_neighbours_nothing_but_time(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        registry = Registry()
        desk = Desk(registry.intake, app_sessions)
        broken = registry.items("UA", "c-2", en="bug")

        answers = await asyncio.gather(
            desk.take(registry.items("UA", "c-1")),
            desk.take(broken),
            desk.take(registry.items("UA", "c-3")),
            desk.take(registry.items("SK", "c-4")),
        )

        kinds = [type(outcome) for [outcome] in answers]
        assert kinds == [Accepted, Failed, Accepted, Accepted]
        assert sorted(await recorded(sessions)) == ["c-1", "c-3", "c-4"]

    async def test_works_again_after_every_pause(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        registry = Registry()
        desk = Desk(registry.intake, app_sessions)

        for n in range(10):
            taking = desk.take(registry.items("UA", f"c-{n}"))
            [outcome] = await asyncio.wait_for(taking, PATIENCE_SECONDS)
            assert isinstance(outcome, Accepted)

        assert len(await recorded(sessions)) == 10

    async def test_refuses_more_than_can_wait(
        self, app_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake_desk, "MOST_WAITING", 2)
        registry = Registry()

        with pytest.raises(TooMany):
            await Desk(registry.intake, app_sessions).take(registry.items("UA", "a", "b", "c"))

    async def test_takes_on_when_whoever_asked_is_gone(
        self, app_sessions: Sessions, sessions: Sessions
    ) -> None:
        registry = Registry()
        desk = Desk(registry.intake, app_sessions)
        gone: asyncio.Task[list[Outcome]] = asyncio.create_task(
            desk.take(registry.items("UA", "c-1"))
        )
        await asyncio.sleep(0)
        gone.cancel()

        await desk.take(registry.items("UA", "c-2"))

        assert await recorded(sessions) == ["c-1", "c-2"]
