"""Puts a service together: its pages and interfaces, and the work that goes on beside them.

The background starts before the first request and stops after the last: relay, consumer, timers,
and what the service itself keeps going.
"""

import asyncio
import contextlib
import gc
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiokafka.codec import has_zstd
from fastapi import APIRouter, FastAPI

from services.chassis import (
    asyncapi,
    clock,
    health,
    idempotency,
    intake_refused,
    key_uses,
    logs,
    openapi,
    problems,
    promises,
    sessions,
    signin_routes,
    timers,
)
from services.chassis.background import keep
from services.chassis.budgets import Budgets
from services.chassis.consumer import Consumer
from services.chassis.database import is_transient, make_engine, make_sessions
from services.chassis.heads import Heads
from services.chassis.intake import Intake
from services.chassis.intake_desk import Desk
from services.chassis.intake_door import Door
from services.chassis.intake_kafka import TOGETHER, KafkaDoor
from services.chassis.keys import Keys
from services.chassis.limits import Limits
from services.chassis.outlet import Outlet
from services.chassis.pages.problem import problem_page
from services.chassis.pages.routers import common_pages
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.subscription import Subscription
from services.chassis.timers import Timer
from services.chassis.ui import render
from services.chassis.ui.middleware import PageMiddleware
from services.chassis.ui.render import Ui
from services.chassis.ui.stream import Followed, Watch

HOUSEKEEPING: Final = (
    Timer("forget ended sessions", 3600, sessions.forget),
    Timer("forget answered keys", 3600, idempotency.forget),
    Timer("forget refused declarations", 86400, intake_refused.forget),
    Timer("forget old uses of keys", 86400, key_uses.forget),
)

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
    followed: Mapping[str, Followed] = field(default_factory=dict)
    intake: Intake | None = None
    uploads: Mapping[str, int] = field(default_factory=dict)  # most bytes of a body, by path


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
        redirect_slashes=False,  # the redirect would repeat whatever Host was sent
        lifespan=partial(_lifespan, parts=parts),
    )
    _connect(app, settings, parts.consumer)
    app.state.followed = parts.followed
    app.state.watch = Watch(app.state.worker_sessions)
    ui = Ui(settings, templates=parts.templates, locales=parts.locales)
    render.install(app, ui)
    problems.install(app, page=problem_page)
    openapi.install(app, parts.intake)
    common = (
        health.router(settings.service),
        asyncapi.router(settings),
        signin_routes.router(settings),
    )
    for router in (*parts.routers, *common, *common_pages(settings)):
        app.include_router(router)
    lists = [] if parts.intake is None else [_open_the_door(app, settings, parts.intake)]
    app.add_middleware(Limits, origin=settings.origin, uploads=parts.uploads, lists=lists)
    app.add_middleware(PageMiddleware)  # around them: what the limits refuse looks like the rest
    app.add_middleware(Heads)
    return app


def _open_the_door(app: FastAPI, settings: Settings, intake: Intake) -> str:
    """Take declarations by Kafka and by HTTP; gives the path of the latter."""
    app.state.intake_subscription = Subscription(
        KafkaDoor(intake),
        app.state.sessions,  # row-level security holds for what came by Kafka too
        bootstrap=settings.kafka_bootstrap,
        instance=settings.instance,
        batch_records=TOGETHER,
    )
    app.state.desk = Desk(intake, app.state.sessions)
    budgets = Budgets(a_second=settings.intake_a_second, most=settings.intake_at_once)
    route = Door(intake, app.state.desk, budgets, app.state.sessions).route
    app.router.routes.insert(0, route)  # floods come here: no other route is tried before
    return route.path


def _connect(app: FastAPI, settings: Settings, consumer: Consumer) -> None:
    """What routes and background find in `app.state`."""
    outlet = Outlet(settings.kafka_bootstrap, client_id=f"talka-relay-{settings.service}")
    relay = Relay(settings.relay_database_url, service=settings.service, outlet=outlet)
    engines = [make_engine(settings.database_url), make_engine(settings.worker_database_url)]
    sessions, worker_sessions = (make_sessions(engine, wake=relay.wake) for engine in engines)
    app.state.settings = settings
    app.state.consumer = consumer
    app.state.relay = relay
    app.state.engines = engines
    app.state.sessions = sessions
    app.state.worker_sessions = worker_sessions
    app.state.keys = Keys(worker_sessions, settings.service)
    app.state.subscription = Subscription(
        consumer,
        worker_sessions,
        bootstrap=settings.kafka_bootstrap,
        instance=settings.instance,
    )


def settle(settings: Settings) -> None:
    """Make the process one of ours: the pinned time zones, the demo's clock, the logs."""
    zoneinfo.reset_tzpath(to=[])
    logs.configure(as_json=settings.log_json)
    if settings.clock_file is not None and settings.signin == "demo":
        clock.keep_in(settings.clock_file)


def collect_rarely() -> None:
    """Let the collector leave alone what was loaded at start, and come less often.

    Batches make many objects that live for milliseconds; this is a tenth of the relay's time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def must_read_zstd() -> None:
    """Refuse to start where events could not be read.

    Raises:
        CodecMissing: the compression that all events come in is not installed.
    """
    if not has_zstd():
        raise CodecMissing("zstd is missing, so events cannot be read: pip install 'talka[server]'")


async def _must_keep_its_promises(app: FastAPI) -> None:
    """Refuse to start with event classes that break what others rely on.

    A database that is away says nothing of it: the service starts, and tells that it is away.

    Raises:
        BrokenPromise: the classes break what was stated before.
    """
    try:
        async with app.state.worker_sessions() as session:
            await promises.check(session, app.state.settings.service)
    except Exception as fault:
        if not is_transient(fault):
            raise
        logs.log.warning("promises not checked: the database is away")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI, *, parts: Parts) -> AsyncIterator[None]:
    must_read_zstd()
    await _must_keep_its_promises(app)
    collect_rarely()
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
    work: list[Any] = [keep(f"{name} uses of keys", app.state.keys.uses.run)]
    if role in ("all", "relay"):
        work.append(keep(f"{name} relay", app.state.relay.run))
    if role in ("all", "worker"):
        if parts.consumer.topics:
            work.append(keep(f"{name} consumer", app.state.subscription.run))
        if parts.intake is not None:
            work.append(keep(f"{name} intake", app.state.intake_subscription.run))
        for timer in (*parts.timers, *HOUSEKEEPING):
            fire = partial(timers.run, timer, app.state.worker_sessions)
            work.append(keep(timer.name, fire, longest=30.0))
        work += [keep(f"{name} {each.__name__}", partial(each, app)) for each in parts.background]
    return work
