"""Parts of a cluster's page that other folders bring: each a template and what it shows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster


@dataclass(frozen=True, slots=True)
class Part:
    """A template to include; `shown` is what it calls `part`."""

    template: str
    shown: Any


MakePart = Callable[[AsyncSession, Actor, Cluster], Awaitable[Part]]


async def parts_of(
    request: Request, session: AsyncSession, actor: Actor, cluster: Cluster
) -> Sequence[Part]:
    """The parts that the registry was put together with, in their order."""
    makers: Sequence[MakePart] = request.app.state.cluster_parts
    return [await make(session, actor, cluster) for make in makers]
