"""The public stream over HTTP, as a reader from outside meets it: no account, no key."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from contracts.analytics import VisitCounted
from contracts.deprecation import Deprecation
from services.chassis import clock
from services.chassis.database import Sessions
from tests.analytics.test_fanout import positions, publish
from tests.browser.served import served
from tests.waiting import PATIENCE_SECONDS, until

STREAM = "/analytics/v1/streams/visits"


@pytest.fixture
async def outside(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client of the application on a real port."""
    async with (
        served(app) as address,
        AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


async def events(answer: Response, count: int) -> list[tuple[str, dict[str, object]]]:
    """The next events with their ids; comments and retry hints left out."""
    found: list[tuple[str, dict[str, object]]] = []
    last_id = ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                last_id = line.removeprefix("id: ")
            if line.startswith("data: "):
                found.append((last_id, json.loads(line.removeprefix("data: "))))
                if len(found) == count:
                    break
    return found


class TestStreamOfVisits:
    async def test_anybody_reads_it_from_the_beginning(
        self, outside: AsyncClient, sessions: Sessions
    ) -> None:
        await publish(sessions, 3)

        async with outside.stream("GET", f"{STREAM}?from=begin") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            found = await events(answer, 3)

        assert [int(at) for at, _ in found] == await positions(sessions)
        _, event = found[0]
        assert event["type"] == "talka.streams.visit.counted.v1"
        assert event["data"]["countries"] == {"vo": "UA", "ho": "SK"}  # type: ignore[index]

    async def test_goes_on_behind_the_last_event_that_was_read(
        self, outside: AsyncClient, sessions: Sessions
    ) -> None:
        await publish(sessions, 2)
        async with outside.stream("GET", f"{STREAM}?from=begin") as answer:
            [(last_id, _)] = await events(answer, 1)

        await publish(sessions, 2)
        async with outside.stream("GET", STREAM, headers={"Last-Event-ID": last_id}) as answer:
            found = await events(answer, 3)

        assert [int(at) for at, _ in found] == (await positions(sessions))[1:]

    async def test_without_a_wish_it_begins_with_what_happens_now(
        self, outside: AsyncClient, sessions: Sessions
    ) -> None:
        await publish(sessions, 1)

        async with outside.stream("GET", STREAM) as answer:
            await publish(sessions, 1)
            [(at, _)] = await events(answer, 1)

        assert int(at) == (await positions(sessions))[1]

    async def test_a_reader_that_leaves_frees_its_seat(
        self, outside: AsyncClient, app: FastAPI, sessions: Sessions
    ) -> None:
        await publish(sessions, 1)
        fanout = app.state.streams["streams.visits"]

        async with outside.stream("GET", f"{STREAM}?from=begin") as answer:
            await events(answer, 1)
            assert fanout.readers == 1

        async def is_free() -> bool:
            return bool(fanout.readers == 0)

        await until(is_free)


class TestRefusals:
    @pytest.mark.parametrize("wish", ["99999", "-1", "²", "0x10", "begun"])
    async def test_an_id_that_the_stream_never_gave(self, anybody: AsyncClient, wish: str) -> None:
        answer = await anybody.get(STREAM, params={"from": wish})

        assert (answer.status_code, answer.json()["code"]) == (422, "TLK-A004")
        assert "from=begin" in answer.json()["detail"]

    async def test_another_stream(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/analytics/v1/streams/people")

        assert (answer.status_code, answer.json()["code"]) == (404, "TLK-A003")
        assert "visits" in answer.json()["detail"]

    async def test_the_list_says_what_is_offered(self, anybody: AsyncClient) -> None:
        answer = await anybody.get("/analytics/v1/streams")

        assert answer.json() == [{"name": "visits", "topic": "streams.visits", "address": STREAM}]


class TestEndingStream:
    @pytest.fixture
    def deprecated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        today = clock.now().date()
        instead = "talka.streams.visit.counted.v2"
        ending = Deprecation(today, today + timedelta(days=200), instead)
        monkeypatch.setattr(VisitCounted, "deprecated", ending)

    @pytest.mark.usefixtures("deprecated")
    async def test_c05_takes_no_new_followers(self, outside: AsyncClient) -> None:
        answer = await outside.get(f"{STREAM}?from=begin")

        assert answer.status_code == 410
        assert "talka.streams.visit.counted.v2" in answer.json()["detail"]

    @pytest.mark.usefixtures("deprecated")
    async def test_c05_goes_on_for_who_follows_it_already(
        self, outside: AsyncClient, sessions: Sessions
    ) -> None:
        await publish(sessions, 2)
        first, second = await positions(sessions)

        async with outside.stream("GET", STREAM, headers={"Last-Event-ID": str(first)}) as answer:
            found = await events(answer, 1)

        assert [int(at) for at, _ in found] == [second]
        assert "successor-version" in answer.headers["link"]
