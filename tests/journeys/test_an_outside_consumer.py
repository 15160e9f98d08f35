"""J-01, step 9: a consumer that is not ours reads two topics from offset zero."""

from collections import defaultdict
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from tests.journeys.people import Person
from tests.journeys.records import everything
from tests.journeys.visits import plan
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("topic", ["registry.clusters", "exchanges.visits"])
def test_j01_an_outside_consumer_understands_every_record(
    stage: Stage, zuzana: Person, topic: str
) -> None:
    # Somebody does something, so that there is an event of today
    number = plan(zuzana, stage.a_week(), f"outside-{topic}")["number"]

    def read() -> list[Any]:
        return everything(stage.kafka.bootstrap, topic)

    if topic == "exchanges.visits":
        eventually("it is on the topic", lambda: any(number.encode() in m.value() for m in read()))

    # The consumer understands every record: binary mode, the key is the subject …
    sequences: dict[str, dict[int, None]] = defaultdict(dict)  # a repeated chunk counts once
    for message in read():
        headers = {name: value.decode() for name, value in message.headers()}
        event = from_binary_event(
            KafkaMessage(
                headers={name: value.encode() for name, value in headers.items()},
                key=message.key(),
                value=message.value(),
            )
        )
        subject = str(event.get_subject())
        assert message.key() == subject.encode()
        assert headers["content-type"] == "application/json"
        assert event.get_type().startswith("talka.")
        assert isinstance(event.get_data(), dict)
        sequences[subject][int(headers["ce_sequence"])] = None

    # … and `sequence` counts 1, 2, 3 … per subject without a hole
    assert len(sequences) >= (182 if topic == "registry.clusters" else 1)
    for subject, counted in sequences.items():
        assert list(counted) == list(range(1, len(counted) + 1)), subject
