"""A record as Kafka hands it over, and what a consumer makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic import ValidationError

from contracts.catalogue import read
from contracts.envelope import Envelope, MalformedEnvelope, from_headers
from contracts.event import Classification, Event
from contracts.upcasting import lift

E_co = TypeVar("E_co", bound=Event | None, covariant=True)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a topic, as bytes; header values may be null."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Received(Generic[E_co]):
    """An event with the envelope and the record that brought it.

    `event` is None for a type that this consumer does not handle, and for a personal event that
    was emptied: it counts in the sequence of its subject all the same.
    """

    event: E_co
    envelope: Envelope
    record: Record

    @property
    def subject(self) -> str:
        return self.envelope.subject

    @property
    def sequence(self) -> int:
        return self.envelope.sequence or 0

    @property
    def written_at(self) -> datetime:
        """When the record was written, or the declaration came: the one clock of its handling."""
        return datetime.fromtimestamp(self.record.timestamp_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that says nothing we can act on: why, and as far as it can be told, of what."""

    record: Record
    kind: str  # "undecodable" or "schema"
    reason: str
    subject: str | None
    sequence: int | None = None
    type: str | None = None
    association: str | None = None


def receive(
    record: Record, handled: Mapping[str, type[Event]]
) -> Received[Event | None] | Unreadable:
    """Read a record; never raises for what stands in it. Reasons quote no values."""
    subject = _subject(record)
    try:
        envelope = from_headers(record.headers)
    except MalformedEnvelope as fault:
        return Unreadable(record, "undecodable", str(fault), subject)
    broken = _broken_envelope(subject, envelope)
    if broken is not None:
        return Unreadable(record, "undecodable", broken, subject)
    try:
        envelope, data = lift(envelope, record.value)
        kind = handled.get(envelope.type)
        event = None if kind is None or _is_emptied(kind, data) else read(envelope, data)
    except ValidationError as fault:
        return _broken(record, envelope, "schema", _faults(fault))
    except ValueError as fault:
        return _broken(record, envelope, "undecodable", str(fault))
    return Received(event, envelope, record)


def _is_emptied(kind: type[Event], data: bytes | None) -> bool:
    """Whether a personal event was erased before it was sent, or is sent again since.

    It says nothing any more, and must not keep its subject's tombstone waiting.
    """
    personal = kind.classification is Classification.PERSONAL
    return data is None and personal and not kind.tombstone


def _subject(record: Record) -> str | None:
    try:
        return record.key.decode() if record.key else None
    except UnicodeDecodeError:
        return None


def _broken_envelope(subject: str | None, envelope: Envelope) -> str | None:
    """What keeps a readable envelope from having a place in the order of a subject."""
    if subject is None:
        return "the record has no readable key"
    if subject != envelope.subject:
        return "the key is not the event's subject"
    if envelope.sequence is None:
        return "the header ce_sequence is missing"
    return None


def _broken(record: Record, envelope: Envelope, kind: str, reason: str) -> Unreadable:
    return Unreadable(
        record,
        kind,
        reason,
        envelope.subject,
        envelope.sequence,
        envelope.type,
        envelope.association,
    )


def _faults(fault: ValidationError) -> str:
    faults = fault.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'/'.join(map(str, f['loc'])) or 'data'}: {f['msg']}" for f in faults)
