"""What notifications is told of clusters: their names, and which nobody confirmed (R-11)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import (
    ClusterArchived,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevised,
    ClusterWentDormant,
)
from services.chassis.consumer import Consumer
from services.chassis.received import Received
from services.notifications.copies import commands as copies
from services.notifications.deliveries import profiles
from services.notifications.deliveries.commands import drop_pending, plan


def follow(consumer: Consumer) -> None:
    """Let the service's consumer keep the names of clusters, and ask for what is not confirmed."""
    consumer.on(ClusterPublished)(copies.keep_clusters)
    consumer.on(ClusterRevised)(copies.keep_clusters)
    consumer.on(ClusterWentDormant)(on_cluster_went_dormant)
    consumer.on(ClusterReinstated)(on_nothing_left_to_ask)
    consumer.on(ClusterArchived)(on_nothing_left_to_ask)


async def on_cluster_went_dormant(
    session: AsyncSession, events: Sequence[Received[ClusterWentDormant]]
) -> None:
    """Ask those who can bring the profile back."""
    await plan(session, profiles.questions(events))


async def on_nothing_left_to_ask(
    session: AsyncSession, events: Sequence[Received[ClusterReinstated] | Received[ClusterArchived]]
) -> None:
    """Leave unsent what still asks: the profile is back, or gone for good."""
    for received in events:
        await drop_pending(
            session,
            about_id=UUID(received.subject),
            reason="the profile does not wait for an answer any more",
            cause=received,
        )
