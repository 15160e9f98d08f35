"""Topics as a consumer sees them: records with offsets; and what is counted after reading them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, text

from contracts.envelope import Envelope, to_headers
from contracts.event import uuid7
from services.analytics.facts.consumers import analytics
from services.analytics.kpis.counting import figures_of
from services.analytics.kpis.definitions import kpi_of
from services.analytics.kpis.figures import Cell
from services.analytics.kpis.periods import period
from services.chassis.database import Sessions
from services.chassis.parking import parked
from services.chassis.received import Record
from tests.analytics.stories import Story, Told

FACTS = (
    "visit_facts",
    "session_facts",
    "attendance_facts",
    "stay_facts",
    "invitation_facts",
    "cluster_facts",
    "cluster_state_facts",
    "cluster_place_facts",
)


@dataclass
class Topics:
    """One partition for each topic; appending gives the next offset, also to a repetition."""

    ends: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def append(self, told: Told) -> Record:
        event = told.event
        envelope = Envelope(
            id=str(uuid7()),
            source=f"/{event.type.split('.')[1]}",
            type=event.type,
            subject=event.subject,
            time=event.time,
            sequence=told.sequence,
            association=told.association,
            actor="staff:test",
        )
        offset = self.ends[event.topic]
        self.ends[event.topic] += 1
        return Record(
            topic=event.topic,
            partition=0,
            offset=offset,
            key=event.subject.encode(),
            value=event.model_dump_json().encode(),
            headers=tuple(to_headers(envelope)),
            timestamp_ms=int(event.time.timestamp() * 1000),
        )


async def feed(sessions: Sessions, records: Iterable[Record]) -> None:
    """Apply records as one batch, of which none may be parked."""
    async with sessions.begin() as session:
        await analytics.apply(session, list(records))
        reasons = (await session.scalars(select(parked.c.reason))).all()
    if reasons:
        pytest.fail(f"parked: {reasons}")


async def tell(sessions: Sessions, *stories: Story) -> None:
    """Apply whole stories, one batch for each."""
    topics = Topics()
    for story in stories:
        await feed(sessions, [topics.append(told) for told in story.told])


async def forget(sessions: Sessions) -> None:
    """As before offset zero: no fact, no position."""
    async with sessions.begin() as session:
        for table in (*FACTS, "touched_days", "progress", "applied", "parked"):
            await session.execute(text(f"delete from {table}"))  # noqa: S608 - names of ours


async def counted(sessions: Sessions, code: str, of: str) -> dict[Cell, float | None]:
    """The values of all cells of a figure in a period, as everybody may see them."""
    async with sessions() as session:
        found = await figures_of(session, kpi_of(code), period(of))
    return {figure.cell: None if figure.value is None else float(figure.value) for figure in found}
