"""PostgreSQL and Kafka of one instance: our own children, or those that the environment names.

Our own are watched: one that ends by itself is started again after a pause that grows.
"""

import asyncio
import os
from typing import Final, Protocol

from deploy.kafka import topics
from deploy.local.databases import Addresses, prepare
from deploy.local.faults import Fault
from deploy.local.instance import CLONE, Instance
from deploy.local.kafka import Kafka, jar_cache
from deploy.local.ports import free_port, must_be_free
from deploy.local.postgres import Postgres
from deploy.local.steps import Steps
from services.chassis.background import Pause
from services.chassis.logs import log

LOOKS_EVERY_SECONDS: Final = 1.0
FIRST_PAUSE_SECONDS: Final = 3.0


class Child(Protocol):
    """What the watch needs of a server."""

    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Servers:
    """The two servers; `databases`, `admin_url` and `bootstrap` say where they are."""

    def __init__(self, instance: Instance, *, postgres_port: int, kafka_port: int) -> None:
        self.databases: dict[str, Addresses] = {}
        self.admin_url = os.environ.get("DATABASE_URL", "")
        self.bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "")
        self._instance = instance
        self._children: dict[str, Child] = {}
        self._postgres: Postgres | None = None
        self._kafka: Kafka | None = None
        self._starts: list[asyncio.Task[None]] = []
        self._watch: asyncio.Task[None] | None = None
        if not self.admin_url:
            self._postgres = Postgres(instance.room, postgres_port)
            self._children["PostgreSQL"] = self._postgres
        if not self.bootstrap:
            jars = jar_cache(CLONE)
            self._kafka = Kafka(instance.room, kafka_port, free_port(), jars=jars)
            self._children["Kafka"] = self._kafka

    def must_find_ports(self) -> None:
        """Refuse to start where somebody else listens.

        Raises:
            Fault: names the port, its owner, and another port to use.
        """
        if self._postgres:
            must_be_free(
                self._postgres.port,
                option="--postgres-port",
                instead=self._postgres.port + 10_000,
                perhaps="Another PostgreSQL may be running.",
            )
        if self._kafka:
            must_be_free(
                self._kafka.port,
                option="--kafka-port",
                instead=self._kafka.port + 10_000,
                perhaps="Another Kafka may be running.",
            )

    async def start(self, services: tuple[str, ...], steps: Steps) -> None:
        """Start both side by side, migrate the databases and make the topics.

        Raises:
            Fault: one of them does not start or cannot be reached; says what to do.
        """
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self._start_postgres(services, steps))
                together.create_task(self._start_kafka(steps))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        self._watch = asyncio.create_task(self._keep_running())

    async def stop(self) -> None:
        """End our children, side by side; what they acknowledged is on disk.

        A start that is under way cannot be broken off: it ends first.
        """
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*self._starts, return_exceptions=True)
        stops = (asyncio.to_thread(child.stop) for child in self._children.values())
        await asyncio.gather(*stops)

    async def _start_postgres(self, services: tuple[str, ...], steps: Steps) -> None:
        async with steps.step("PostgreSQL") as step:
            if self._postgres:
                await self._begin(self._postgres)
                self.admin_url = self._postgres.admin_url
            keyring = self._instance.keyring()
            for service in services:
                self.databases[service] = await prepare(self.admin_url, service, keyring)
            step.note = f"{len(self.databases)} databases, migrated"

    async def _start_kafka(self, steps: Steps) -> None:
        async with steps.step("Kafka") as step:
            if self._kafka:
                await self._begin(self._kafka)
                self.bootstrap = self._kafka.bootstrap
            made = await asyncio.to_thread(topics.apply, self.bootstrap)
            step.note = f"{len(topics.load())} topics" + (f", {len(made)} new" if made else "")

    async def _begin(self, child: Child) -> None:
        start = asyncio.create_task(asyncio.to_thread(child.start))
        self._starts.append(start)
        await asyncio.shield(start)

    async def _keep_running(self) -> None:
        pauses = {name: Pause(first=FIRST_PAUSE_SECONDS) for name in self._children}
        while True:
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
            for name, child in self._children.items():
                if not child.running:
                    log.error("server ended by itself", server=name)
                    await asyncio.sleep(pauses[name].next())
                    await self._start_again(name, child)

    async def _start_again(self, name: str, child: Child) -> None:
        try:
            await self._begin(child)
        except Fault as fault:
            log.error("server did not start again", server=name, why=fault.what)
        else:
            log.warning("server runs again", server=name)
