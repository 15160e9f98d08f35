"""P6: declarations that are on disk before the answer, against the same door that only checks.

Measured twice: the door alone, with a handler that records one event, and the registry itself.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from functools import cache
from itertools import count, cycle
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from contracts.envelope import STRUCTURED
from contracts.event import uuid7
from contracts.legal_ids import check_digit_of
from deploy.local import demo_clusters
from deploy.local.databases import Addresses
from deploy.local.ports import free_port
from tests.benchmarks.conftest import Report
from tests.chassis.site import issue
from tests.settings import NOBODY_LISTENS, Databases, sessions_of

pytestmark = pytest.mark.benchmark

CONNECTIONS = 64
REQUESTS = 6_000
PAIRS = 5
WITHOUT_BUDGET = {"TALKA_INTAKE_A_SECOND": "1000000", "TALKA_INTAKE_AT_ONCE": "1000000"}
ASSOCIATIONS = ("CZ", "LT", "PL", "RO", "SK", "UA")
Load = list[tuple[bytes, bytes]]  # head without the query, and body
NUMBERS = count(1_000_000)


@cache
def known_of(country: str) -> dict[str, Any]:
    """A declaration as the demo makes it."""
    return demo_clusters.declarations_of(country)[0]


def declared(country: str) -> dict[str, Any]:
    """A cluster of that country that nobody declared before."""
    known = known_of(country)
    scheme, length = demo_clusters.SCHEMES[country]
    digit = None
    while digit is None:
        stem = str(next(NUMBERS)).ljust(length - 1, "0")
        digit = check_digit_of(scheme, stem)
    legal_id = {"scheme": scheme.value, "value": f"{stem}{digit}"}
    data = known["data"] | {"ref": f"c/{uuid7()}", "legal_id": legal_id}
    return known | {"id": str(uuid7()), "time": "2026-11-01T08:00:00Z", "data": data}


def requests(keys: dict[str, str]) -> Load:
    """One in a hundred is wrong, one in twenty came before; the rest declare another cluster."""
    made: Load = []
    for n, country in zip(range(REQUESTS), cycle(keys), strict=False):
        sent = declared(country)
        if n % 100 == 99:
            sent["data"]["web"] = 5
        body = json.dumps(sent, ensure_ascii=False).encode()
        made.append(made[n - 18] if n % 20 == 19 else (head(keys[country], STRUCTURED, body), body))
    return made


def head(key: str, kind: str, body: bytes) -> bytes:
    """The lines of a request below its first."""
    return (
        f"Host: localhost\r\nContent-Type: {kind}\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()


async def send(port: int, load: Load, *, query: str = "") -> tuple[float, Counter[int]]:
    """Send everything over the connections; gives requests a second, and how often each status."""
    waiting = iter(load)
    line = f"POST /registry/v1/events{query} HTTP/1.1\r\n".encode()
    statuses: Counter[int] = Counter()

    async def one_after_another() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for head, body in waiting:
            writer.write(line + head + body)
            answered = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answered.partition(b"content-length: ")[2].partition(b"\r")[0])
            await reader.readexactly(length)
            statuses[int(answered[9:12])] += 1
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(CONNECTIONS)))
    return len(load) / (time.perf_counter() - started), statuses


async def start(
    kind: str, database: Addresses, port: int, log: Path, **more: str
) -> asyncio.subprocess.Process:
    told = {
        "TALKA_SERVICE": "registry",
        "TALKA_DATABASE_URL": database.app,
        "TALKA_WORKER_DATABASE_URL": database.worker,
        "TALKA_RELAY_DATABASE_URL": database.relay,
        "TALKA_KAFKA_BOOTSTRAP": NOBODY_LISTENS,
        "TALKA_SECRET": "of this benchmark",
        "TALKA_LINK_KEY": "of this benchmark",
        **more,
    }
    command = (sys.executable, "-m", "tests.benchmarks.intake_site", str(port), kind)
    with log.open("wb") as out:
        return await asyncio.create_subprocess_exec(*command, env=os.environ | told, stderr=out)


async def until_it_answers(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def keys_of(database: Addresses) -> dict[str, str]:
    """A key for each association."""
    async with sessions_of(database.worker) as sessions:
        return {each: (await issue(sessions, of=each)).secret for each in ASSOCIATIONS}


@pytest.mark.parametrize("kind", ["site", "registry"])
async def test_p6_intake(databases: Databases, report: Report, tmp_path: Path, kind: str) -> None:
    database = await databases("registry")
    keys = await keys_of(database)
    port = free_port()
    server = await start(kind, database, port, tmp_path / "log", **WITHOUT_BUDGET)
    ours, limit, accepted = [], [], 0
    try:
        await until_it_answers(port)
        await send(port, requests(keys)[:3_000], query="?check=only")
        for _ in range(PAIRS):
            load = requests(keys)
            rate, statuses = await send(port, load)
            ours.append(rate)
            accepted += len({body for _, body in load}) - statuses[422]
            limit.append((await send(port, load, query="?check=only"))[0])
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()
    owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    taken, recorded = await owner.fetchrow(
        "select (select count(*) from intake), (select count(distinct causation_id) from history)"
    )
    await owner.close()
    assert taken == recorded == accepted, "void: lost or doubled"
    report.rates(ours, limit, goal=0.55)
