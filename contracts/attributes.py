"""The envelope of an event: the CloudEvents attributes Talka uses, read from any of their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

SPECVERSION: Final = "1.0"

# Extension attributes are lower-case letters and digits only; in code they have readable names.
EXTENSIONS: Final = {
    "sequence": "sequence",
    "association": "association",
    "actor": "actor",
    "correlationid": "correlation_id",
    "causationid": "causation_id",
    "traceparent": "traceparent",
}


class MalformedEnvelope(ValueError):
    """A CloudEvents attribute is missing or cannot be read; `attribute` names it."""

    def __init__(self, attribute: str, reason: str) -> None:
        super().__init__(f"{attribute}: {reason}")
        self.attribute = attribute


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is said about an event beside its data.

    `id` is unique within `source`. `sequence` counts the events of `subject` from 1 without a
    hole. `association` is the tenant that stated it, `actor` who did. `correlation_id` is shared by
    all events of one act, `causation_id` is the event that led to this one.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int | None = None
    association: str | None = None
    actor: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    dataschema: str | None = None
    traceparent: str | None = None


def schema_uri(event_type: str) -> str:
    """The name by which the released JSON Schema of a type is known."""
    return f"urn:talka:schema:{event_type}"


def to_attributes(envelope: Envelope) -> dict[str, str]:
    """The envelope as CloudEvents attributes in their text form; absent ones are left out."""
    attributes = {
        "specversion": SPECVERSION,
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "dataschema": envelope.dataschema or schema_uri(envelope.type),
    }
    if envelope.sequence is not None:
        attributes["sequence"] = str(envelope.sequence)
    for attribute, field in _TEXT_EXTENSIONS:
        value: str | None = getattr(envelope, field)
        if value is not None:
            attributes[attribute] = value
    if not envelope.subject:
        del attributes["subject"]
    return attributes


def from_attributes(attributes: Mapping[str, str]) -> Envelope:
    """The envelope that these attributes mean; unknown extensions are left out.

    Raises:
        MalformedEnvelope: a required attribute is missing, or one cannot be read.
    """
    specversion = attributes.get("specversion")
    if specversion != SPECVERSION:
        raise MalformedEnvelope("specversion", f"must be {SPECVERSION}, found {specversion!r}")
    return Envelope(
        id=_required(attributes, "id"),
        source=_required(attributes, "source"),
        type=_required(attributes, "type"),
        subject=attributes.get("subject", ""),
        time=_time(_required(attributes, "time")),
        sequence=_sequence(attributes.get("sequence")),
        association=attributes.get("association"),
        actor=attributes.get("actor"),
        correlation_id=attributes.get("correlationid"),
        causation_id=attributes.get("causationid"),
        dataschema=attributes.get("dataschema"),
        traceparent=attributes.get("traceparent"),
    )


_TEXT_EXTENSIONS: Final = tuple(pair for pair in EXTENSIONS.items() if pair[0] != "sequence")


def _required(attributes: Mapping[str, str], name: str) -> str:
    value = attributes.get(name)
    if not value:
        raise MalformedEnvelope(name, "is missing or empty")
    return value


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise MalformedEnvelope("time", "must be like 2027-03-29T08:00:00Z (RFC 3339, with zone)")
    return time.astimezone(UTC)


def _sequence(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) < 1 << 63:
        raise MalformedEnvelope("sequence", "must be a whole number from 1")
    return int(text)
