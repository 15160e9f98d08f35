"""The released JSON Schema of every type: a file in git, written by the tool, never by hand."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from .attributes import schema_uri
from .catalogue import class_of
from .event import Event
from .personal import personal_fields

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_IN_THE_ENVELOPE: Final = ("subject", "time")


def schema_of(event_class: type[Event]) -> dict[str, Any]:
    """The JSON Schema of a type's data, as its class is now."""
    schema = event_class.model_json_schema()
    properties = {
        name: field
        for name, field in schema.get("properties", {}).items()
        if name not in _IN_THE_ENVELOPE
    }
    required = [name for name in schema.get("required", []) if name not in _IN_THE_ENVELOPE]
    return {
        "$schema": _DIALECT,
        "$id": schema_uri(event_class.type),
        "title": schema["title"],
        "description": schema["description"],
        "x-topic": event_class.topic,
        "x-classification": event_class.classification.value,
        "x-tombstone": event_class.tombstone,
        "x-personal": list(personal_fields(event_class)),
        "type": "object",
        "properties": properties,
        "required": required,
        "$defs": schema.get("$defs", {}),
    }


def placed(schema: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The schema as a part of another document, in which it stands at the JSON pointer `at`."""
    part = {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}
    moved: dict[str, Any] = json.loads(json.dumps(part).replace("#/$defs/", f"#{at}/$defs/"))
    return moved


def as_text(schema: dict[str, Any]) -> str:
    """The text of a schema file: indented, so that a review shows what changed."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def released_schema(event_type: str) -> dict[str, Any] | None:
    """The schema released for a type; None as long as there is none."""
    file = resources.files(__package__).joinpath("schemas", f"{event_type}.json")
    schema: dict[str, Any] | None = json.loads(file.read_text("utf-8")) if file.is_file() else None
    return schema


def example_text(event_type: str) -> str:
    """The golden example of a type: one event in structured mode.

    Raises:
        UnknownType: nobody promised this type.
    """
    name = f"{class_of(event_type).type}.json"
    return resources.files(__package__).joinpath("examples", name).read_text("utf-8")
