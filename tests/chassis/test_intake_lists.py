"""R-17: 5,000 declarations in one request, in the memory that their bytes need."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from contracts.declarations import Declaration
from contracts.envelope import BATCH
from services.chassis import budgets, intake_door, staff
from services.chassis.app import Parts, make_app
from services.chassis.consumer import Consumer
from services.chassis.database import Sessions
from services.chassis.identity import Actor
from services.chassis.intake_desk import MOST_TOGETHER
from services.chassis.intake_door import LONG_LISTS, TOGETHER
from services.chassis.intake_lists import FAR_TOO_DEEP, MOST, Part, elements_of, lines_of, read_each
from services.chassis.intake_reading import MOST_FAULTS, Reader
from services.chassis.limits import MAX_BODY_BYTES, MAX_LIST_BYTES
from services.chassis.refusals import BadRequest, TooLarge
from services.chassis.settings import Settings
from tests.chassis.declarations import EVENTS, LINES, changed, declared, post
from tests.chassis.declarations import lines_of as in_lines
from tests.chassis.set_by_set import Registry
from tests.chassis.site import a_client, issue
from tests.office import running

TEXTS = st.text('a"\\,[]{}\u0456\n', max_size=4)
JSON = st.recursive(
    st.sampled_from([None, True, -1.5]) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)
CHECK_ONLY = EVENTS + "?check=only"


def texts(body: bytes, parts: Sequence[Part]) -> list[bytes]:
    return [body[part.begin : part.end] for part in parts]


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


class TestDividing:
    @given(st.lists(JSON, max_size=3), st.sampled_from([None, 0, 3]))
    def test_finds_the_elements_of_any_list(self, values: list[Any], indent: int | None) -> None:
        body = f" {json.dumps(values, indent=indent, ensure_ascii=False)}\n".encode()

        assert [json.loads(each) for each in texts(body, elements_of(body))] == values

    @given(st.lists(st.sampled_from(["", " ", "\t\r", "{}", ' {"a": 1}\r', "[", '"'])))
    def test_finds_every_line_that_says_something(self, lines: list[str]) -> None:
        body = "\n".join(lines).encode()

        parts = lines_of(body)

        assert [
            (each.line, said.strip()) for each, said in zip(parts, texts(body, parts), strict=True)
        ] == [
            (number, line.strip().encode())
            for number, line in enumerate(lines, start=1)
            if line.strip()
        ]

    @pytest.mark.parametrize(
        "body",
        ["[", "[{}", "[{},", "[{},]", "[,]", "[{}{}]", '["a]', "[{]", "[] []", "[}]"],
    )
    def test_refuses_a_list_whose_declarations_cannot_be_told_apart(self, body: str) -> None:
        with pytest.raises(BadRequest):
            elements_of(body.encode())

    @pytest.mark.parametrize(
        ("divide", "body", "place"),
        [
            (lines_of, '{}\n\n {"a" 1}', "line 3 at column 7"),
            (elements_of, '[{}, {"a" 1}]', "line 1 at column 11"),
            (elements_of, '[{},\n {},\n  {"a": 1,\n "b" 2}]', "line 4 at column 6"),
            (elements_of, '[{"a":"Привіт Привіт"},{"b":}]', "line 1 at column 29"),
            (elements_of, '[{"a":"Привіт"},\n "Привіт", {"ї":}]', "line 2 at column 17"),
            (elements_of, '\ufeff[{}, {"a" 1}]', "line 1 at column 11"),
            (lines_of, '"Привіт"\n {"ї":}', "line 2 at column 7"),
        ],
    )
    def test_tells_where_in_the_body_json_breaks_off(
        self, divide: Callable[[bytes], list[Part]], body: str, place: str
    ) -> None:
        *_, last = read_each(a_reader(), body.encode(), divide(body.encode()))

        assert str(last.found) == f"this is no JSON: it breaks off in {place}"

    @pytest.mark.parametrize("rest", [b"", b"]" * (FAR_TOO_DEEP + 1) + b", {}]"])
    def test_a19_refuses_a_list_that_goes_far_too_deep_where_it_does(self, rest: bytes) -> None:
        """Nobody looks at the rest, whatever it is."""
        with pytest.raises(BadRequest, match="deeper than 32 levels"):
            elements_of(b"[{}, " + b"[" * (FAR_TOO_DEEP + 1) + rest)

    def test_a19_one_that_is_nested_too_deep_ends_where_it_ends(self) -> None:
        deep = b"[" * FAR_TOO_DEEP + b"]" * FAR_TOO_DEEP
        body = b"[{}," + deep + b",1]"

        assert texts(body, elements_of(body)) == [b"{}", deep, b"1"]

    def test_r17_counts_before_anything_is_read(self) -> None:
        """Neither one is JSON; nobody got so far as to notice."""
        for divide, body in ((lines_of, b"x\n" * MOST), (elements_of, b"[x" + b",x" * (MOST - 1))):
            with pytest.raises(TooLarge, match="at most 5000 declarations; send them in several"):
                divide(body + (b"x" if divide is lines_of else b",x]"))

    def test_a19_makes_one_at_a_time_into_objects(self) -> None:
        """As objects all of them together need 40 MB."""
        declaration = b"[" + b"0.5," * 60_000 + b"0.5]"
        body = b"[" + b",".join([declaration] * 20) + b"]"
        tracemalloc.start()
        try:
            found = [each.found for each in read_each(a_reader(), body, elements_of(body))]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert {str(each) for each in found} == {"a declaration is an object in braces"}
        assert peak < 8_000_000


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


def a_reader() -> Reader:
    return Reader(Registry().intake, Actor("key:1", "UA"), datetime(2027, 1, 1, tzinfo=UTC))
