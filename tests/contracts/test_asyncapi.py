import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.asyncapi import asyncapi
from contracts.catalogue import DECLARATIONS, EVENTS
from services.chassis.topics import channels

TAKEN = [each for each in DECLARATIONS.values() if each.classification == "internal"]
DOCUMENT = asyncapi(channels().values(), version="1.2.3", bootstrap="localhost:9092")


def references(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for child in part.values():
            yield from references(child)
    if isinstance(part, list):
        for child in part:
            yield from references(child)


def resolve(reference: str) -> Any:
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


class TestDocument:
    def test_is_asyncapi_3(self) -> None:
        assert DOCUMENT["asyncapi"] == "3.0.0"
        assert set(DOCUMENT) <= {
            "asyncapi",
            "id",
            "info",
            "servers",
            "defaultContentType",
            "channels",
            "operations",
            "components",
        }

    def test_has_only_references_that_lead_somewhere(self) -> None:
        found = list(references(DOCUMENT))

        assert found
        assert all(resolve(reference) for reference in found)

    def test_tells_of_every_event_and_of_what_is_taken_over_kafka(self) -> None:
        told = [*EVENTS.values(), *TAKEN]
        assert set(DOCUMENT["components"]["messages"]) == {each.type for each in told}
        assert set(DOCUMENT["channels"]) == {each.topic for each in told}

    def test_asks_no_sequence_and_no_subject_of_a_declaration(self) -> None:
        message = DOCUMENT["components"]["messages"][TAKEN[0].type]

        (trait,) = message["traits"]
        assert not {"ce_subject", "ce_sequence"} & set(
            resolve(trait["$ref"])["headers"]["required"]
        )

    def test_names_every_message_once(self) -> None:
        for event_type, event in EVENTS.items():
            assert event_type in DOCUMENT["channels"][event.topic]["messages"]

    def test_leaves_channels_without_events_out(self) -> None:
        assert "sandbox" not in DOCUMENT["channels"]

    def test_is_plain_json(self) -> None:
        assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize("event_type", sorted(EVENTS))
class TestMessage:
    def test_has_an_example_that_its_payload_and_headers_accept(self, event_type: str) -> None:
        message = DOCUMENT["components"]["messages"][event_type]
        [example] = message["examples"]
        headers = DOCUMENT["components"]["messageTraits"]["cloudevent"]["headers"]

        Draft202012Validator(headers).validate(example["headers"])
        if message["x-tombstone"]:
            assert "payload" not in message
        else:
            whole = DOCUMENT | {"$ref": f"#/components/messages/{event_type}/payload"}
            Draft202012Validator(whole).validate(example["payload"])


class TestChannel:
    def test_says_who_reads_and_writes_what_of_which_class(self) -> None:
        staff = DOCUMENT["channels"]["registry.staff"]

        assert staff["x-classification"] == "personal"
        assert staff["x-writers"] == ["registry"]
        assert staff["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact"]

    def test_names_the_group_of_each_reader(self) -> None:
        receives = DOCUMENT["operations"]["analytics.receives.exchanges.visits"]

        assert receives["action"] == "receive"
        assert receives["bindings"]["kafka"]["groupId"]["const"] == "analytics"
