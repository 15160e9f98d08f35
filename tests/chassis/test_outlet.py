from typing import Any

import asyncpg

from contracts.envelope import from_headers, to_headers
from deploy.local.databases import Addresses
from services.chassis import history
from services.chassis.database import Sessions
from services.chassis.outlet import headers_of
from services.chassis.relay import COLUMNS
from services.chassis.telemetry import start_trace
from tests.chassis.builders import NOON, ZUZANA, suspended


async def sent_rows(database: Addresses) -> list[Any]:
    connection = await asyncpg.connect(database.relay.replace("+asyncpg", ""))
    rows = await connection.fetch(f"select {COLUMNS} from history order by position")  # noqa: S608
    await connection.close()
    return list(rows)


class TestHeaders:
    async def test_c01_are_those_of_the_contract(
        self, sessions: Sessions, database: Addresses
    ) -> None:
        start_trace()
        async with sessions.begin() as session:
            await history.record(session, suspended("a"), actor=ZUZANA)
        [row] = await sent_rows(database)
        async with sessions() as session:
            [kept] = await history.rows_of(session, "a")

        headers = headers_of(row)

        expected = to_headers(history.envelope_of(kept))
        assert sorted(name for name, _ in headers) == sorted(name for name, _ in expected)
        assert from_headers(headers) == from_headers(expected)
        assert from_headers(headers).time == NOON
