"""Finding one label as far as somebody may see the cluster that holds it."""

from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.labels.model import Label
from services.registry.labels.refusals import LabelNotFound

Found = Row[Label, str, str]  # with number and name of the cluster


async def label_of(session: AsyncSession, actor: Actor, label_id: UUID) -> Found:
    """One label with its cluster.

    Raises:
        LabelNotFound: there is none, or none for this actor.
    """
    found = (await session.execute(seen_by(actor).where(Label.id == label_id))).one_or_none()
    if found is None:
        raise LabelNotFound(mark("no such label is here for you: look for it in the list"))
    return found


def seen_by(actor: Actor) -> Select[Label, str, str]:
    """The labels that are there for this actor, with number and name of the cluster."""
    return (
        select(Label, Cluster.number, Cluster.name)
        .join(Cluster, Cluster.id == Label.cluster_id)
        .where(finding.visible_to(actor))
    )
