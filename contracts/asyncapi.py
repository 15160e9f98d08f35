"""The AsyncAPI 3.0.0 document: every channel with its messages, headers, keys, and who reads them.

Made from the same classes that services run on, and from the declared topics, so it cannot lie.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .attributes import SPECVERSION
from .catalogue import DECLARATIONS, EVENTS
from .declarations import Declaration
from .event import Classification, Event
from .released import example_text, placed, schema_of
from .vocabulary import COUNTRIES

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic as far as the document tells of it."""

    name: str
    classification: str
    partitions: int
    writers: Sequence[str]
    readers: Sequence[str]
    per_association: bool = False  # then the topic's name ends in a country: intake.outcomes.ua


def asyncapi(channels: Iterable[Channel], *, version: str, bootstrap: str) -> Document:
    """The document over these channels; a channel without event types is left out."""
    told = [channel for channel in channels if _types(channel)]
    events = [event for channel in told for event in _types(channel)]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:talka",
        "info": {
            "title": "Talka",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": bootstrap, "protocol": "kafka"}},
        "channels": {channel.name: _channel(channel) for channel in told},
        "operations": dict(_operations(told)),
        "components": {
            "messages": {event.type: _message(event) for event in events},
            "messageTraits": {"cloudevent": _CLOUDEVENT, "declaration": _DECLARATION},
        },
    }


_ABOUT: Final = """\
Facts that Talka's services state to each other and to everybody who may read them.

Records are CloudEvents 1.0 in binary mode. The key of a record is its subject: all events of one
subject lie in one partition, in order, and `ce_sequence` counts them from 1 without a hole
(compacted channels, classification `personal`, have holes by nature). Unknown fields are to be
ignored; a released type only ever gains optional fields."""

_TEXT: Final = {"type": "string"}
_KEY: Final = "The subject: the aggregate's id."

_CLOUDEVENT: Final[Document] = {
    "headers": {
        "type": "object",
        "required": [
            f"ce_{name}" for name in ("specversion", "id", "source", "type", "subject", "time")
        ],
        "properties": {
            "ce_specversion": {"type": "string", "const": SPECVERSION},
            "ce_id": _TEXT | {"format": "uuid", "description": "Unique: read twice, act once."},
            "ce_source": _TEXT | {"description": "The service, such as /registry."},
            "ce_type": _TEXT,
            "ce_subject": _TEXT | {"description": "The aggregate's id, equal to the record's key."},
            "ce_time": _TEXT | {"format": "date-time", "description": "From when it is true, UTC."},
            "ce_dataschema": _TEXT | {"format": "uri"},
            "ce_sequence": _TEXT | {"pattern": "^[1-9][0-9]*$", "description": "Per subject."},
            "ce_association": _TEXT | {"description": "Who stated it: CZ LT PL RO SK UA ECA."},
            "ce_actor": _TEXT | {"description": "The person, key or timer behind it, by id."},
            "ce_correlationid": _TEXT | {"description": "The same for all events of one act."},
            "ce_causationid": _TEXT | {"description": "The event that led to this one."},
            "ce_traceparent": _TEXT | {"description": "W3C trace context."},
            "traceparent": _TEXT | {"description": "The same, for tools that know no CloudEvents."},
            "content-type": {"type": "string", "const": "application/json"},
        },
    },
}

_DECLARATION: Final[Document] = {
    "headers": {
        **_CLOUDEVENT["headers"],
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"],
    }
}


def _types(channel: Channel) -> list[type[Event]]:
    """What is written to the topic; declarations about people are not taken over Kafka."""
    declared = [
        each for each in DECLARATIONS.values() if each.classification is not Classification.PERSONAL
    ]
    found = [event for event in (*EVENTS.values(), *declared) if event.topic == channel.name]
    return sorted(found, key=lambda event: event.type)


def _channel(channel: Channel) -> Document:
    return {
        **_address(channel),
        "messages": {
            event.type: {"$ref": f"#/components/messages/{event.type}"} for event in _types(channel)
        },
        "tags": [{"name": channel.classification}],
        "x-classification": channel.classification,
        "x-readers": list(channel.readers),
        "x-writers": list(channel.writers),
        "bindings": {
            "kafka": {
                **({} if channel.per_association else {"topic": channel.name}),
                "partitions": channel.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [
                        "compact" if channel.classification == "personal" else "delete"
                    ]
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _address(channel: Channel) -> Document:
    if not channel.per_association:
        return {"address": channel.name}
    countries = [country.lower() for country in COUNTRIES]
    return {
        "address": f"{channel.name}.{{association}}",
        "parameters": {"association": {"enum": countries, "description": "Whose topic it is."}},
    }


def _operations(channels: Iterable[Channel]) -> Iterable[tuple[str, Document]]:
    """What each service does with each channel; a service is also the name of its group."""
    for channel in channels:
        reference = {"$ref": f"#/channels/{channel.name}"}
        for writer in channel.writers:
            yield f"{writer}.sends.{channel.name}", {"action": "send", "channel": reference}
        for reader in channel.readers:
            yield (
                f"{reader}.receives.{channel.name}",
                {
                    "action": "receive",
                    "channel": reference,
                    "bindings": {
                        "kafka": {
                            "groupId": {"type": "string", "const": reader},
                            "bindingVersion": "0.5.0",
                        }
                    },
                },
            )


def _message(event: type[Event]) -> Document:
    schema = schema_of(event)
    example = json.loads(example_text(event.type))
    declared = issubclass(event, Declaration)
    key = "Yours to choose: what has one key stays in order." if declared else _KEY
    trait = "declaration" if declared else "cloudevent"
    message: Document = {
        "name": event.type,
        "title": event.__name__,
        "summary": schema["description"].partition("\n")[0],
        "contentType": "application/json",
        "traits": [{"$ref": f"#/components/messageTraits/{trait}"}],
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": key},
                "bindingVersion": "0.5.0",
            }
        },
        "x-tombstone": event.tombstone,
        "examples": [_example(example)],
    }
    if event.tombstone:
        return message
    return message | {"payload": placed(schema, f"/components/messages/{event.type}/payload")}


def _example(document: Mapping[str, Any]) -> Document:
    headers = {f"ce_{name}": str(value) for name, value in document.items() if name != "data"}
    headers.pop("ce_datacontenttype", None)
    return {"name": "golden", "headers": headers, "payload": document.get("data")}
