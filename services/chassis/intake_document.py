"""The door for declarations in the OpenAPI document: it is no route that FastAPI knows of.

What the answers look like is written here by hand; a test holds real answers against it.
"""

import json
from typing import Any, Final

from contracts.attributes import SPECVERSION
from contracts.declarations import Declaration
from contracts.envelope import BATCH, STRUCTURED
from contracts.released import example_text, placed, schema_of
from services.chassis.intake import Intake
from services.chassis.intake_lists import MOST
from services.chassis.limits import MAX_BODY_BYTES, MAX_LIST_BYTES
from services.chassis.problems import MEDIA_TYPE

Part = dict[str, Any]

_TEXT: Final = {"type": "string"}
_STATUS: Final = ("accepted", "checked", "refused")
_ENVELOPE: Final[dict[str, Part]] = {
    "specversion": {"type": "string", "const": SPECVERSION},
    "id": _TEXT
    | {
        "maxLength": 128,
        "description": "Yours. Sent again with the same data, it is"
        " taken once and answered the same.",
    },
    "source": _TEXT | {"maxLength": 256, "description": "Your system, such as /erp/rzeszow."},
    "type": _TEXT,
    "time": _TEXT | {"format": "date-time", "description": "From when the fact is true."},
    "subject": _TEXT | {"maxLength": 256},
    "dataschema": _TEXT | {"format": "uri"},
    "datacontenttype": {"type": "string", "const": "application/json"},
}
_REQUIRED: Final = ("specversion", "id", "source", "type")
_ABOUT: Final = f"""\
Takes declarations as CloudEvents 1.0: one (structured, or binary with `ce-` headers), a batch, or
one a line. They are on disk before the answer leaves. The association is that of the key or of the
person; the envelope can only repeat it. A declaration holds at most {MAX_BODY_BYTES // 1024} KiB;
a batch or lines hold at most {MOST:,} of them and {MAX_LIST_BYTES // 1024**2} MiB."""


def describe(document: Part, intake: Intake) -> None:
    """Add `POST /{service}/v1/events` with its bodies and answers."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for declaration in intake.classes.values():
        at = f"/components/schemas/{declaration.__name__}"
        schemas[declaration.__name__] = placed(schema_of(declaration), at)
        schemas[f"{declaration.__name__}Event"] = _event(declaration)
    schemas |= _ANSWERS
    document.setdefault("paths", {})[f"/{intake.service}/v1/events"] = {"post": _operation(intake)}


def _operation(intake: Intake) -> Part:
    return {
        "tags": ["events"],
        "summary": "Post declarations",
        "description": _ABOUT,
        "operationId": "post_events",
        "parameters": [
            {
                "name": "check",
                "in": "query",
                "description": "Look for faults in what is sent, and take nothing. The service is"
                " not asked whether what is named is there, or would be taken.",
                "schema": {"type": "string", "enum": ["only"]},
            },
            *map(_header, _ENVELOPE),
        ],
        "requestBody": {"required": True, "content": _bodies(list(intake.classes.values()))},
        "responses": {
            "200": _answer("Checked only: nothing was taken", "Taken", "TakenEach"),
            "202": _answer("All were taken", "Taken", "TakenEach"),
            "207": _answer("Some were refused; the others were taken", "TakenEach"),
            "4XX": {
                "description": "Nothing was taken, and why; of one declaration every fault",
                "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
            },
        },
    }


def _header(name: str) -> Part:
    return {
        "name": f"ce-{name}",
        "in": "header",
        "description": "Binary mode only; percent-encoded.",
        "schema": _ENVELOPE[name],
    }


def _bodies(declarations: list[type[Declaration]]) -> Part:
    events = {"oneOf": [_ref(f"{each.__name__}Event") for each in declarations]}
    batch = {"type": "array", "items": events}
    data = {"oneOf": [_ref(each.__name__) for each in declarations]}
    examples = [json.loads(example_text(each.type)) for each in declarations]
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in examples)
    return {
        STRUCTURED: {"schema": events, "example": examples[0]},
        BATCH: {"schema": batch, "example": examples},
        "application/x-ndjson": {
            "schema": _TEXT | {"description": "One declaration in structured mode a line."},
            "example": lines,
        },
        "application/json": {
            "schema": data | {"description": "Binary mode: the data, with the `ce-` headers."},
            "example": examples[0]["data"],
        },
    }


def _event(declaration: type[Declaration]) -> Part:
    """One declaration in structured mode; extension attributes are let pass."""
    own: Part = {
        "type": {"type": "string", "const": declaration.type},
        "data": _ref(declaration.__name__),
    }
    return {
        "title": f"{declaration.__name__}, in structured mode",
        "type": "object",
        "required": [*_REQUIRED, "data"],
        "properties": _ENVELOPE | own,
    }


def _answer(description: str, *schemas: str) -> Part:
    refs = [_ref(name) for name in schemas]
    schema = refs[0] if len(refs) == 1 else {"oneOf": refs}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


_TAKEN: Final[dict[str, Part]] = {
    "id": _TEXT | {"description": "That of the declaration."},
    "status": {"type": "string", "enum": list(_STATUS)},
    "events": {
        "type": "array",
        "items": _TEXT | {"format": "uuid"},
        "description": "What came of it; empty when it changed nothing.",
    },
}
_EACH: Final[dict[str, Part]] = {
    "index": {"type": "integer", "description": "Its place among those sent, from 0."},
    "line": {"type": "integer", "description": "Its line, from 1, when sent one a line."},
    "http_status": {"type": "integer", "description": "What it would have got alone."},
    "code": _TEXT,
    "detail": _TEXT,
    "errors": {"type": "array", "items": _ref("FieldFault")},
}
_ANSWERS: Final[dict[str, Part]] = {
    "Taken": {
        "type": "object",
        "title": "One declaration",
        "required": ["id", "status"],
        "properties": _TAKEN,
        "additionalProperties": False,
    },
    "TakenEach": {
        "type": "object",
        "title": "Several declarations, in their order",
        "required": ["accepted", "refused", "items"],
        "properties": {
            "accepted": {"type": "integer"},
            "refused": {"type": "integer"},
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "status"],
                    "properties": _TAKEN | _EACH,
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    },
}
