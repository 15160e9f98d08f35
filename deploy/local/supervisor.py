"""`talka up`: servers, mailbox and four services in one process, until somebody says stop.

What is started last is stopped first: the web, then the services with what they are doing, then
the mailbox, then Kafka and PostgreSQL.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from deploy.local import seed
from deploy.local.databases import SERVICES
from deploy.local.faults import Exit
from deploy.local.instance import Instance, Running
from deploy.local.mailbox import Mailbox
from deploy.local.ports import free_port, must_be_free
from deploy.local.servers import Servers
from deploy.local.site import Site, on_the_web, settings_of
from deploy.local.steps import Steps
from services.chassis.settings import Settings

STOP: Final = "Ctrl-C"


@dataclass(frozen=True, slots=True)
class Options:
    """What `talka up` was asked for."""

    services: tuple[str, ...] = SERVICES
    seed: str = "demo"
    port: int = 8800
    kafka_port: int = 9092
    postgres_port: int = 15432

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


class Supervisor:
    """Runs one instance; `run` returns when it was told to stop and everything has ended."""

    def __init__(self, instance: Instance, options: Options, console: Console) -> None:
        self._instance = instance
        self._options = options
        self._console = console
        self._steps = Steps(console)
        self._smtp_port = free_port()

    async def run(self) -> None:
        """Start everything, say where it is, stop everything.

        Raises:
            Fault: something does not start; what had started has ended.
            CancelledError: it was told to stop before it was ready.
        """
        main = asyncio.current_task()
        if main is not None:
            _on_stop_signals(main.cancel)
        servers = Servers(
            self._instance,
            postgres_port=self._options.postgres_port,
            kafka_port=self._options.kafka_port,
        )
        self._must_find_ports(servers)
        async with AsyncExitStack() as stack:
            with self._steps.shown():
                stack.push_async_callback(servers.stop)
                self._announce(servers, ready=False)
                await servers.start(self._options.services, self._steps)
                settings = {
                    service: self._settings(service, servers) for service in self._options.services
                }
                await self._start_services(stack, settings)
                await self._seed(Site(self._options.address, settings))
            self._say_where()
            self._announce(servers, ready=True)  # `--detach` reads no further from then on
            await _until_cancelled()

    def _must_find_ports(self, servers: Servers) -> None:
        must_be_free(
            self._options.port,
            option="--port",
            instead=self._options.port + 1,
            perhaps="Another Talka may be running.",
        )
        servers.must_find_ports()

    def _announce(self, servers: Servers, *, ready: bool) -> None:
        self._instance.announce(
            Running(
                pid=os.getpid(),
                address=self._options.address,
                kafka=servers.bootstrap,
                postgres=servers.admin_url,
                services=self._options.services,
                ready=ready,
            )
        )

    def _settings(self, service: str, servers: Servers) -> Settings:
        return settings_of(
            self._instance,
            service,
            servers.databases[service],
            bootstrap=servers.bootstrap,
            origin=self._options.address,
            smtp_port=self._smtp_port,
        )

    async def _start_services(self, stack: AsyncExitStack, settings: dict[str, Settings]) -> None:
        async with self._steps.step("Services") as step:
            mailbox = Mailbox(self._instance.room / "mailbox")
            await stack.enter_async_context(mailbox.listening(self._smtp_port))
            await stack.enter_async_context(on_the_web(settings, mailbox, self._options.port))
            step.note = ", ".join(settings) or "none asked for"

    async def _seed(self, site: Site) -> None:
        if self._options.seed == "none":
            return
        async with self._steps.step("Demo data") as step:
            step.note = await seed.demo(site)

    def _say_where(self) -> None:
        for line in (
            f"Ready  {self._options.address}      sign in as anybody (demo)",
            f"Mail   {self._options.address}/mailbox",
            f"Logs   {self._instance.name}/talka.log",
            f"{STOP} stops everything. Data stay in {self._instance.name}/",
        ):
            self._console.print(line, soft_wrap=True)


def _on_stop_signals(stop: Callable[[], object]) -> None:
    """The first Ctrl-C or SIGTERM stops in order, the second at once: guardians do the rest."""

    def on_signal() -> None:
        if told:
            os._exit(Exit.INTERRUPTED)
        told.append(True)
        stop()

    told: list[bool] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)


async def _until_cancelled() -> None:
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
