"""A relay or a consumer in a process of its own, to be killed at a failpoint.

python -m tests.faults.process relay|consumer DATABASE_URL BOOTSTRAP FAILPOINT
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterConfirmed, ClusterSuspended
from services.chassis import failpoints
from services.chassis.background import keep
from services.chassis.consumer import Consumer
from services.chassis.database import make_engine, make_sessions
from services.chassis.outlet import Outlet
from services.chassis.received import Received
from services.chassis.relay import Relay
from services.chassis.subscription import Subscription

EFFECT = text("insert into effects (subject, sequence) values (:subject, :sequence)")


def writing_consumer() -> Consumer:
    """A consumer whose effects are rows, with nothing that would hide a second one."""
    consumer = Consumer("effects")

    async def write(session: AsyncSession, events: Sequence[Received[Any]]) -> None:
        rows = [{"subject": e.subject, "sequence": e.sequence} for e in events]
        await session.execute(EFFECT, rows)

    consumer.on(ClusterSuspended)(write)
    consumer.on(ClusterConfirmed)(write)
    return consumer


async def main(part: str, database_url: str, bootstrap: str, failpoint: str) -> None:
    failpoints.arm(failpoint, failpoints.kill)
    if part == "relay":
        relay = Relay(
            database_url, service="registry", outlet=Outlet(bootstrap, client_id="doomed")
        )
        await keep(part, relay.run)
    else:
        sessions = make_sessions(make_engine(database_url))
        subscription = Subscription(writing_consumer(), sessions, bootstrap=bootstrap, instance="1")
        await keep(part, subscription.run)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
