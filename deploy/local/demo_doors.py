"""The front doors through which demo data come in: posting with a key, acting as a person."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import httpx

from deploy.local.faults import Fault
from deploy.local.site import Site

PATIENCE_SECONDS: Final = 60.0


async def post(
    client: httpx.AsyncClient, country: str, key: str, events: Sequence[dict[str, Any]]
) -> None:
    """Post declarations of one association as one batch.

    Raises:
        Fault: one of them was refused.
    """
    answer = await _when_known(
        lambda: client.post(
            "/registry/v1/events",
            json=list(events),
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/cloudevents-batch+json",
            },
        )
    )
    refused = [item for item in answer.json()["items"] if item["status"] == "refused"]
    if refused or answer.is_error:
        raise failed(f"{len(refused)} declarations of {country} were refused: {refused[:1]}")


@asynccontextmanager
async def acting_as(site: Site, staff_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in as somebody of the demo."""
    async with httpx.AsyncClient(base_url=site.address, timeout=60) as client:
        await _when_known(lambda: client.post(f"/registry/signin/as/{staff_id}"))
        yield client


async def act(client: httpx.AsyncClient, address: str, body: dict[str, Any] | None = None) -> None:
    """Do an act of a person.

    Raises:
        Fault: it was refused.
    """
    answer = await client.put(address, json=body)
    if answer.is_error:
        raise failed(f"{address}: {answer.text}")


async def when(
    ask: Callable[[], Awaitable[httpx.Response]], ready: Callable[[httpx.Response], bool]
) -> httpx.Response:
    """Ask until the answer is as it will be.

    Raises:
        Fault: it is not so after a minute.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not ready(answer := await ask()):
        if time.monotonic() > until:
            raise failed("the registry does not get on; are relay, worker and Kafka well?")
        await asyncio.sleep(0.1)
    return answer


async def _when_known(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Ask until the service knows who asks: staff and keys reach it as events."""
    return await when(ask, lambda answer: answer.status_code != httpx.codes.UNAUTHORIZED)


def failed(why: str) -> Fault:
    """What is said when demo data could not be brought in."""
    return Fault(
        "TLK-E060",
        f"The demo data could not be brought in: {why}",
        "Look at the state of the services, then start again; what is there is kept:",
        "talka status",
    )
