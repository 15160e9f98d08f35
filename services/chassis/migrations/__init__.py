"""Migrations of a service's database: the chassis' tables first, then the service's own.

Everything runs in one transaction under an advisory lock, so a run that is killed half way leaves
nothing, and the next one completes. Roles exist before (`deploy.local.databases` or an operator).
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.chassis import promises
from services.chassis.migrations.protection import GRANTS

HERE: Final = Path(__file__).parent
SERVICES: Final = HERE.parents[1]


async def migrate(owner_url: str, service: str) -> None:
    """Bring the database of `service` to the newest version, as its owner.

    Raises:
        BrokenPromise: the event classes of this release break what others rely on.
    """
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


async def versions(owner_url: str, service: str) -> list[tuple[str, str | None, str | None]]:
    """Each part of a database with the version it is at and the newest there is."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_versions, service)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    connection.execute(text("select pg_advisory_xact_lock(hashtext('talka migrations'))"))
    for part, folder in _parts(service):
        command.upgrade(_config(connection, service, part, folder), "head")
    promises.keep(connection, service)
    for statement in GRANTS:
        connection.execute(text(statement.format(service=service)))


def newest(service: str) -> dict[str, str | None]:
    """The newest version there is of each part of a service's database."""
    return {
        part: ScriptDirectory(HERE, version_locations=[folder]).get_current_head()
        for part, folder in _parts(service)
    }


def _versions(connection: Connection, service: str) -> list[tuple[str, str | None, str | None]]:
    def here(part: str) -> str | None:
        options = {"version_table": f"{part}_version"}
        return MigrationContext.configure(connection, opts=options).get_current_revision()

    return [(part, here(part), head) for part, head in newest(service).items()]


def _parts(service: str) -> list[tuple[str, Path]]:
    """The chassis' migrations, then those of the service if it has any."""
    parts = {"chassis": HERE / "versions", service: SERVICES / service / "migrations" / "versions"}
    return [(part, folder) for part, folder in parts.items() if folder.is_dir()]


def _config(connection: Connection, service: str, part: str, folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        connection=connection, service=service, version_table=f"{part}_version"
    )
    return config
