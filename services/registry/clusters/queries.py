"""What somebody may see of the clusters: one, a page of the list, the counts beside it.

Others' profiles are there only while they are public, dual-use ones only for vetted people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from contracts.vocabulary import ClusterState, Mark
from services.chassis import paging
from services.chassis.faults import mark
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.clusters.refusals import ClusterNotFound
from services.registry.clusters.states import PUBLIC

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


async def cluster_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Cluster:
    """The cluster of that number (`CL-1091`) or id, as far as the actor may see it.

    `for_update` locks its row, and reads it again if it was read before.

    Raises:
        ClusterNotFound: there is none, or none for this actor.
    """
    query = select(Cluster).where(_named(key), visible_to(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    cluster = (await session.scalars(query)).one_or_none()
    if cluster is None:
        raise ClusterNotFound(
            mark("no cluster {key} is here for you: search for it by its name"), key=key
        )
    return cluster


async def clusters_page(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, cursor: str | None, size: int
) -> tuple[Sequence[Cluster], str | None]:
    """A page of clusters by name and the cursor of the next one; profiles are not loaded."""
    rows = (
        select(Cluster)
        .options(load_only(*IN_LISTS, raiseload=True))
        .where(visible_to(actor), _matching(wanted))
    )
    return await paging.page(session, rows, Cluster.sort_name, Cluster.id, cursor=cursor, size=size)


async def clusters_count(session: AsyncSession, actor: Actor, wanted: Wanted) -> int:
    """How many clusters the actor may see of what is wanted."""
    query = select(func.count()).select_from(Cluster)
    return (await session.execute(query.where(visible_to(actor), _matching(wanted)))).scalar_one()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The clusters that are there for this actor."""
    public: ColumnElement[bool] = Cluster.state.in_(PUBLIC)
    if Mark.DUAL_USE_VETTED not in actor.marks:
        public = and_(public, ~Cluster.dual_use)
    own = Cluster.association == actor.association
    return or_(own, true() if actor.reads_across else public)


def sees_inside(actor: Actor, cluster: Cluster) -> bool:
    """Whether the actor may see what is not public of it: revisions, reasons, notes, names."""
    return actor.association == cluster.association or actor.reads_across


def _named(key: str) -> ColumnElement[bool]:
    try:
        return Cluster.id == UUID(key)
    except ValueError:
        return Cluster.number == key.strip().upper()


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
