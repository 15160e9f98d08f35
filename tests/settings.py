"""Settings and sessions of a service on a database of the tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from deploy.local.databases import Addresses
from deploy.local.keyring import Keyring
from services.chassis.database import Sessions, make_engine, make_sessions
from services.chassis.settings import Settings

Databases = Callable[[str], Awaitable[Addresses]]

NOBODY_LISTENS = "127.0.0.1:9"


def settings_for(
    service: str,
    database: Addresses,
    keyring: Keyring,
    *,
    clock_file: Path,
    kafka: str = NOBODY_LISTENS,
    smtp_port: int = 9,
) -> Settings:
    """What `talka up` would tell the service: demo sign-in, plain mail, lines for people."""
    return Settings(
        service=service,
        database_url=database.app,
        worker_database_url=database.worker,
        relay_database_url=database.relay,
        kafka_bootstrap=kafka,
        origin="http://test",
        signin="demo",
        secret=SecretStr(keyring.secret),
        link_key=SecretStr(keyring.link_key),
        smtp_port=smtp_port,
        smtp_starttls=False,
        clock_file=clock_file,
        log_json=False,
    )


@asynccontextmanager
async def sessions_of(url: str) -> AsyncIterator[Sessions]:
    """Sessions on one address; the connections are closed at the end."""
    engine = make_engine(url)
    yield make_sessions(engine)
    await engine.dispose()
