"""What is parked, from the command line: seen, tried again, let go with a reason that is kept."""

import csv
import json
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from contracts.envelope import from_structured
from contracts.registry import ClusterPublished
from contracts.released import example_text
from deploy.local import databases as provision
from deploy.local.databases import Addresses
from deploy.local.faults import Exit
from deploy.local.keyring import Keyring, write_private
from services.chassis.parked import Parked, parked_records
from services.chassis.parking import dropped
from services.chassis.received import Record
from services.exchanges.consumers import consumer
from services.exchanges.copies.model import ClusterCopy
from tests.chassis.builders import a_record, confirmed, suspended
from tests.deploy.command import talka
from tests.settings import Databases, sessions_of

SERVICE = "exchanges"
TABLE = ClusterCopy.__tablename__
PUBLISHED, _ = from_structured(example_text(ClusterPublished.type))
SUBJECT = PUBLISHED.subject
OTHER = str(uuid4())


@dataclass(frozen=True)
class Talka:
    """An instance whose exchanges has a database of its own on the server of the tests."""

    room: Path
    admin_url: str
    database: Addresses

    def __call__(
        self, *arguments: str, typed: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        environment = {"TALKA_ROOM": str(self.room), "DATABASE_URL": self.admin_url}
        return talka("parked", *arguments, "--service", SERVICE, typed=typed, **environment)

    async def left(self) -> Sequence[Parked]:
        async with sessions_of(self.database.worker) as sessions, sessions() as session:
            return await parked_records(session)

    async def id_of(self, subject: str | None) -> str:
        [found] = [str(each.id) for each in await self.left() if each.subject == subject]
        return found

    async def feed(self, *records: Record) -> None:
        async with sessions_of(self.database.worker) as sessions, sessions.begin() as session:
            await consumer.apply(session, records)

    async def rename(self, table: str, name: str) -> None:
        async with sessions_of(self.database.owner) as sessions, sessions.begin() as session:
            await session.execute(text(f"alter table {table} rename to {name}"))

    async def copies(self) -> list[str]:
        async with sessions_of(self.database.worker) as sessions, sessions() as session:
            return [str(found) for found in await session.scalars(select(ClusterCopy.cluster_id))]


@pytest.fixture
async def instance(
    postgres: str,
    keyring: Keyring,
    databases: Databases,
    templates: dict[str, str],
    tmp_path: Path,
) -> AsyncIterator[Talka]:
    write_private(tmp_path / "secrets.json", json.dumps(asdict(keyring)))
    await databases(SERVICE)
    made = await provision.provide(postgres, SERVICE, keyring, template=templates[SERVICE])
    yield Talka(tmp_path, postgres, made)
    await provision.remove(postgres, SERVICE)


@pytest.fixture
async def mended(instance: Talka) -> Talka:
    """One cluster is parked with two later events; the reason is gone meanwhile."""
    await instance.rename(TABLE, "elsewhere")
    later = [a_record(suspended(SUBJECT), sequence=q, offset=q) for q in (2, 3)]
    await instance.feed(a_record(PUBLISHED), *later)
    await instance.rename("elsewhere", TABLE)
    return instance


@pytest.fixture
async def broken(instance: Talka) -> Talka:
    """One cluster is parked for good, with one later event; another record names no subject."""
    await instance.feed(
        a_record(suspended(OTHER), value=b"{"),
        a_record(suspended(OTHER), sequence=2, offset=1),
        a_record(suspended("b"), key=None, offset=2),
    )
    return instance


class TestList:
    def test_says_that_nothing_is_parked(self, instance: Talka) -> None:
        done = instance("list")

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing is parked.\n")

    def test_names_reason_class_attempts_and_what_waits_behind(self, mended: Talka) -> None:
        [row] = json.loads(mended("list", "-o", "json").stdout)

        assert (row["subject"], row["kind"], row["attempts"], row["behind"]) == (
            SUBJECT,
            "handler",
            1,
            2,
        )
        assert TABLE in row["reason"]

    def test_is_a_table_for_people_with_what_to_type_next(self, mended: Talka) -> None:
        done = mended("list")

        head, line = done.stdout.splitlines()
        assert head.split()[:4] == ["Service", "Id", "Parked", "at"]
        assert SUBJECT in line
        assert f"talka parked retry {line.split()[1]}" in done.stderr

    def test_is_csv_for_programs(self, broken: Talka) -> None:
        rows = list(csv.DictReader(broken("list", "-o", "csv").stdout.splitlines()))

        assert [(row["subject"], row["kind"]) for row in rows] == [
            (OTHER, "undecodable"),
            ("", "undecodable"),
        ]

    def test_can_be_narrowed(self, broken: Talka) -> None:
        assert broken("list", "--kind", "hole").stderr == "Nothing is parked.\n"


class TestShow:
    async def test_prints_the_record_with_its_headers_and_data(self, mended: Talka) -> None:
        told = json.loads(mended("show", await mended.id_of(SUBJECT)).stdout)

        assert told["headers"]["ce_type"] == ClusterPublished.type
        assert json.loads(told["data"])["number"] == PUBLISHED.model_dump()["number"]

    def test_says_that_it_is_gone(self, instance: Talka) -> None:
        done = instance("show", str(uuid4()))

        assert (done.returncode, done.stdout) == (Exit.REFUSED, "")
        assert "TLK-E044" in done.stderr
        assert "talka parked list" in done.stderr


class TestRetry:
    async def test_applies_it_and_what_waited_behind(self, mended: Talka) -> None:
        done = mended("retry", await mended.id_of(SUBJECT), "-o", "jsonl")

        assert done.returncode == Exit.DONE
        assert "tries again 1 parked record; 2 later events wait behind" in done.stderr
        assert json.loads(done.stdout)["result"] == "applied"
        assert await mended.copies() == [SUBJECT]
        assert await mended.left() == []

    async def test_of_a_subject_that_still_fails_says_so(self, broken: Talka) -> None:
        done = broken("retry", "--subject", OTHER)

        assert done.returncode == Exit.FAILED
        assert "still parked" in done.stdout
        assert "1 of 1 is still in the way" in done.stderr
        assert [each.attempts for each in await broken.left() if each.subject == OTHER] == [2]

    async def test_of_all_leaves_out_what_names_no_subject(self, broken: Talka) -> None:
        await broken.feed(a_record(confirmed("c"), offset=0, partition=1, value=b"{}"))

        done = broken("retry", "--all", "--yes", "--expect", "1", "-o", "json")

        assert "1 record names no subject and can only be dropped." in done.stderr
        assert [row["subject"] for row in json.loads(done.stdout)] == [OTHER]

    async def test_c08_of_all_that_match_leaves_the_others_alone(self, broken: Talka) -> None:
        narrowed = broken("retry", "--all", "--kind", "hole", "--yes", "--expect", "0")

        assert "Nothing of this is parked." in narrowed.stderr
        assert {each.attempts for each in await broken.left()} == {1}

    async def test_of_all_asks_first(self, broken: Talka) -> None:
        done = broken("retry", "--all", typed="no\n")

        assert done.returncode == Exit.REFUSED
        assert "TLK-E104  Nothing was done." in done.stderr
        assert {each.attempts for each in await broken.left()} == {1}

    async def test_of_one_without_subject_is_refused_in_the_services_words(
        self, broken: Talka
    ) -> None:
        done = broken("retry", await broken.id_of(None))

        assert done.returncode == Exit.REFUSED
        assert "can only be dropped" in done.stderr

    @pytest.mark.parametrize("arguments", [(), ("--all", "--subject", OTHER)], ids=["none", "two"])
    def test_wants_to_know_of_which(self, instance: Talka, arguments: tuple[str, ...]) -> None:
        done = instance("retry", *arguments)

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E106" in done.stderr


class TestDrop:
    async def test_keeps_the_reason_and_lets_the_subject_go_on(self, broken: Talka) -> None:
        bad = await broken.id_of(OTHER)

        done = broken("drop", bad, "--reason", "posted by mistake", typed="drop\n")

        assert done.returncode == Exit.DONE, done.stderr
        assert "lets go for good 1 parked record; 1 later event waits behind" in done.stderr
        assert [each.subject for each in await broken.left()] == [None]
        async with sessions_of(broken.database.worker) as sessions, sessions() as session:
            [kept] = (await session.execute(select(dropped.c.why, dropped.c.actor))).all()
        assert tuple(kept) == ("posted by mistake", "system:operator")

    def test_wants_a_reason(self, broken: Talka) -> None:
        done = broken("drop", "--all", "--yes", "--expect", "2")

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E105" in done.stderr

    @pytest.mark.parametrize("expect", [(), ("--expect", "7")], ids=["no number", "another"])
    async def test_with_yes_wants_the_number_of_the_plan(
        self, broken: Talka, expect: tuple[str, ...]
    ) -> None:
        done = broken("drop", "--all", "--reason", "x", "--yes", *expect)

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E103  The plan concerns 2" in done.stderr
        assert "--yes --expect 2" in done.stderr
        assert len(await broken.left()) == 2

    async def test_where_nobody_answers_does_nothing(self, broken: Talka) -> None:
        done = broken("drop", "--all", "--reason", "x", typed="")

        assert done.returncode == Exit.REFUSED
        assert len(await broken.left()) == 2

    async def test_of_all_with_the_number_is_done(self, broken: Talka) -> None:
        done = broken("drop", "--all", "--reason", "x", "--yes", "--expect", "2")

        assert done.returncode == Exit.DONE, done.stderr
        assert await broken.left() == []


class TestWithoutDatabase:
    def test_says_how_to_make_it(self, postgres: str, tmp_path: Path) -> None:
        environment = {"TALKA_ROOM": str(tmp_path), "DATABASE_URL": postgres}

        done = talka("parked", "list", "--service", "notifications", **environment)

        assert done.returncode == Exit.CANNOT_CONNECT
        assert "Traceback" not in done.stderr
        assert "talka db migrate" in done.stderr

    def test_says_that_talka_does_not_run(self, tmp_path: Path) -> None:
        done = talka("parked", "list", TALKA_ROOM=str(tmp_path))

        assert (done.returncode, done.stdout) == (Exit.CANNOT_CONNECT, "")
        assert "TLK-E002" in done.stderr

    def test_says_that_the_server_is_away(self, tmp_path: Path) -> None:
        nowhere = "postgresql://a:b@127.0.0.1:9/postgres"

        done = talka("parked", "list", TALKA_ROOM=str(tmp_path), DATABASE_URL=nowhere)

        assert done.returncode == Exit.CANNOT_CONNECT
        assert "TLK-E111  The database of registry cannot be reached" in done.stderr
