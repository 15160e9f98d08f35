"""The pool: what a restart of the server leaves behind is replaced without a question."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.database import Sessions, is_transient
from tests.settings import NOBODY_LISTENS, sessions_of
from tests.waiting import until

ME = text("select pg_backend_pid()")
END_THE_OTHERS = text("""
  select count(pg_terminate_backend(pid)) from pg_stat_activity
  where usename = current_user and datname = current_database() and pid <> pg_backend_pid()
""")


async def driver_connection_of(session: AsyncSession) -> Any:
    """The driver's own connection behind a session."""
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def until_closed(driver_connection: Any) -> None:
    """Return once the driver knows: the server answers our statement before it hangs up."""

    async def is_closed() -> bool:
        return bool(driver_connection.is_closed())

    await until(is_closed, every_seconds=0.01)


class TestPool:
    async def test_replaces_connections_that_the_server_closed(
        self, app_sessions: Sessions
    ) -> None:
        async with app_sessions() as first, app_sessions() as second, app_sessions() as third:
            kept = await first.scalar(ME)
            closed = {await second.scalar(ME), await third.scalar(ME)}
            lost = [await driver_connection_of(second), await driver_connection_of(third)]
            await second.rollback()
            await third.rollback()
            assert await first.scalar(END_THE_OTHERS) == 2
            for driver_connection in lost:
                await until_closed(driver_connection)

        async with app_sessions() as first, app_sessions() as second, app_sessions() as third:
            found = {await session.scalar(ME) for session in (first, second, third)}

        assert len(found) == 3
        assert kept in found
        assert found.isdisjoint(closed)

    async def test_f11_takes_a_server_that_cannot_be_reached_for_one_that_went_away(self) -> None:
        nobody = f"postgresql+asyncpg://u:p@{NOBODY_LISTENS}/registry"
        async with sessions_of(nobody) as sessions, sessions() as session:
            with pytest.raises(DBAPIError) as refused:
                await session.execute(ME)

        assert is_transient(refused.value)
