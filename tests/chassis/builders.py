"""Events, records and people for the tests of the chassis; a test names what matters to it."""

from datetime import UTC, datetime
from typing import Any

from contracts.envelope import Envelope, to_headers
from contracts.event import Event, uuid7
from contracts.registry import ClusterArchived, ClusterConfirmed, ClusterSuspended
from services.chassis.identity import Actor
from services.chassis.received import Record

NOON = datetime(2027, 3, 16, 12, tzinfo=UTC)
ZUZANA = Actor("staff:zuzana", "SK", frozenset({"coordinator"}))
TARAS = Actor("staff:taras", "UA", frozenset({"back_office"}))


def suspended(subject: str = "c-1", *, reason: str = "in liquidation") -> ClusterSuspended:
    return ClusterSuspended(subject=subject, time=NOON, reason=reason)


def confirmed(subject: str = "c-1") -> ClusterConfirmed:
    return ClusterConfirmed(subject=subject, time=NOON, confirmed_day=NOON.date())


def archived(subject: str = "c-1") -> ClusterArchived:
    return ClusterArchived(subject=subject, time=NOON, reason="x", archived_day=NOON.date())


def an_envelope(event: Event, *, sequence: int | None = 1, **more: Any) -> Envelope:
    known: dict[str, Any] = {
        "id": str(uuid7()),
        "source": "/registry",
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "sequence": sequence,
        "association": "SK",
        "actor": "staff:zuzana",
        "correlation_id": str(uuid7()),
    }
    return Envelope(**(known | more))


def a_record(event: Event, *, sequence: int | None = 1, offset: int = 0, **changes: Any) -> Record:
    """The record in which `event` would arrive; `changes` are fields of the record to break."""
    known: dict[str, Any] = {
        "topic": event.topic,
        "partition": 0,
        "offset": offset,
        "key": event.subject.encode(),
        "value": None if event.tombstone else event.model_dump_json().encode(),
        "headers": tuple(to_headers(an_envelope(event, sequence=sequence))),
        "timestamp_ms": 1_800_000_000_000 + offset,
    }
    return Record(**(known | changes))
