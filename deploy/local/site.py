"""The four services, the mailbox and the gateway as one site on one port, in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.local.databases import SERVICES, Addresses
from deploy.local.faults import Fault
from deploy.local.gateway import Gateway
from deploy.local.instance import Instance
from deploy.local.mailbox import Mailbox
from deploy.local.mailbox_pages import mailbox_app
from deploy.local.ports import LOOPBACK
from services.chassis.settings import Settings

STREAMS_MAY_TAKE_SECONDS: Final = 5
IDLE_STAYS_SECONDS: Final = 75  # longer than clients keep one, or it may close as it is used again
WEB: Final[dict[str, Any]] = {  # of every web server of ours
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_keep_alive": IDLE_STAYS_SECONDS,
    "timeout_graceful_shutdown": STREAMS_MAY_TAKE_SECONDS,
}


@dataclass(frozen=True, slots=True)
class Site:
    """A running Talka, as a seed finds it: its front door, and the settings of each service."""

    address: str
    settings: dict[str, Settings]


def settings_of(
    instance: Instance,
    service: str,
    database: Addresses,
    *,
    bootstrap: str,
    origin: str,
    smtp_port: int,
) -> Settings:
    """What a service is told when it runs on this machine."""
    keyring = instance.keyring()
    return Settings(
        service=service,
        database_url=database.app,
        worker_database_url=database.worker,
        relay_database_url=database.relay,
        kafka_bootstrap=bootstrap,
        origin=origin,
        signin="demo",
        secret=SecretStr(keyring.secret),
        link_key=SecretStr(keyring.link_key),
        smtp_port=smtp_port,
        smtp_starttls=False,
        clock_file=instance.clock_file,
        log_json=False,
    )


@asynccontextmanager
async def on_the_web(
    settings: dict[str, Settings], mailbox: Mailbox, port: int
) -> AsyncIterator[None]:
    """Run the services that have settings, at one address, while the block runs.

    Their background work begins before the first request and ends after the last.

    Raises:
        Fault: the port was taken meanwhile.
    """
    apps = {service: make(service)(settings[service]) for service in settings}
    pages = mailbox_app(mailbox)
    gateway = Gateway({**apps, "mailbox": pages, "mailbox.json": pages}, services=SERVICES)
    async with AsyncExitStack() as stack:
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        await stack.enter_async_context(_listening(gateway, port))
        yield


def make(service: str) -> Callable[[Settings], FastAPI]:
    """The composition root of a service: `services.<name>.app.<name>`."""
    factory: Callable[[Settings], FastAPI] = getattr(
        import_module(f"services.{service}.app"), service
    )
    return factory


class _Server(uvicorn.Server):
    """One that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _listening(app: Gateway, port: int) -> AsyncIterator[None]:
    server = _Server(
        uvicorn.Config(
            app,
            host=LOOPBACK,
            port=port,
            lifespan="off",
            proxy_headers=False,
            **WEB,
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            raise Fault(
                "TLK-E028",
                f"The web server did not start on port {port}.",
                "Its reason is in the log; perhaps another port helps:",
                f"talka up --port {port + 1}",
            )
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
