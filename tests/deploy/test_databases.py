"""Databases and roles: made once, the same at the second time, apart from each other."""

from pathlib import Path

import asyncpg
import pytest

from deploy.local import databases
from deploy.local.faults import Exit, Fault
from deploy.local.keyring import Keyring
from tests.deploy.command import talka
from tests.settings import Databases


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


class TestProvide:
    async def test_gives_each_role_its_own_way_in(self, databases: Databases) -> None:
        made = await databases("chassis")

        for role in ("owner", "app", "worker", "relay"):
            connection = await asyncpg.connect(plain(getattr(made, role)))
            assert await connection.fetchval("select current_user") == f"chassis_{role}"
            await connection.close()

    async def test_changes_nothing_the_second_time(self, postgres: str, keyring: Keyring) -> None:
        first = await databases.provide(postgres, "chassis", keyring, database="twice")

        second = await databases.provide(postgres, "chassis", keyring, database="twice")

        assert first == second
        await databases.remove(postgres, "twice")

    async def test_begins_with_what_the_template_has(self, databases: Databases) -> None:
        made = await databases("chassis")

        connection = await asyncpg.connect(plain(made.owner))
        assert await connection.fetchval("select count(*) from history") == 0
        await connection.close()

    async def test_keeps_the_services_apart(self, databases: Databases) -> None:
        theirs, ours = await databases("registry"), await databases("chassis")
        stranger = plain(theirs.app).rpartition("/")[0] + "/" + ours.app.rpartition("/")[2]

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(stranger)

    async def test_no_role_may_go_round_row_level_security(
        self, postgres: str, databases: Databases
    ) -> None:
        await databases("chassis")

        connection = await asyncpg.connect(postgres)
        mighty = await connection.fetch(
            "select rolname from pg_roles where rolname ~ '^chassis' and (rolsuper or rolbypassrls)"
        )
        await connection.close()

        assert mighty == []

    async def test_takes_an_address_with_a_driver(self, postgres: str, keyring: Keyring) -> None:
        with_driver = postgres.replace("postgresql://", "postgresql+asyncpg://")

        made = await databases.provide(with_driver, "chassis", keyring, database="driven")

        assert made == databases.addresses(postgres, "chassis", keyring, database="driven")
        await databases.remove(postgres, "driven")

    async def test_says_what_an_address_looks_like(self, keyring: Keyring) -> None:
        with pytest.raises(Fault, match="TLK-E043"):
            await databases.provide("localhost", "registry", keyring)

    async def test_says_which_server_does_not_answer(self, keyring: Keyring) -> None:
        with pytest.raises(
            Fault, match=r"TLK-E041  PostgreSQL at postgresql://x:\*\*\*@127.0.0.1:9/y"
        ):
            await databases.provide("postgresql://x:secret@127.0.0.1:9/y", "registry", keyring)


class TestAnExportedHistory:
    def test_d09_is_refused_when_a_row_was_taken_out(self, tmp_path: Path) -> None:
        taken = tmp_path / "registry.ndjson"
        taken.write_text('{"seal": "00", "positions": [7]}\n')

        done = talka("db", "verify", "--file", str(taken))

        assert done.returncode == Exit.REFUSED
        assert "TLK-E047" in done.stderr
        assert "registry.ndjson: position 7: the row is gone" in done.stderr

    @pytest.mark.parametrize("text", ["half a line", "[]", '{"position": 1}\n{"seal": "00"}'])
    def test_d09_is_told_from_another_file(self, tmp_path: Path, text: str) -> None:
        other = tmp_path / "other.ndjson"
        other.write_text(text)

        done = talka("db", "verify", "--file", str(other))

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E049" in done.stderr
        assert "Traceback" not in done.stderr

    def test_d09_is_of_a_service_that_there_is(self) -> None:
        done = talka("db", "export", "weather")

        assert done.returncode == Exit.WRONG_USE
        assert "TLK-E048" in done.stderr
