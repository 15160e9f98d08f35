"""P6: declarations that are on disk before the answer, against the same door that only checks."""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from contracts.declarations import ClusterDeclared
from contracts.event import uuid7
from contracts.released import example_text
from deploy.local.databases import Addresses
from deploy.local.ports import free_port
from tests.benchmarks.conftest import Report
from tests.chassis.site import issue
from tests.settings import NOBODY_LISTENS, Databases, sessions_of

pytestmark = pytest.mark.benchmark

CONNECTIONS = 64
REQUESTS = 6_000
PAIRS = 5
ASSOCIATIONS = ("CZ", "LT", "PL", "RO", "SK", "UA")
EXAMPLE: dict[str, Any] = json.loads(example_text(ClusterDeclared.type))

Load = list[tuple[bytes, bytes]]  # head without the query, and body


def requests(keys: list[str]) -> Load:
    """One in a hundred is wrong, one in twenty came before; the rest declare another cluster."""
    made: Load = []
    for n in range(REQUESTS):
        data = EXAMPLE["data"] | {"ref": f"c/{uuid7()}"}
        if n % 100 == 99:
            data |= {"web": 5}
        sent = EXAMPLE | {"id": str(uuid7()), "time": "2026-11-01T08:00:00Z", "data": data}
        body = json.dumps(sent, ensure_ascii=False).encode()
        head = (
            "Host: localhost\r\nContent-Type: application/cloudevents+json\r\n"
            f"Authorization: Bearer {keys[n % len(keys)]}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(made[n - 19] if n % 20 == 19 else (head.encode(), body))
    return made


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


async def start(database: Addresses, port: int, log: Path) -> asyncio.subprocess.Process:
    told = {
        "TALKA_SERVICE": "registry",
        "TALKA_DATABASE_URL": database.app,
        "TALKA_WORKER_DATABASE_URL": database.worker,
        "TALKA_RELAY_DATABASE_URL": database.relay,
        "TALKA_KAFKA_BOOTSTRAP": NOBODY_LISTENS,
        "TALKA_SECRET": "of this benchmark",
        "TALKA_LINK_KEY": "of this benchmark",
    }
    command = (sys.executable, "-m", "tests.benchmarks.intake_site", str(port))
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


async def test_p6_intake(databases: Databases, report: Report, tmp_path: Path) -> None:
    database = await databases("registry")
    async with sessions_of(database.worker) as sessions:
        keys = [(await issue(sessions, of=association)).secret for association in ASSOCIATIONS]
    port = free_port()
    server = await start(database, port, tmp_path / "log")
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
