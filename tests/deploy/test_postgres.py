"""Our own PostgreSQL: the same data after every end, and never as root."""

import os
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres import Postgres, system_room
from tests.deploy.listening import listener
from tests.ports import own_port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    made = Postgres(tmp_path / "room", own_port())
    yield made
    made.stop()
    made.delete_data()


async def ask(server: Postgres, statement: str) -> object:
    connection = await asyncpg.connect(server.admin_url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


class TestData:
    async def test_are_there_after_a_stop(self, server: Postgres) -> None:
        server.start()
        await ask(server, "create table kept as select 7 as value")

        server.stop()
        server.start()

        assert await ask(server, "select value from kept") == 7

    async def test_are_there_after_the_server_was_killed(self, server: Postgres) -> None:
        server.start()
        await ask(server, "create table kept as select 7 as value")

        listener(server.port).kill()
        server.stop()
        server.start()

        assert await ask(server, "select value from kept") == 7

    async def test_are_made_anew_when_their_room_was_removed(self, server: Postgres) -> None:
        server.start()
        await ask(server, "create table gone ()")
        server.stop()
        (server._room / "postgres.password").unlink()  # noqa: SLF001  what rm -r would do

        server.start()

        assert await ask(server, "select to_regclass('gone')") is None

    async def test_that_were_half_made_are_never_started(
        self, server: Postgres, tmp_path: Path
    ) -> None:
        room = system_room(tmp_path / "room") if os.geteuid() == 0 else tmp_path / "room"
        (room / "postgres.new").mkdir(parents=True)
        (room / "postgres.new" / "PG_VERSION").write_text("18")

        server.start()

        assert await ask(server, "select 1") == 1


class TestAccess:
    async def test_wants_the_password(self, server: Postgres) -> None:
        server.start()
        stranger = server.admin_url.replace("talka_admin:", "talka_admin:x")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(stranger)

    def test_is_open_to_this_machine_only(self, server: Postgres) -> None:
        server.start()

        addresses = {connection.laddr.ip for connection in listener(server.port).net_connections()}

        assert addresses == {"127.0.0.1"}

    def test_never_runs_as_root(self, server: Postgres) -> None:
        server.start()

        assert listener(server.port).uids().real != 0

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another place for the data")
    def test_needs_no_folder_of_the_clone_to_be_open(self, tmp_path: Path) -> None:
        hidden = tmp_path / "hidden"
        hidden.mkdir(mode=0o700)
        server = Postgres(hidden / "room", own_port())

        server.start()

        assert hidden.stat().st_mode & 0o777 == 0o700
        server.stop()
        server.delete_data()
        assert not system_room(hidden / "room").exists()
