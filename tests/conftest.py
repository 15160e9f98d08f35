"""Fixtures of all tests: real servers, and for each test databases that nobody used before."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from deploy.kafka import topics
from deploy.local import databases as provision
from deploy.local.databases import SERVICES, Addresses
from deploy.local.keyring import Keyring
from services.chassis import database as database_module
from services.chassis.database import Sessions
from services.chassis.settings import Settings
from services.registry.imports import reading
from tests import kafka_topics
from tests.servers import (
    KafkaServer,
    PostgresServer,
    make_kafka,
    make_postgres,
    remove_leftovers,
    running,
)
from tests.settings import Databases, sessions_of, settings_for
from tests.talka import Talka
from tests.waiting import PATIENCE_SECONDS

pytest_plugins = ["tests.stage"]

# The same examples every time, however slow the machine: what fails here, fails everywhere.
examples.register_profile(
    "talka",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
examples.load_profile("talka")

TESTS = Path(__file__).parent
NUMBERS = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark who needs a server, and let those that share one run one after another in one worker."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if not {"postgres_server", "kafka_server"}.isdisjoint(wanted):
            item.add_marker(pytest.mark.server)
        for server, group in (("stage", "stage"), ("kafka_server", "kafka")):
            if server in wanted:
                item.add_marker(pytest.mark.xdist_group(group))
                break


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """Put out of reach the limits of time that only a machine with other work would reach."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database_module, "CONNECTION_SECONDS", PATIENCE_SECONDS)
        patch.setattr(reading, "WALL_SECONDS", PATIENCE_SECONDS)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL; a test that stops it starts it again."""
    remove_leftovers()
    with running(make_postgres()) as server:
        yield server


@pytest.fixture(scope="session")
def postgres(postgres_server: PostgresServer) -> str:
    """The address of the server's administrator."""
    return postgres_server.admin_url


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    """A real broker, started when the first test asks; a test that stops it starts it again."""
    with running(make_kafka()) as server:
        yield server


@pytest.fixture(scope="session")
def kafka(kafka_server: KafkaServer) -> str:
    """The broker's bootstrap address, with whatever topics other tests left there."""
    return kafka_server.bootstrap


@pytest.fixture
def fresh_topics(kafka: str) -> str:
    """The broker's address; it has all declared topics, and they are empty."""
    there = [name for name in kafka_topics.there(kafka) if not name.startswith("__")]
    kafka_topics.delete(kafka, there)
    topics.apply(kafka)
    return kafka


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.new()


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Migrated, empty databases by service; `databases` adds one when a service is first asked."""
    return {}


@pytest.fixture
async def databases(
    postgres: str, keyring: Keyring, templates: dict[str, str]
) -> AsyncIterator[Databases]:
    """Makes a migrated database of the named service; all go when the test ends."""
    made: list[str] = []

    async def make(service: str) -> Addresses:
        if service not in templates:
            templates[service] = await _template(postgres, service, keyring)
        made.append(f"{service}_{next(NUMBERS)}")
        return await provision.provide(
            postgres, service, keyring, database=made[-1], template=templates[service]
        )

    yield make
    for name in made:
        await provision.remove(postgres, name)


async def _template(postgres: str, service: str, keyring: Keyring) -> str:
    name = f"{service}_template"
    await provision.prepare(postgres, service, keyring, database=name)
    return name


@pytest.fixture
def service(request: pytest.FixtureRequest) -> str:
    """The service whose tests these are, by their folder: `tests/registry/…` is of registry."""
    folder = request.path.relative_to(TESTS).parts[0]
    if folder not in (*SERVICES, "chassis"):
        pytest.fail(f"tests/{folder} belongs to no service: ask `databases` for one by name")
    return folder


@pytest.fixture
async def database(databases: Databases, service: str) -> Addresses:
    """A fresh, migrated database of this folder's service, under its four roles."""
    return await databases(service)


@pytest.fixture
async def sessions(database: Addresses) -> AsyncIterator[Sessions]:
    """Sessions of the role `worker`, which sees and writes every association's rows."""
    async with sessions_of(database.worker) as made:
        yield made


@pytest.fixture
async def app_sessions(database: Addresses) -> AsyncIterator[Sessions]:
    """Sessions of the role `app`, which sees only what `tenancy.enter` lets it see."""
    async with sessions_of(database.app) as made:
        yield made


@pytest.fixture
def settings(service: str, database: Addresses, keyring: Keyring, tmp_path: Path) -> Settings:
    """Settings of this folder's service on its fresh database; Kafka is away.

    For a test with Kafka: `settings.model_copy(update={"kafka_bootstrap": fresh_topics})`.
    """
    return settings_for(service, database, keyring, clock_file=tmp_path / "clock")


@pytest.fixture
def platform(postgres: str, fresh_topics: str, tmp_path: Path) -> Iterator[Talka]:
    """All of Talka, as `talka up` runs it, on empty databases and topics; one at a time."""
    servers = {"DATABASE_URL": postgres, "KAFKA_BOOTSTRAP": fresh_topics}
    with Talka(tmp_path / "room", servers).up("--seed", "none") as talka:
        yield talka
    for service in SERVICES:
        asyncio.run(provision.remove(postgres, service))
