"""Events on the wire: CloudEvents 1.0 in binary mode (Kafka, HTTP), structured mode and batches.

Reading is tolerant of everything that is not ours: foreign headers may be null, repeated or no
UTF-8. What is wrong with ours is named in `MalformedEnvelope`.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from pydantic_core import from_json, to_json

from .attributes import Envelope, MalformedEnvelope, from_attributes, schema_uri, to_attributes
from .catalogue import EVENTS, read
from .event import Event

__all__ = [
    "BATCH",
    "JSON",
    "STRUCTURED",
    "Envelope",
    "MalformedEnvelope",
    "from_batch",
    "from_document",
    "from_headers",
    "from_http_headers",
    "from_structured",
    "schema_uri",
    "split",
    "to_batch",
    "to_document",
    "to_headers",
    "to_http_headers",
    "to_structured",
]

JSON: Final = "application/json"
STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"

_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F))).translate({ord(c): None for c in '"%'})


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """Kafka headers of a record in binary mode; `traceparent` also stands alone for other tools.

    A record without data, a tombstone, has no content type.
    """
    attributes = to_attributes(envelope)
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    event_class = EVENTS.get(envelope.type)
    if event_class is None or not event_class.tombstone:
        headers.append(("content-type", JSON.encode()))
    if envelope.traceparent is not None:
        headers.append(("traceparent", envelope.traceparent.encode()))
    return headers


def from_headers(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """The envelope of a Kafka record in binary mode.

    Raises:
        MalformedEnvelope: an attribute is missing, null, no UTF-8, given twice or unreadable.
    """
    attributes: dict[str, str] = {}
    for header, value in headers:
        if not header.startswith("ce_"):
            continue
        name = header.removeprefix("ce_")
        if value is None:
            raise MalformedEnvelope(name, "the header is null")
        try:
            text = value.decode()
        except UnicodeDecodeError:
            raise MalformedEnvelope(name, "the header is not UTF-8") from None
        if attributes.setdefault(name, text) != text:
            raise MalformedEnvelope(name, "the header is given twice with different values")
    return from_attributes(attributes)


def to_http_headers(envelope: Envelope) -> dict[str, str]:
    """HTTP headers of an event in binary mode, values percent-encoded as the binding says."""
    attributes = to_attributes(envelope)
    headers = {f"ce-{name}": quote(value, safe=_PRINTABLE) for name, value in attributes.items()}
    return headers | {"content-type": JSON}


def from_http_headers(headers: Mapping[str, str]) -> Envelope:
    """The envelope of an HTTP request or answer in binary mode; header names in any case.

    Raises:
        MalformedEnvelope: an attribute is missing or unreadable.
    """
    attributes = {
        header.lower().removeprefix("ce-"): unquote(value)
        for header, value in headers.items()
        if header.lower().startswith("ce-")
    }
    return from_attributes(attributes)


def to_document(event: Event, envelope: Envelope) -> dict[str, Any]:
    """The event in structured mode, as JSON values."""
    document: dict[str, Any] = dict(to_attributes(envelope))
    if envelope.sequence is not None:
        document["sequence"] = envelope.sequence
    if event.tombstone:
        return document
    return document | {"datacontenttype": JSON, "data": event.model_dump(mode="json")}


def split(document: Mapping[str, Any]) -> tuple[Envelope, bytes | None]:
    """A document in structured mode as its envelope and its data (JSON), the data not yet read.

    Raises:
        MalformedEnvelope: an attribute is missing or unreadable, or both forms of data are given.
    """
    attributes = {
        name: _text(name, value)
        for name, value in document.items()
        if name not in {"data", "data_base64"} and value is not None
    }
    return from_attributes(attributes), _data(document)


def from_document(document: Mapping[str, Any]) -> tuple[Event, Envelope]:
    """The event of a document in structured mode; raises what `split` and `read` raise."""
    envelope, data = split(document)
    return read(envelope, data), envelope


def to_structured(event: Event, envelope: Envelope) -> str:
    """The event in structured mode (`application/cloudevents+json`)."""
    return json.dumps(to_document(event, envelope), ensure_ascii=False)


def from_structured(text: str | bytes) -> tuple[Event, Envelope]:
    """The event of a text in structured mode; raises what `split` and `read` raise."""
    document = from_json(text, allow_inf_nan=False)
    if not isinstance(document, dict):
        raise ValueError("the text is no JSON object")  # noqa: TRY004 - a fault of the text
    return from_document(document)


def to_batch(events: Iterable[tuple[Event, Envelope]]) -> str:
    """Events in one text (`application/cloudevents-batch+json`), order kept."""
    return json.dumps([to_document(*event) for event in events], ensure_ascii=False)


def from_batch(text: str | bytes) -> list[tuple[Event, Envelope]]:
    """The events of a batch, order kept; the first that is wrong raises."""
    documents = from_json(text, allow_inf_nan=False)
    if not isinstance(documents, list):
        raise ValueError("the text is no JSON array")  # noqa: TRY004 - a fault of the text
    return [from_document(document) for document in documents]


def _text(name: str, value: object) -> str:
    """CloudEvents attributes are texts, whole numbers or truth values."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            raise MalformedEnvelope(name, "must be a text, a whole number, true or false")


def _data(document: Mapping[str, Any]) -> bytes | None:
    data, encoded = document.get("data"), document.get("data_base64")
    if data is not None and encoded is not None:
        raise MalformedEnvelope("data", "give data or data_base64, not both")
    if encoded is None:
        return None if data is None else to_json(data)
    try:
        return base64.b64decode(encoded, validate=True)
    except (TypeError, binascii.Error):
        raise MalformedEnvelope("data_base64", "is no base64") from None
