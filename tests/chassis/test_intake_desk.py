"""The desk: many declarations in few transactions, and nobody pays for a neighbour."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis import history, intake_desk
from services.chassis.database import Sessions
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Accepted, Intake, Item, Outcome
from services.chassis.intake_desk import Desk
from services.chassis.intake_reading import Reader
from services.chassis.received import Received
from services.chassis.refusals import Failed, TooMany
from tests.chassis.builders import confirmed
from tests.chassis.declarations import declared
from tests.chassis.site import recorded
from tests.waiting import PATIENCE_SECONDS

Many = Sequence[tuple[Actor, Received[ClusterDeclared]]]


class Registry:
    """Takes clusters set by set, and remembers how many came together."""

    def __init__(self) -> None:
        self.intake = Intake("registry")
        self.together: list[int] = []
        self.intake.on_many(ClusterDeclared)(self.on_clusters_declared)

    async def on_clusters_declared(self, session: AsyncSession, declared: Many) -> list[list[UUID]]:
        self.together.append(len(declared))
        events = [(confirmed(each.event.ref or ""), actor, each) for actor, each in declared]
        ids = await history.record_all(session, events)
        if any(each.event.names.en == "bug" for _, each in declared):
            raise ZeroDivisionError
        return [[event_id] for event_id in ids]

    def items(self, association: str, *refs: str, en: str = "A cluster") -> list[Item]:
        actor = Actor("key:1", association, frozenset({BACK_OFFICE}))
        reader = Reader(self.intake, actor, datetime(2027, 1, 1, tzinfo=UTC))
        found = [reader.try_document(declared(ref, en=en)) for ref in refs]
        return [item for item in found if isinstance(item, Item)]


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
