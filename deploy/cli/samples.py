"""The work behind `talka emit`: sample events made from golden examples, valid by their class."""

import json
import re
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from pydantic import ValidationError

from contracts.catalogue import DECLARATIONS, read
from contracts.envelope import Envelope, from_structured, to_document, to_headers
from contracts.event import Event, uuid7
from contracts.released import example_text
from deploy.cli import promises
from deploy.cli.terminal import many
from deploy.kafka import topics as declared
from deploy.local.faults import Exit, Fault

TIMEOUT_SECONDS: Final = 15


class Samples:
    """Events of one type about one new subject, with the example's data but for `changes`.

    Raises:
        Fault: nobody promised the type, it is a declaration, or the changes break its contract.
    """

    def __init__(self, event_type: str, changes: dict[str, Any]) -> None:
        _check(event_type)
        example, self._envelope = from_structured(example_text(event_type))
        self.subject = str(uuid7())
        fields = example.model_dump(mode="json") | changes
        self._data = None if example.tombstone else json.dumps(fields).encode()
        try:
            self.at(1)
        except ValidationError as fault:
            raise _broken(event_type, fault) from None

    def at(self, sequence: int) -> tuple[Event, Envelope]:
        """The event with this number; each has an id of its own and is true from now."""
        envelope = replace(
            self._envelope,
            id=str(uuid7()),
            source="/sandbox",
            subject=self.subject,
            time=datetime.now(UTC),
            sequence=sequence,
            causation_id=None,
            traceparent=None,
        )
        return read(envelope, self._data), envelope

    def document(self, sequence: int) -> dict[str, Any]:
        """The event with this number, in structured mode."""
        return to_document(*self.at(sequence))


def fields_of(text: str | None) -> dict[str, Any]:
    """The fields given as JSON, or in a file behind an @.

    Raises:
        Fault: there is no such file, or it is no JSON object.
    """
    if text is None:
        return {}
    try:
        content = Path(text[1:]).read_text("utf-8") if text.startswith("@") else text
        fields = json.loads(content)
    except OSError as fault:
        raise _not_fields(f"{text[1:]} cannot be read: {fault.strerror}") from None
    except ValueError as fault:
        raise _not_fields(f"The data are no JSON: {fault}") from None
    if not isinstance(fields, dict):
        raise _not_fields("The data are no JSON object.")
    return fields


def per_second(rate: str | None) -> float | None:
    """The rate in events per second: 10/s, 90/m; None for as fast as it goes.

    Raises:
        Fault: it is written in another way.
    """
    if rate is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/([sm])", rate)
    if found is None or float(found[1]) == 0:
        raise Fault(
            "TLK-E112",
            f"--rate {rate}: that is no rate.",
            "Write how many each second or minute, 10/s or 90/m:",
            "talka emit TYPE --rate 10/s",
            exit_code=Exit.WRONG_USE,
        )
    return float(found[1]) / (60 if found[2] == "m" else 1)


def send(samples: Samples, number: int, topic: str, rate: float | None, bootstrap: str) -> None:
    """Send `number` samples in order; returns when Kafka has taken all of them.

    Raises:
        Fault: the topic is not declared, or Kafka does not take them.
    """
    declared.named(topic)
    producer = _producer(bootstrap)
    taken = 0

    def on_delivery(error: KafkaError | None, _: Message) -> None:
        nonlocal taken
        taken += error is None

    started = time.monotonic()
    for sequence in range(1, number + 1):
        event, envelope = samples.at(sequence)
        value = None if event.tombstone else event.model_dump_json().encode()
        producer.produce(
            topic,
            value,
            samples.subject,
            headers=[*to_headers(envelope)],
            on_delivery=on_delivery,
        )
        producer.poll(0)
        if rate is not None:
            time.sleep(max(0.0, started + sequence / rate - time.monotonic()))
    with suppress(KafkaException):  # what was not taken is told below
        producer.flush(TIMEOUT_SECONDS + 1)
    if taken < number:
        raise Fault(
            "TLK-E110",
            f"Kafka at {bootstrap} took {taken} of {many(number, 'event')}.",
            "Look at KAFKA_BOOTSTRAP and at the broker, or see whether Talka runs:",
            "talka status",
            exit_code=Exit.CANNOT_CONNECT,
        )


def _producer(bootstrap: str) -> Producer:
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "message.timeout.ms": TIMEOUT_SECONDS * 1000,
            "log_level": 0,
        }
    )


def _check(event_type: str) -> None:
    promises.known(event_type)
    if event_type in DECLARATIONS:
        raise Fault(
            "TLK-E087",
            f"{event_type} is a declaration: services take it at their doors, not from Kafka.",
            "Post it:",
            f"talka contracts show {event_type} --example > declaration.json",
            "talka declare declaration.json",
            exit_code=Exit.WRONG_USE,
        )


def _broken(event_type: str, fault: ValidationError) -> Fault:
    lines = [f"{'/'.join(map(str, each['loc']))}: {each['msg']}" for each in fault.errors()]
    return Fault(
        "TLK-E085",
        f"The data break the contract of {event_type}:\n  " + "\n  ".join(lines),
        "Look at what it promises:",
        f"talka contracts show {event_type}",
        exit_code=Exit.REFUSED,
    )


def _not_fields(what: str) -> Fault:
    return Fault(
        "TLK-E113",
        what,
        "Give fields of the event's data as JSON, or a file that holds them:",
        'talka emit TYPE --data \'{"reason": "in liquidation"}\'',
        exit_code=Exit.WRONG_USE,
    )
