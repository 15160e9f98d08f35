"""Whoever alters the past is found, even the owner of the database."""

import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from deploy.local.databases import Addresses
from services.chassis import audit, chain, history
from services.chassis.database import Sessions
from services.chassis.relay import Relay
from tests.chassis.builders import ZUZANA, suspended
from tests.chassis.journal import Journal
from tests.chassis.test_history import a_dismissal


@pytest.fixture
async def owner(database: Addresses, sessions: Sessions) -> AsyncIterator[asyncpg.Connection]:
    """The owner of five sealed rows, with the trigger out of the way."""
    async with sessions.begin() as session:
        for subject in "abcd":
            await history.record(session, suspended(subject), actor=ZUZANA)
        await history.record(session, a_dismissal("s"), actor=ZUZANA)
    relay = Relay(database.relay, service="chassis", outlet=Journal(), chunk_rows=2)
    cursor = await asyncpg.connect(database.relay.replace("+asyncpg", ""))
    while await relay.step(cursor):
        pass
    await cursor.close()
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    await connection.execute("alter table history disable trigger append_only")
    yield connection
    await connection.close()


async def verdict(sessions: Sessions) -> chain.Verdict:
    async with sessions() as session:
        return await chain.verify(session)


class TestVerify:
    async def test_d09_finds_nothing_in_an_honest_history(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        assert owner.is_closed() is False
        assert await verdict(sessions) == chain.Verdict(rows=5)

    @pytest.mark.parametrize(
        ("tamper", "position"),
        [
            ("update history set actor = 'staff:nobody' where position = 3", 3),
            ('update history set data = \'{"reason":"other"}\' where position = 2', 2),
            ("update history set sequence = 9 where position = 1", 1),
            ("delete from history where position = 4", 4),
        ],
    )
    async def test_a47_names_the_first_bad_row(
        self, sessions: Sessions, owner: asyncpg.Connection, tamper: str, position: int
    ) -> None:
        await owner.execute(tamper)

        found = await verdict(sessions)

        assert (found.sound, found.first_bad_position) == (False, position)

    async def test_a47_finds_a_seal_that_was_written_anew(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        await owner.execute("update seals set hash = 'forged' where number = 2")

        assert not (await verdict(sessions)).sound

    async def test_d02_holds_after_personal_data_were_erased(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        await owner.execute("alter table history enable trigger append_only")
        async with sessions.begin() as session:
            await session.execute(text("select empty_history('s')"))

        assert await verdict(sessions) == chain.Verdict(rows=5)


async def exported(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [line async for line in audit.lines(session)]


class TestExport:
    async def test_d09_is_verified_without_the_database(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        lines = await exported(sessions)

        assert owner.is_closed() is False
        assert audit.verify(lines) == chain.Verdict(rows=5)

    async def test_d09_shows_the_data_of_events_but_not_of_people(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        rows = [json.loads(line) for line in await exported(sessions)]

        told = {row["subject"]: row for row in rows if "subject" in row}
        assert owner.is_closed() is False
        assert json.loads(told["a"]["data"])["reason"]
        assert "data" not in told["s"]
        assert told["s"]["digest_of_data"]

    @pytest.mark.parametrize(
        ("was", "forged"),
        [(ZUZANA.id, "staff:nobody"), ('"sequence": 1', '"sequence": 2'), ("reason", "treason")],
    )
    async def test_d09_a_line_changed_on_the_way_is_found(
        self, sessions: Sessions, owner: asyncpg.Connection, was: str, forged: str
    ) -> None:
        first, *others = await exported(sessions)
        assert owner.is_closed() is False
        assert was in first

        found = audit.verify([first.replace(was, forged), *others])

        assert (found.sound, found.first_bad_position) == (False, 1)

    async def test_d09_a_line_taken_out_is_found(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        lines = await exported(sessions)
        del lines[1]

        found = audit.verify(lines)

        assert owner.is_closed() is False
        assert (found.sound, found.reason) == (False, "the row is gone")

    async def test_d02_holds_after_personal_data_were_erased(
        self, sessions: Sessions, owner: asyncpg.Connection
    ) -> None:
        await owner.execute("alter table history enable trigger append_only")
        async with sessions.begin() as session:
            await session.execute(text("select empty_history('s')"))

        assert audit.verify(await exported(sessions)) == chain.Verdict(rows=5)
