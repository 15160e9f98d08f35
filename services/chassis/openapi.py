"""The OpenAPI document beyond what the routes tell: problem documents, and the door for events."""

from typing import Any

from fastapi import FastAPI

from services.chassis.intake import Intake
from services.chassis.intake_document import describe
from services.chassis.problems import MEDIA_TYPE, Problem

Document = dict[str, Any]


def install(app: FastAPI, intake: Intake | None) -> None:
    """Describe what `app` takes and refuses; done once, when somebody asks for the document."""
    original = app.openapi

    def openapi() -> Document:
        described = app.openapi_schema is not None
        document = original()
        if not described:
            if intake is not None:
                describe(document, intake)
            _with_problems(document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the documented way to extend it


def _with_problems(document: Document) -> None:
    """Put problem documents in place of FastAPI's own error shape."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    refused = {
        "description": "Refused, and why (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = refused
