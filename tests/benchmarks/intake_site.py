"""A service with one worker that takes declarations as production would; run by the benchmarks.

It is the registry itself, or a site whose handler records one event for each: the door alone.
"""

import asyncio
import sys
from collections.abc import Sequence
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declarations import ClusterDeclared
from services.chassis import history, staff
from services.chassis.app import Parts, collect_rarely, make_app
from services.chassis.consumer import Consumer
from services.chassis.identity import Actor
from services.chassis.intake import Intake
from services.chassis.received import Received
from services.chassis.settings import Settings
from services.registry.app import registry
from tests.chassis.builders import confirmed

intake = Intake("registry")


@intake.on_many(ClusterDeclared)
async def on_clusters_declared(
    session: AsyncSession, declared: Sequence[tuple[Actor, Received[ClusterDeclared]]]
) -> list[list[UUID]]:
    """Record one event for each, as a set-based handler does."""
    events = [(confirmed(each.event.ref or ""), actor, each) for actor, each in declared]
    return [[event_id] for event_id in await history.record_all(session, events)]


def site(settings: Settings) -> FastAPI:
    """The door alone."""
    consumer = Consumer("registry")
    staff.follow(consumer)
    return make_app(settings, Parts("Intake", consumer, routers=[], intake=intake))


async def serve(port: int, kind: str) -> None:
    """Answer until killed."""
    app = {"site": site, "registry": registry}[kind](Settings())
    config = uvicorn.Config(app, port=port, log_level="error", access_log=False, lifespan="off")
    collect_rarely()
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
