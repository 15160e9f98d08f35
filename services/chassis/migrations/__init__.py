"""Migrations of a service's database: the chassis' tables first, then the service's own.

Everything runs in one transaction under an advisory lock, so a run that is killed half way leaves
nothing, and the next one completes. Roles exist before (`deploy.local.databases` or an operator).
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.chassis.migrations.protection import GRANTS

HERE: Final = Path(__file__).parent
SERVICES: Final = HERE.parents[1]


async def migrate(owner_url: str, service: str) -> None:
    """Bring the database of `service` to the newest version, as its owner."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    connection.execute(text("select pg_advisory_xact_lock(hashtext('talka migrations'))"))
    for part, versions in (("chassis", HERE), (service, SERVICES / service / "migrations")):
        if (versions / "versions").is_dir():
            command.upgrade(_config(connection, service, part, versions / "versions"), "head")
    for statement in GRANTS:
        connection.execute(text(statement.format(service=service)))


def _config(connection: Connection, service: str, part: str, versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        connection=connection, service=service, version_table=f"{part}_version"
    )
    return config
