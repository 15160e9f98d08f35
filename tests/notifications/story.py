"""A story told to notifications, as one consumer would hear it."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import text

from contracts.envelope import Envelope, to_headers
from contracts.event import Event, uuid7
from services.chassis.database import Sessions
from services.chassis.received import Record
from services.notifications.consumers import notifications
from tests.notifications.events import ZUZANA


@dataclass
class Story:
    """Feeds events to the consumer, each with the next sequence of its subject."""

    sessions: Sessions
    sequences: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    association: str = "SK"
    actor: str = f"staff:{ZUZANA}"

    async def tell(self, *events: Event, act: str | None = None) -> list[Record]:
        """Apply these events in one batch; `act` is their correlation id. Gives the records."""
        records = [self.record(event, act=act) for event in events]
        await self.apply(*records)
        return records

    async def apply(self, *records: Record) -> None:
        async with self.sessions.begin() as session:
            await notifications.apply(session, records)
            refused = (await session.execute(text("select type, reason from parked"))).all()
        assert refused == [], refused

    def record(self, event: Event, *, act: str | None = None, more: bytes | None = None) -> Record:
        """The record of the next event of its subject; `more` replaces its data."""
        self.sequences[event.subject] += 1
        offset = self.offsets[event.topic]
        self.offsets[event.topic] += 1
        envelope = Envelope(
            id=str(uuid7()),
            source=f"/{event.topic.split('.')[0]}",
            type=event.type,
            subject=event.subject,
            time=event.time,
            sequence=self.sequences[event.subject],
            association=self.association,
            actor=self.actor,
            correlation_id=act or str(uuid7()),
        )
        data = None if event.tombstone else event.model_dump_json().encode()
        return Record(
            topic=event.topic,
            partition=0,
            offset=offset,
            key=event.subject.encode(),
            value=more if more is not None else data,
            headers=tuple(to_headers(envelope)),
            timestamp_ms=1_800_000_000_000 + offset,
        )
