"""Puts a service together: its pages and interfaces, and the work that goes on beside them.

The background starts before the first request and stops after the last: relay, consumer, timers,
and what the service itself keeps going.
"""

import asyncio
import contextlib
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiokafka.codec import has_zstd
from fastapi import APIRouter, FastAPI

from services.chassis import clock, health, logs, timers
from services.chassis.background import keep
from services.chassis.consumer import Consumer
from services.chassis.database import make_engine, make_sessions
from services.chassis.outlet import Outlet
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.subscription import Subscription
from services.chassis.timers import Timer

Work = Callable[[FastAPI], Awaitable[None]]  # runs until cancelled; begun again when it fails


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service brings: everything else is the same for all."""

    title: str
    consumer: Consumer
    routers: Sequence[APIRouter]
    timers: Sequence[Timer] = ()
    background: Sequence[Work] = ()
    templates: Sequence[Path] = ()
    locales: Path | None = None


class CodecMissing(RuntimeError):
    """This process could not read what the others write."""


def make_app(settings: Settings, parts: Parts) -> FastAPI:
    """The service as one ASGI application; nothing is connected before it is started or asked."""
    settle(settings)
    app = FastAPI(
        title=parts.title,
        openapi_url=f"/{settings.service}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_lifespan, parts=parts),
    )
    outlet = Outlet(settings.kafka_bootstrap, client_id=f"talka-relay-{settings.service}")
    relay = Relay(settings.relay_database_url, service=settings.service, outlet=outlet)
    app.state.settings = settings
    app.state.consumer = parts.consumer
    app.state.relay = relay
    app.state.engines = [
        make_engine(settings.database_url),
        make_engine(settings.worker_database_url),
    ]
    app.state.sessions = make_sessions(app.state.engines[0], wake=relay.wake)
    app.state.worker_sessions = make_sessions(app.state.engines[1], wake=relay.wake)
    app.state.subscription = Subscription(
        parts.consumer, app.state.worker_sessions, bootstrap=settings.kafka_bootstrap
    )
    for router in (*parts.routers, health.router(settings.service)):
        app.include_router(router)
    return app


def settle(settings: Settings) -> None:
    """Make the process one of ours: the pinned time zones, the demo's clock, the logs."""
    zoneinfo.reset_tzpath(to=[])
    logs.configure(as_json=settings.log_json)
    if settings.clock_file is not None and settings.signin == "demo":
        clock.keep_in(settings.clock_file)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI, *, parts: Parts) -> AsyncIterator[None]:
    if not has_zstd():
        raise CodecMissing("zstd is missing, so events cannot be read: pip install 'talka[server]'")
    tasks = [asyncio.create_task(task) for task in _background(app, parts)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for engine in app.state.engines:
            await engine.dispose()


def _background(app: FastAPI, parts: Parts) -> list[Any]:
    name, role = app.state.settings.service, app.state.settings.role
    work: list[Any] = []
    if role in ("all", "relay"):
        work.append(keep(f"{name} relay", app.state.relay.run))
    if role in ("all", "worker"):
        if parts.consumer.topics:
            work.append(keep(f"{name} consumer", app.state.subscription.run))
        for timer in parts.timers:
            fire = partial(timers.run, timer, app.state.worker_sessions)
            work.append(keep(timer.name, fire, longest=30.0))
        work += [keep(f"{name} {each.__name__}", partial(each, app)) for each in parts.background]
    return work
