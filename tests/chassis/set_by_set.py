"""An intake that takes clusters set by set, as the registry does, and records one event of each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis import history
from services.chassis.identity import BACK_OFFICE, Actor
from services.chassis.intake import Intake, Item
from services.chassis.intake_reading import Reader
from services.chassis.received import Received
from tests.chassis.builders import confirmed
from tests.chassis.declarations import declared

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
