"""Declarations as systems post them, and what the door answers."""

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from httpx import AsyncClient, Response

from contracts.declarations import ClusterDeclared
from contracts.envelope import STRUCTURED
from contracts.event import uuid7
from contracts.released import example_text

EVENTS = "/registry/v1/events"


LINES = "application/x-ndjson"


EXAMPLE: dict[str, Any] = json.loads(example_text(ClusterDeclared.type))


def declared(ref: str = "c-1", *, en: str = "A cluster", **attributes: Any) -> dict[str, Any]:
    """The golden example for another cluster; its English name says what the handler is to do."""
    data = EXAMPLE["data"] | {"ref": ref, "names": EXAMPLE["data"]["names"] | {"en": en}}
    known = {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": "/erp",
        "type": ClusterDeclared.type,
        "time": "2026-11-01T08:00:00Z",
        "datacontenttype": "application/json",
        "data": data,
    }
    return {name: value for name, value in (known | attributes).items() if value is not ...}


def changed(**fields: Any) -> dict[str, Any]:
    """A declaration with some of its data changed."""
    sent = declared()
    return sent | {"data": sent["data"] | fields}


async def post(client: AsyncClient, body: Any, kind: str = STRUCTURED, **headers: str) -> Response:
    content = body if isinstance(body, str | bytes | AsyncIterator) else json.dumps(body)
    return await client.post(EVENTS, content=content, headers={"Content-Type": kind} | headers)


def lines_of(declarations: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in declarations)


def places(answer: Response) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
