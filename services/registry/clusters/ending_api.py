"""What systems read of the end of clusters: who carries on, and whose figures one carries."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.vocabulary import FiguresRule, SuccessionKind
from services.chassis.http import Acting, Router, Transaction
from services.registry.clusters import finding
from services.registry.clusters.carrying import figures_of
from services.registry.clusters.ending import successions_of

router = Router(prefix="/registry/v1/clusters", tags=["clusters"])


class SuccessionOut(BaseModel):
    """A link from an ended cluster to one that carries on; the main successor has position 0."""

    model_config = ConfigDict(from_attributes=True)

    predecessor_id: UUID
    successor_id: UUID
    kind: SuccessionKind
    figures_rule: FiguresRule
    ended_day: date
    position: int


class CountedOut(BaseModel):
    """Visits that took place: those in which the clusters travelled, and those they hosted."""

    model_config = ConfigDict(from_attributes=True)

    given: int
    received: int


class FiguresOut(BaseModel):
    """The visits of a cluster that you may see, and with those of the clusters it carries on."""

    model_config = ConfigDict(from_attributes=True)

    own: CountedOut
    with_carried: CountedOut
    carried: list[UUID]


@router.get("/{key}/successions")
async def successions(key: str, session: Transaction, actor: Acting) -> list[SuccessionOut]:
    """Whom the cluster succeeded, and who carries on after it."""
    cluster = await finding.cluster_of(session, actor, key)
    links = await successions_of(session, cluster.id)
    return [SuccessionOut.model_validate(each) for each in links]


@router.get("/{key}/figures")
async def figures(key: str, session: Transaction, actor: Acting) -> FiguresOut:
    """How many visits it gave and received; an end says where the figures of a cluster go."""
    cluster = await finding.cluster_of(session, actor, key)
    return FiguresOut.model_validate(await figures_of(session, actor, cluster.id))
