"""P-08: what an association notices of 200,000 declarations that another posts meanwhile."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Self

import pytest

from contracts.envelope import STRUCTURED
from deploy.local.ports import free_port
from tests.benchmarks.conftest import Report
from tests.benchmarks.test_intake import declared, head, keys_of, start, until_it_answers
from tests.settings import Databases

pytestmark = pytest.mark.benchmark

PAIRS = 3
PHASE_SECONDS = 6.0
TOO_MANY = 429
FLOODING = 16  # connections
FLOOD = 200_000
LINES = 20  # in a request of the flood
START = b"POST /registry/v1/events HTTP/1.1\r\n"


class Client:
    """One connection that sends a request after the other."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, body: bytes, kind: str) -> tuple[int, int]:
        """The status, and after how many seconds to come again."""
        self._writer.write(START + head(self._key, kind, body) + body)
        answered = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answered.partition(b"content-length: ")[2].partition(b"\r")[0])
        await self._reader.readexactly(length)
        after = answered.partition(b"retry-after: ")[2].partition(b"\r")[0]
        return int(answered[9:12]), int(after or 0)


async def work(port: int, key: str) -> list[float]:
    """One declaration after the other for a while, as a back office does; how long each took."""
    bodies = [json.dumps(declared("PL")).encode() for _ in range(2_000)]
    spent, end = [], time.perf_counter() + PHASE_SECONDS
    async with Client(port, key) as client:
        for body in bodies:
            started = time.perf_counter()
            assert await client.post(body, STRUCTURED) == (202, 0), "void: the neighbour is refused"
            spent.append(time.perf_counter() - started)
            if time.perf_counter() > end:
                break
            await asyncio.sleep(0.01)
    return spent


def body_of_many() -> bytes:
    """Made beforehand: who floods is not what is measured."""
    return "\n".join(json.dumps(declared("UA")) for _ in range(LINES)).encode()


async def flood(
    port: int, key: str, bodies: list[bytes], statuses: Counter[int], over: asyncio.Event
) -> None:
    """Post until it is over; who is told to come again does so, and no sooner."""
    async with Client(port, key) as client:
        while bodies and not over.is_set():
            body = bodies.pop()
            status, after = await client.post(body, "application/x-ndjson")
            statuses[status] += 1
            if status == TOO_MANY:
                bodies.append(body)
            await asyncio.sleep(after)


async def test_p08_a_neighbour_of_a_flood(
    databases: Databases, report: Report, tmp_path: Path
) -> None:
    database = await databases("registry")
    keys = await keys_of(database)
    port, statuses = free_port(), Counter[int]()
    server = await start("registry", database, port, tmp_path / "log")
    quiet, flooded = [], []
    bodies = [body_of_many() for _ in range(FLOOD // LINES)]
    try:
        await until_it_answers(port)
        await work(port, keys["PL"])
        for _ in range(PAIRS):
            quiet.append(await work(port, keys["PL"]))
            over = asyncio.Event()
            flooding = [flood(port, keys["UA"], bodies, statuses, over) for _ in range(FLOODING)]
            flowing = asyncio.gather(*flooding)
            flooded.append(await work(port, keys["PL"]))
            over.set()
            await flowing
    finally:
        server.terminate()
        await server.wait()
    assert set(statuses) <= {202, 429}, f"void: {statuses}"
    for nth, pair in enumerate(zip(quiet, flooded, strict=True), start=1):
        without, beside = map(sorted, pair)
        report.line(
            f"pair {nth}: a neighbour's median {median(without) * 1000:.1f} ms alone,"
            f" {median(beside) * 1000:.1f} ms beside the flood,"
            f" ratio {median(beside) / median(without):.2f} (goal 1.10);"
            f" p95 {without[len(without) * 19 // 20] * 1000:.1f} and"
            f" {beside[len(beside) * 19 // 20] * 1000:.1f} ms"
        )
    report.line(f"the flood: {statuses[202] * LINES:,} taken, {statuses[429]} times told to wait")
