"""What the OpenAPI document says of the door for events, held against what the door does."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from jsonschema import Draft202012Validator

from contracts.declarations import ClusterDeclared
from contracts.envelope import BATCH, STRUCTURED
from contracts.released import example_text
from tests.chassis.site import a_client

EVENTS = "/registry/v1/events"
LINES = "application/x-ndjson"
KINDS = (STRUCTURED, BATCH, LINES)
EXAMPLE: dict[str, Any] = json.loads(example_text(ClusterDeclared.type))
BAD = EXAMPLE | {"id": "bad", "data": EXAMPLE["data"] | {"web": 5}}


@pytest.fixture
def document(site: FastAPI) -> dict[str, Any]:
    return site.openapi()


def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][EVENTS]["post"]
    return found


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Hold a value against a schema of the document."""
    components = {"components": document["components"]}
    Draft202012Validator(components | schema).validate(value)


def check_answer(document: dict[str, Any], answer: Response) -> None:
    status = str(answer.status_code)
    responses = operation(document)["responses"]
    promised = responses[status if status in responses else f"{status[0]}XX"]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    check(document, promised[kind]["schema"], answer.json())


def text_of(body: Any, kind: str) -> str:
    if kind == LINES:
        return "".join(json.dumps(each) + "\n" for each in body)
    return json.dumps(body)


class TestBodies:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_have_an_example_that_the_door_takes(
        self, document: dict[str, Any], erp: AsyncClient, kind: str
    ) -> None:
        body = operation(document)["requestBody"]["content"][kind]
        example = body["example"]
        sent = example if isinstance(example, str) else json.dumps(example)

        answer = await erp.post(EVENTS, content=sent, headers={"Content-Type": kind})

        check(document, body["schema"], example)
        assert answer.status_code == 202

    async def test_are_the_data_alone_in_binary_mode(
        self, document: dict[str, Any], erp: AsyncClient
    ) -> None:
        body = operation(document)["requestBody"]["content"]["application/json"]
        told = [each["name"] for each in operation(document)["parameters"]]
        headers = {
            name: EXAMPLE[name.removeprefix("ce-")]
            for name in told
            if name.removeprefix("ce-") in EXAMPLE
        }

        answer = await erp.post(EVENTS, json=body["example"], headers=headers)

        check(document, body["schema"], body["example"])
        assert answer.status_code == 202

    def test_r17_have_their_limits_told(self, document: dict[str, Any]) -> None:
        told = " ".join(operation(document)["description"].split())

        assert "at most 256 KiB; a batch or lines hold at most 5,000 of them and 16 MiB." in told


class TestAnswers:
    @pytest.mark.parametrize("query", ["", "?check=only"])
    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (EXAMPLE, STRUCTURED),
            (BAD, STRUCTURED),
            ([EXAMPLE], BATCH),
            ([EXAMPLE, BAD], BATCH),
            ([EXAMPLE, BAD], LINES),
            ({}, BATCH),
        ],
    )
    async def test_are_as_the_document_says(
        self, document: dict[str, Any], erp: AsyncClient, body: Any, kind: str, query: str
    ) -> None:
        headers = {"Content-Type": kind}

        answer = await erp.post(EVENTS + query, content=text_of(body, kind), headers=headers)

        check_answer(document, answer)

    async def test_to_a_stranger_are_as_the_document_says(
        self, document: dict[str, Any], anybody: AsyncClient
    ) -> None:
        answer = await anybody.post(EVENTS, json=EXAMPLE)

        assert answer.status_code == 401
        check_answer(document, answer)


class TestDocument:
    async def test_is_served_whole(self, site: FastAPI) -> None:
        async with a_client(site) as client:
            served = (await client.get("/registry/openapi.json")).json()

        assert set(operation(served)["responses"]) == {"200", "202", "207", "4XX", "default"}
        assert set(operation(served)["requestBody"]["content"]) == {*KINDS, "application/json"}
