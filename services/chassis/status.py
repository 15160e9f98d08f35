"""How a service is: one sentence's worth of facts per part, for pages, probes and the command."""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.database import is_transient

SLOW_RELAY_SECONDS: Final = 5.0
SLOW_CONSUMER_SECONDS: Final = 30.0


class Health(StrEnum):
    """State of a part; `UNKNOWN` is shown as such and never as well."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it is, the value measured and its limit with units, since when it is not ok."""

    name: str
    health: Health
    value: str = ""
    limit: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """All parts of one service, the worst health among them, and the versions it runs."""

    service: str
    health: Health
    parts: tuple[Part, ...]
    parked: int | None
    relay_age_seconds: float | None
    lag_events: int | None
    versions: dict[str, str]


UNSENT: Final = text("""
  select coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)
  from history, relay_state
  where position > greatest(floor, pos) and not pg_visible_in_snapshot(xid, snap)
""")


async def status_of(app: FastAPI) -> Status:
    """Look at every part now; a database that is away makes the others unknown, not an error."""
    settings = app.state.settings
    try:
        async with app.state.worker_sessions() as session:
            parts, facts = await _with_database(app, session)
    except SQLAlchemyError as fault:
        if not is_transient(fault):
            raise
        parts = [Part("database", Health.DOWN), Part("relay", Health.UNKNOWN)]
        parts += [Part("consumer", Health.UNKNOWN), Part("parked", Health.UNKNOWN)]
        facts = {}
    order = [Health.OK, Health.UNKNOWN, Health.SLOW, Health.DOWN]
    return Status(
        service=settings.service,
        health=max((part.health for part in parts), key=order.index),
        parts=(Part("web", Health.OK), *parts),
        parked=facts.get("parked"),
        relay_age_seconds=facts.get("relay_age"),
        lag_events=facts.get("lag"),
        versions={"talka": version_of("talka"), "tzdata": version_of("tzdata")},
    )


def version_of(package: str) -> str:
    """The version of an installed package; run from a clone, Talka is not installed as one."""
    try:
        return version(package)
    except ModuleNotFoundError:
        return "0.1.0"


async def _with_database(app: FastAPI, session: AsyncSession) -> tuple[list[Part], dict[str, Any]]:
    age = float(await session.scalar(UNSENT) or 0)
    parked = int(await session.scalar(text("select count(*) from parked")) or 0)
    parts = [Part("database", Health.OK), _relay(app, age), _consumer(app)]
    waiting = Health.SLOW if parked else Health.OK
    parts.append(Part("parked", waiting, str(parked), "0"))
    return parts, {"parked": parked, "relay_age": age, "lag": app.state.subscription.lag()}


def _relay(app: FastAPI, age: float) -> Part:
    since = app.state.relay.failing_since
    if since is not None:
        health = Health.DOWN
    else:
        health = Health.SLOW if age > SLOW_RELAY_SECONDS else Health.OK
    return Part("relay", health, f"{age:.1f} s", f"{SLOW_RELAY_SECONDS:.0f} s", since)


def _consumer(app: FastAPI) -> Part:
    subscription = app.state.subscription
    silent = time.monotonic() - subscription.polled_at
    lag = subscription.lag()
    since = subscription.silent_since()
    if since or subscription.failing_since is not None or silent > SLOW_CONSUMER_SECONDS:
        health = Health.DOWN
    else:
        health = Health.UNKNOWN if lag is None else Health.OK
    return Part("consumer", health, "" if lag is None else str(lag), since=since)
