"""R-17: 5,000 declarations in one request, in the memory that their bytes need."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from contracts.declarations import Declaration
from contracts.envelope import BATCH
from services.chassis import budgets, intake_door, staff
from services.chassis.app import Parts, make_app
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.intake_desk import MOST_TOGETHER
from services.chassis.intake_door import LONG_LISTS, TOGETHER
from services.chassis.intake_lists import MOST
from services.chassis.intake_reading import MOST_FAULTS
from services.chassis.limits import MAX_BODY_BYTES, MAX_LIST_BYTES
from services.chassis.settings import Settings
from tests.chassis.declarations import EVENTS, LINES, changed, declared, post
from tests.chassis.declarations import lines_of as in_lines
from tests.chassis.set_by_set import Registry
from tests.chassis.site import a_client, issue
from tests.office import running

CHECK_ONLY = EVENTS + "?check=only"


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def a_second() -> float:
    """How fast budgets fill up: not while a test runs."""
    return 0.001


@pytest.fixture
async def door(settings: Settings, registry: Registry, a_second: float) -> AsyncIterator[FastAPI]:
    told = {"service": "registry", "intake_a_second": a_second}
    consumer = Consumer("registry")
    staff.follow(consumer)
    parts = Parts("Site", consumer, routers=[], intake=registry.intake)
    async with running(make_app(settings.model_copy(update=told), parts)) as app:
        yield app


@pytest.fixture
async def client(door: FastAPI, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """A system of an association."""
    key = await issue(sessions)
    async with a_client(door, Authorization=f"Bearer {key.secret}") as made:
        yield made


class TestEach:
    @pytest.mark.parametrize("kind", [LINES, BATCH])
    @pytest.mark.parametrize(
        ("broken", "status", "sentence"),
        [
            ('{"data": ' + "[" * 33 + "]" * 33 + "}", 400, "deeper than 32 levels"),
            ('{"id": 1, "id": 2}', 400, "A name stands twice in one object: keep it once."),
            ('{"a": "' + "x" * MAX_BODY_BYTES + '"}', 413, "One declaration holds at most 256 KiB"),
        ],
        ids=["nested", "twice", "large"],
    )
    async def test_a19_one_that_cannot_be_read_leaves_the_others(
        self, erp: AsyncClient, kind: str, broken: str, status: int, sentence: str
    ) -> None:
        each = [json.dumps(declared("c-1")), broken, json.dumps(declared("c-2"))]
        body = "\n".join(each) if kind == LINES else f"[{','.join(each)}]"

        answer = await post(erp, body, kind)

        items = answer.json()["items"]
        assert answer.status_code == 207
        assert [item["status"] for item in items] == ["accepted", "refused", "accepted"]
        assert (items[1]["index"], items[1]["http_status"]) == (1, status)
        assert sentence in items[1]["detail"]

    async def test_a19_tells_a_hundred_faults_of_one(self, erp: AsyncClient) -> None:
        sent = changed(**{f"field_{n}": 1 for n in range(MOST_FAULTS + 1)})

        answer = await post(erp, [sent], BATCH)

        [item] = answer.json()["items"]
        assert len(item["errors"]) == MOST_FAULTS


class TestThousands:
    async def test_r17_takes_5000_clusters_at_once(
        self, client: AsyncClient, sessions: Sessions
    ) -> None:
        body = in_lines(declared(f"c-{n}") for n in range(MOST))

        answer = await post(client, body, LINES)

        assert answer.status_code == 202
        told = answer.json()
        assert (told["accepted"], told["refused"], len(told["items"])) == (MOST, 0, MOST)
        assert told["items"][-1]["line"] == MOST
        assert answer.headers["ratelimit"].startswith('"declarations";r=1000;')  # P-08: of 6,000
        async with sessions() as session:
            assert await session.scalar(text("select count(*) from intake")) == MOST

    async def test_r17_takes_5000_clusters_as_a_batch(self, client: AsyncClient) -> None:
        body = json.dumps([declared(f"c-{n}") for n in range(MOST)])

        answer = await client.post(CHECK_ONLY, content=body, headers={"Content-Type": BATCH})

        assert (answer.status_code, answer.json()["accepted"]) == (200, MOST)
        assert len(body) < MAX_LIST_BYTES / 1.8  # full profiles have room too

    async def test_a19_holds_two_long_lists_of_an_association(self, client: AsyncClient) -> None:
        """The third sender waits with what he has; short lists and single ones do not."""
        lists = [Slow() for _ in range(LONG_LISTS + 1)]
        answers = [asyncio.create_task(post(client, each.chunks(), LINES)) for each in lists]
        await asyncio.gather(*(each.begun.wait() for each in lists[:LONG_LISTS]))

        short = await post(client, in_lines([declared()]), LINES)

        assert (short.status_code, lists[-1].begun.is_set()) == (202, False)
        for each in lists:
            each.may_end.set()
        assert {answer.status_code for answer in await asyncio.gather(*answers)} == {202}

    async def test_a19_refuses_a_long_list_that_waits_too_long_for_its_turn(
        self, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intake_door, "MAX_BODY_SECONDS", 0.0)  # who would wait is refused
        lists = [Slow() for _ in range(LONG_LISTS)]
        answers = [asyncio.create_task(post(client, each.chunks(), LINES)) for each in lists]
        await asyncio.gather(*(each.begun.wait() for each in lists))
        another = Slow()

        refused = await post(client, another.chunks(), LINES)

        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        for each in lists:
            each.may_end.set()
        assert {answer.status_code for answer in await asyncio.gather(*answers)} == {202}
        another.may_end.set()
        assert (await post(client, another.chunks(), LINES)).status_code == 202

    async def test_p08_neighbours_have_their_turns_while_a_list_is_read(
        self, client: AsyncClient, registry: Registry
    ) -> None:
        watched = registry.intake.classes = Watched(registry.intake.classes)
        neighbour = asyncio.create_task(watched.count_turns())
        body = json.dumps([declared() for _ in range(50)])

        await client.post(CHECK_ONLY, content=body, headers={"Content-Type": BATCH})

        neighbour.cancel()
        assert len(set(watched.turns_at)) == 50 / TOGETHER


class TestTogether:
    @pytest.fixture
    def a_second(self) -> float:
        return 10_000

    async def test_r17_takes_a_hundred_at_once_when_nobody_else_posts(
        self, client: AsyncClient, registry: Registry
    ) -> None:
        await post(client, in_lines(declared(f"c-{n}") for n in range(120)), LINES)

        assert registry.together == [MOST_TOGETHER, 20]

    async def test_p08_takes_few_at_once_beside_others(
        self,
        door: FastAPI,
        client: AsyncClient,
        registry: Registry,
        sessions: Sessions,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(budgets, "COMPANY_SECONDS", 3600.0)
        other = await issue(sessions, of="PL")
        async with a_client(door, Authorization=f"Bearer {other.secret}") as neighbour:
            await post(neighbour, declared("n-1"))

        await post(client, in_lines(declared(f"c-{n}") for n in range(25)), LINES)

        assert registry.together == [1, TOGETHER, TOGETHER, 5]


class Slow:
    """A list of unknown length, whose sender takes time."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def chunks(self) -> AsyncIterator[bytes]:
        self.begun.set()
        yield b"\n"
        await self.may_end.wait()


class Watched(dict[str, type[Declaration]]):
    """The classes of an intake; knows how often others had a turn before each was asked for."""

    def __init__(self, classes: dict[str, type[Declaration]]) -> None:
        super().__init__(classes)
        self.turns = 0
        self.turns_at: list[int] = []

    async def count_turns(self) -> None:
        while True:
            self.turns += 1
            await asyncio.sleep(0)

    def get(self, *asked: Any) -> Any:
        self.turns_at.append(self.turns)
        return super().get(*asked)
