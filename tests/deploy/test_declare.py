import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI

from contracts.released import example_text
from deploy.cli.posting import MAX_BYTES, MAX_TOGETHER, Answer, Item, chunks, items_of
from deploy.local.databases import Addresses
from deploy.local.faults import Exit, Fault
from deploy.local.keyring import Keyring
from tests.chassis.site import a_site, issue
from tests.deploy.command import talka
from tests.settings import Databases, sessions_of, settings_for

CLUSTER = json.loads(example_text("talka.registry.cluster.declared.v1"))
ATTENDANCE = json.loads(example_text("talka.exchanges.attendance.declared.v1"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "closed.ndjson"


class TestItemsOf:
    def test_reads_one_document(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER, indent=2))

        [item] = items_of(file)

        assert (item.place, item.service) == (str(file), "registry")
        assert json.loads(item.text) == CLUSTER
        assert "\n" not in item.text

    def test_reads_a_list(self, file: Path) -> None:
        file.write_text(json.dumps([CLUSTER, ATTENDANCE]))

        found = items_of(file)

        assert [item.place for item in found] == [f"{file} item 1", f"{file} item 2"]
        assert [item.service for item in found] == ["registry", "exchanges"]

    def test_reads_one_a_line_and_keeps_the_numbers_of_lines(self, file: Path) -> None:
        file.write_text(f"\ufeff{json.dumps(CLUSTER)}\n\n{json.dumps(ATTENDANCE)}\n")

        assert [item.place for item in items_of(file)] == [f"{file} line 1", f"{file} line 3"]

    def test_posts_to_the_service_that_is_named(self, file: Path) -> None:
        file.write_text('{"type": "unknown"}')

        assert [item.service for item in items_of(file, "registry")] == ["registry"]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "TLK-E095.*is no JSON"),
            ("[]", "TLK-E095.*nothing in"),
            ('{\n  "type": nothing\n}', "TLK-E095.*is no JSON: Expecting value"),
            ('{"a": 1}\n{"a": \n', "TLK-E095.*line 2 is no JSON"),
            ('{"a": 1}', "TLK-E094.*type is None"),
            ('{"type": "talka.registry.cluster.published.v1"}', "TLK-E094"),
            ("7", "TLK-E094"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, file: Path, text: str, reason: str) -> None:
        file.write_text(text)

        with pytest.raises(Fault, match=reason):
            items_of(file)

    def test_says_that_a_file_cannot_be_read(self, file: Path) -> None:
        with pytest.raises(Fault, match=r"TLK-E095.*cannot be read"):
            items_of(file)

    def test_says_that_a_file_is_not_utf_8(self, file: Path) -> None:
        file.write_bytes("Žilina".encode("cp1250"))

        with pytest.raises(Fault, match=r"TLK-E095.*is no text in UTF-8"):
            items_of(file)


class TestChunks:
    def test_keep_the_order_and_the_limits(self) -> None:
        items = [Item(str(number), "x" * 3_000, "registry") for number in range(500)]

        groups = list(chunks(items))

        assert [item for group in groups for item in group] == items
        assert all(len(group) <= MAX_TOGETHER for group in groups)
        assert all(sum(len(item.text) + 1 for item in group) <= MAX_BYTES for group in groups)


class TestAnswer:
    ITEM = Item("closed.ndjson line 2", "{}", "registry")

    def test_tells_every_fault_with_its_place(self) -> None:
        faults = [
            {"pointer": "/data/seat", "code": "TLK-D012", "text": "There is no such region."},
            {"pointer": "/id", "code": "TLK-D001", "text": "This field is missing."},
        ]

        answer = Answer(self.ITEM, {"index": 0, "status": "refused", "errors": faults})

        assert answer.lines() == [
            "closed.ndjson line 2  /data/seat  TLK-D012  There is no such region.",
            "closed.ndjson line 2  /id  TLK-D001  This field is missing.",
        ]

    def test_tells_a_refusal_without_a_field(self) -> None:
        said = {"status": "refused", "code": "TLK-D029", "detail": "this id was used", "errors": []}

        assert Answer(self.ITEM, said).lines() == [
            "closed.ndjson line 2  TLK-D029  this id was used"
        ]


class TestDeclare:
    def test_asks_for_a_key(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER))

        done = talka("declare", str(file), TALKA_API_KEY="", TALKA_URL="http://127.0.0.1:9")

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E091" in done.stderr

    def test_says_that_nobody_answers(self, file: Path) -> None:
        file.write_text(json.dumps(CLUSTER))

        done = talka("declare", str(file), TALKA_API_KEY="tlk_x", TALKA_URL="http://127.0.0.1:9")

        assert done.returncode == Exit.CANNOT_CONNECT
        assert "http://127.0.0.1:9 does not answer" in done.stderr


@dataclass(frozen=True)
class Site:
    """A running service behind its real door, and a key that it knows."""

    url: str
    key: str


@pytest.fixture
async def key(databases: Databases) -> tuple[Addresses, str]:
    """A database whose copy knows one key, and the key."""
    database = await databases("registry")
    async with sessions_of(database.worker) as sessions:
        return database, (await issue(sessions)).secret


@pytest.fixture
def site(key: tuple[Addresses, str], keyring: Keyring, tmp_path: Path) -> Iterator[Site]:
    database, secret = key
    settings = settings_for("registry", database, keyring, clock_file=tmp_path / "clock.json")
    app = a_site(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = Thread(target=lambda: asyncio.run(serve(app, server)))
    serving.start()
    while not server.started:
        assert serving.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", secret)
    server.should_exit = True
    serving.join()


async def serve(app: FastAPI, server: uvicorn.Server) -> None:
    await server.serve()
    for engine in app.state.engines:
        await engine.dispose()


class TestAtTheDoor:
    def test_posts_each_item_once_and_tells_what_was_refused(self, site: Site, file: Path) -> None:
        bad = CLUSTER | {"id": "2", "data": CLUSTER["data"] | {"ecosystem": "space"}}
        file.write_text(f"{json.dumps(CLUSTER)}\n{json.dumps(bad)}\n")

        first = self.declare(site, file)
        again = self.declare(site, file, "-o", "jsonl")

        assert first.returncode == again.returncode == Exit.PARTLY_DONE
        assert "1 accepted · 1 refused" in first.stderr
        assert "line 2  /data/ecosystem  TLK-D015  There is no such ecosystem" in first.stderr
        accepted, refused = [json.loads(line) for line in again.stdout.splitlines()]
        assert accepted["place"] == f"{file} line 1"
        assert len(accepted["events"]) == 1
        assert refused["errors"][0]["pointer"] == "/data/ecosystem"

    def test_lets_the_service_look_only(self, site: Site, file: Path) -> None:
        file.write_text(json.dumps([CLUSTER]))

        done = self.declare(site, file, "--dry-run")

        assert (done.returncode, done.stderr) == (0, "1 in order · 0 refused\n")

    def test_says_in_the_services_words_that_the_key_is_not_known(
        self, site: Site, file: Path
    ) -> None:
        file.write_text(json.dumps(CLUSTER))

        done = self.declare(Site(site.url, "tlk_unknown"), file)

        assert done.returncode == Exit.REFUSED
        assert "TLK-E401  registry refused the request (401)" in done.stderr

    def declare(self, site: Site, file: Path, *more: str) -> subprocess.CompletedProcess[str]:
        environment = {"TALKA_API_KEY": site.key, "TALKA_URL": site.url}
        return talka("declare", str(file), *more, **environment)
