"""R-17: a back office's system posts over Kafka and by HTTP at once; both get one answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Producer

from contracts.event import uuid7
from contracts.legal_ids import check_digit_of
from contracts.released import example_text
from contracts.vocabulary import LegalIdScheme
from tests.journeys.people import Person
from tests.journeys.records import everything
from tests.stage import Stage
from tests.talka import eventually

pytestmark = pytest.mark.journey

TYPE = "talka.registry.cluster.declared.v1"
POSTED = "intake.registry.ua"
ANSWERED = "intake.outcomes.ua"


def a_declaration(**data: Any) -> dict[str, Any]:
    example = json.loads(example_text(TYPE))
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "urn:uca:register",
        "type": TYPE,
        "data": example["data"] | data,
    }


def outcomes(stage: Stage) -> dict[str, dict[str, Any]]:
    """What was told of each declaration, by its id, with the fact behind `fact`."""
    told = {}
    for message in everything(stage.kafka.bootstrap, ANSWERED):
        kind = dict(message.headers())["ce_type"].decode().split(".")[3]
        told[message.key().decode()] = json.loads(message.value()) | {"fact": kind}
    return told


@pytest.fixture
def taras(stage: Stage) -> Iterator[Person]:
    person = Person(stage.talka, "Тарас Бондаренко")
    yield person
    person.http.close()


def test_r17_the_same_declarations_get_the_same_answers_at_both_doors(
    stage: Stage, taras: Person
) -> None:
    number = "4217003"
    legal_id = {
        "scheme": "ua_edrpou",
        "value": f"{number}{check_digit_of(LegalIdScheme.UA_EDRPOU, number)}",
    }
    good = a_declaration(ref=f"kafka-{uuid7()}", legal_id=legal_id)
    bad = a_declaration(ecosystem="space-tourism", staff_fte="many")

    # The register's system posts over Kafka; one record is broken
    producer = Producer({"bootstrap.servers": stage.kafka.bootstrap})
    for value in (json.dumps(bad), "{", json.dumps(good)):
        producer.produce(POSTED, value=value, headers={"content-type": "application/json"})
    assert producer.flush(30) == 0

    # Somebody posts the same by HTTP at the same time
    refused = taras.http.post("/registry/v1/events", json=bad)
    accepted = taras.http.post("/registry/v1/events", json=good)

    eventually("both are answered", lambda: {bad["id"], good["id"]} <= outcomes(stage).keys())
    told = outcomes(stage)
    assert (refused.status_code, told[bad["id"]]["fact"]) == (422, "refused")
    faults = [(fault["pointer"], fault["code"]) for fault in told[bad["id"]]["faults"]]
    assert faults == [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]]
    assert "space-tourism" not in json.dumps(told)
    assert (accepted.status_code, told[good["id"]]["fact"]) == (202, "accepted")
    assert told[good["id"]]["events"] == accepted.json()["events"]
