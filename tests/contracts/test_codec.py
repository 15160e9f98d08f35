"""Our codec against the official SDK of CloudEvents, both ways."""

import json
from typing import Any

import pytest
from cloudevents.core.bindings import http, kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.catalogue import DECLARATIONS, read
from contracts.envelope import (
    BATCH,
    STRUCTURED,
    Envelope,
    from_batch,
    from_headers,
    from_http_headers,
    from_structured,
    to_batch,
    to_document,
    to_headers,
    to_http_headers,
    to_structured,
)
from contracts.event import Event
from tests.contracts.samples import TYPES, example

FORMAT = JSONFormat()
WITH_DATA = [name for name in TYPES if not name.endswith(".erased.v1")]


def value_of(event: Event) -> bytes:
    return event.model_dump_json().encode()


def told(event: Any) -> tuple[dict[str, Any], Any]:
    """What the SDK understood: attributes as text, and the data."""
    attributes = {
        name: value.isoformat().replace("+00:00", "Z") if name == "time" else str(value)
        for name, value in event.get_attributes().items()
    }
    return attributes, event.get_data()


def expected(event: Event, envelope: Envelope) -> tuple[dict[str, Any], Any]:
    document = to_document(event, envelope)
    data = document.pop("data")
    return {name: str(value) for name, value in document.items()}, data


@pytest.mark.parametrize("event_type", WITH_DATA)
class TestSdkReadsWhatWeWrite:
    def test_in_binary_mode_on_kafka(self, event_type: str) -> None:
        event, envelope = example(event_type)
        headers = dict(to_headers(envelope))

        message = kafka.KafkaMessage(headers=headers, key=None, value=value_of(event))

        assert told(kafka.from_binary(message, FORMAT)) == expected(event, envelope)

    def test_in_binary_mode_over_http(self, event_type: str) -> None:
        event, envelope = example(event_type)

        message = http.HTTPMessage(headers=to_http_headers(envelope), body=value_of(event))

        assert told(http.from_binary(message, FORMAT)) == expected(event, envelope)

    def test_in_structured_mode(self, event_type: str) -> None:
        event, envelope = example(event_type)
        body = to_structured(event, envelope).encode()

        message = http.HTTPMessage(headers={"content-type": STRUCTURED}, body=body)

        assert told(http.from_structured(message, FORMAT)) == expected(event, envelope)

    def test_in_a_batch(self, event_type: str) -> None:
        event, envelope = example(event_type)

        items = json.loads(to_batch([(event, envelope), (event, envelope)]))

        for item in items:
            found = FORMAT.read(CloudEvent, json.dumps(item))
            assert told(found) == expected(event, envelope)


@pytest.mark.parametrize("event_type", WITH_DATA)
class TestWeReadWhatTheSdkWrites:
    def test_in_binary_mode_on_kafka(self, event_type: str) -> None:
        event, envelope = example(event_type)

        message = kafka.to_binary(theirs(event, envelope), FORMAT)
        found = from_headers([*message.headers.items()])

        assert (read(found, message.value), found) == (event, envelope)

    def test_in_binary_mode_over_http(self, event_type: str) -> None:
        event, envelope = example(event_type)

        message = http.to_binary(theirs(event, envelope), FORMAT)
        found = from_http_headers(message.headers)

        assert (read(found, message.body), found) == (event, envelope)

    def test_in_structured_mode(self, event_type: str) -> None:
        event, envelope = example(event_type)

        message = http.to_structured(theirs(event, envelope), FORMAT)

        assert from_structured(message.body) == (event, envelope)

    def test_in_a_batch(self, event_type: str) -> None:
        event, envelope = example(event_type)
        one = FORMAT.write(theirs(event, envelope)).decode()

        assert from_batch(f"[{one}, {one}]") == [(event, envelope)] * 2


def theirs(event: Event, envelope: Envelope) -> CloudEvent:
    """The same event, built with the SDK alone."""
    attributes: dict[str, Any] = {
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "specversion": "1.0",
        "time": envelope.time,
        "datacontenttype": "application/json",
        "dataschema": envelope.dataschema,
        "subject": envelope.subject or None,
        "sequence": envelope.sequence,
        "association": envelope.association,
        "actor": envelope.actor,
        "correlationid": envelope.correlation_id,
        "causationid": envelope.causation_id,
        "traceparent": envelope.traceparent,
    }
    present = {name: value for name, value in attributes.items() if value is not None}
    return CloudEvent(attributes=present, data=event.model_dump(mode="json"))


def test_the_media_types_are_those_of_the_standard() -> None:
    assert STRUCTURED == FORMAT.CONTENT_TYPE
    assert BATCH == "application/cloudevents-batch+json"


def test_declarations_come_without_a_subject() -> None:
    for event_type in DECLARATIONS:
        event, envelope = example(event_type)
        assert (event.subject, envelope.subject) == ("", "")
        assert "ce-subject" not in to_http_headers(envelope)
