"""A release that breaks what others rely on does not start: the database remembers the schemas."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from contracts import upcasting
from contracts.compatibility import Rule
from contracts.event import Event
from contracts.registry import ClusterSuspended
from contracts.released import schema_of
from contracts.upcasting import Lift
from deploy.local.databases import Addresses, prepare
from deploy.local.faults import Fault
from deploy.local.keyring import Keyring
from services.chassis import migrations
from services.chassis.promises import BrokenPromise, check
from services.chassis.settings import Settings
from services.registry.app import registry as make_registry
from tests.settings import Databases, sessions_of

SUSPENDED = ClusterSuspended.type


@pytest.fixture
async def registry(databases: Databases) -> Addresses:
    return await databases("registry")


async def promise(registry: Addresses, event_type: str, schema: dict[str, Any]) -> None:
    """Let the database remember another schema than the class has, as an older release left it."""
    engine = create_async_engine(registry.owner)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "insert into promises (type, schema) values (:type, cast(:schema as jsonb))"
                " on conflict (type) do update set schema = excluded.schema"
            ),
            {"type": event_type, "schema": json.dumps(schema)},
        )
    await engine.dispose()


def without(event_class: type[Event], field: str) -> dict[str, Any]:
    """The schema as it was before `field` was added, and made required."""
    schema = schema_of(event_class)
    del schema["properties"][field]
    schema["required"].remove(field)
    return schema


class TestStart:
    async def test_c03_keeps_what_this_release_promises(self, registry: Addresses) -> None:
        async with sessions_of(registry.worker) as sessions, sessions() as session:
            await check(session, "registry")
            kept = await session.scalar(
                text("select schema from promises where type = :type"), {"type": SUSPENDED}
            )

        assert kept == schema_of(ClusterSuspended)

    async def test_c03_h08_refuses_a_new_required_field_and_names_it(
        self, registry: Addresses
    ) -> None:
        await promise(registry, SUSPENDED, without(ClusterSuspended, "reason"))

        async with sessions_of(registry.worker) as sessions, sessions() as session:
            with pytest.raises(BrokenPromise) as refused:
                await check(session, "registry")

        assert f"{SUSPENDED}: reason: {Rule.FIELD_NOW_REQUIRED}" in str(refused.value)
        assert "TLK-E029" in str(refused.value)

    async def test_c03_a_service_does_not_start(
        self, registry: Addresses, settings: Settings
    ) -> None:
        await promise(registry, SUSPENDED, without(ClusterSuspended, "reason"))
        addresses = {"database_url": registry.app, "worker_database_url": registry.worker}
        told = settings.model_copy(update={"service": "registry", "role": "web"} | addresses)
        app = make_registry(told)

        with pytest.raises(BrokenPromise):
            async with app.router.lifespan_context(app):
                pytest.fail("it started")

    async def test_p03_a_service_starts_while_its_database_is_away(
        self, settings: Settings
    ) -> None:
        nowhere = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
        addresses = {"database_url": nowhere, "worker_database_url": nowhere}
        app = make_registry(
            settings.model_copy(update={"service": "registry", "role": "web"} | addresses)
        )

        async with app.router.lifespan_context(app):
            pass


class TestMigration:
    async def test_c03_changes_nothing_when_a_promise_is_broken(self, registry: Addresses) -> None:
        old = without(ClusterSuspended, "reason")
        await promise(registry, SUSPENDED, old)

        with pytest.raises(BrokenPromise):
            await migrations.migrate(registry.owner, "registry")

        async with sessions_of(registry.worker) as sessions, sessions() as session:
            kept = await session.scalar(
                text("select schema from promises where type = :type"), {"type": SUSPENDED}
            )
        assert kept == old

    async def test_c03_tells_the_operator_type_field_and_remedy(
        self, registry: Addresses, postgres: str, keyring: Keyring
    ) -> None:
        await promise(registry, SUSPENDED, without(ClusterSuspended, "reason"))
        name = registry.owner.rpartition("/")[2]

        with pytest.raises(Fault) as refused:
            await prepare(postgres, "registry", keyring, database=name)

        assert (refused.value.code, refused.value.commands) == (
            "TLK-E029",
            ("talka contracts check",),
        )
        assert f"{SUSPENDED}: reason" in refused.value.what

    async def test_c15_lets_a_type_go_that_is_lifted(
        self, registry: Addresses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = "talka.registry.cluster.paused.v1"
        await promise(registry, gone, schema_of(ClusterSuspended))

        with pytest.raises(BrokenPromise, match=Rule.TYPE_REMOVED):
            await migrations.migrate(registry.owner, "registry")

        monkeypatch.setitem(upcasting.LIFTS, gone, Lift(SUSPENDED, lambda data: data))
        await migrations.migrate(registry.owner, "registry")
