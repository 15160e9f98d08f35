"""Lists of the clusters that somebody may see, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from contracts.vocabulary import ClusterState
from services.chassis import paging
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster

IN_LISTS: Final = (
    Cluster.id,
    Cluster.number,
    Cluster.name,
    Cluster.sort_name,
    Cluster.association,
    Cluster.country,
    Cluster.city,
    Cluster.ecosystem,
    Cluster.state,
    Cluster.version,
    Cluster.dual_use,
    Cluster.confirmed_on,
    Cluster.changed_at,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    country: str = ""
    ecosystem: str = ""
    state: ClusterState | None = None


async def clusters_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Cluster], str | None]:
    """A page of clusters by name and the cursor of the next one; profiles are not loaded."""
    rows = (
        select(Cluster)
        .options(load_only(*IN_LISTS, raiseload=True))
        .where(finding.visible_to(actor), _matching(wanted))
    )
    return await paging.page(session, rows, Cluster.sort_name, Cluster.id, cursor=cursor, size=size)


async def clusters_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many clusters the actor may see of what is wanted."""
    seen = select(func.count()).where(finding.visible_to(actor), _matching(wanted))
    return (await session.execute(seen)).scalar_one()


def _matching(wanted: Wanted) -> ColumnElement[bool]:
    conditions: list[ColumnElement[Any]] = [
        Cluster.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    if wanted.country:
        conditions.append(Cluster.country == wanted.country)
    if wanted.ecosystem:
        conditions.append(Cluster.ecosystem == wanted.ecosystem)
    if wanted.state is not None:
        conditions.append(Cluster.state == wanted.state)
    return and_(true(), *conditions)
