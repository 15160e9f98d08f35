"""The end of a cluster: archived for good, with links to those that carry on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import FiguresRule, Pointer, SuccessionKind
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.finding import is_hidden
from services.registry.clusters.model import Cluster
from services.registry.clusters.pointing import clusters_pointed_at
from services.registry.clusters.refusals import StillVisiting
from services.registry.clusters.states import PUBLIC
from services.registry.copies.queries import open_visits
from services.registry.database import Base

CORRECT: Final = mark("please correct the fields named below")
AHEAD: Final = mark("This day has not come yet. State it when it has.")
NOT_PUBLIC: Final = mark("{number} is not in the catalogue, so it cannot carry on.")
TWO: Final = mark(
    "A split has two successors or more. Name another one, or say that this one carries on."
)
TWICE: Final = mark("This cluster is named twice. Name each successor once.")
ITSELF: Final = mark("A cluster does not carry on itself.")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why and when a cluster ended; with successors, how, and where its figures go."""

    reason: str
    ended_day: date
    successors: tuple[Cluster, ...] = ()
    kind: SuccessionKind | None = None
    figures_rule: FiguresRule | None = None


class Succession(Base):
    """One link from an ended cluster to one that carries on; neither id is ever used again."""

    __tablename__ = "successions"

    predecessor_id: Mapped[UUID] = mapped_column(primary_key=True)
    successor_id: Mapped[UUID] = mapped_column(primary_key=True)
    association: Mapped[str]
    predecessor: Mapped[str]  # number and name, as they were at the end
    successor: Mapped[str]
    kind: Mapped[SuccessionKind]
    figures_rule: Mapped[FiguresRule]
    ended_day: Mapped[date]
    position: Mapped[int]  # the main successor is the first


async def successors_named(
    session: AsyncSession, actor: Actor, pointers: Sequence[Pointer]
) -> tuple[Cluster, ...]:
    """The clusters that carry on, in their order: all of the own association.

    Raises:
        Invalid: one of them is unknown.
    """
    found = await clusters_pointed_at(session, actor.association, pointers)
    faults, clusters = [], []
    for number, pointer in enumerate(pointers):
        named = found.at(pointer, place=f"/successors/{number}")
        if isinstance(named, Fault):
            faults.append(named)
        else:
            clusters.append(named)
    if faults:
        raise Invalid(CORRECT, faults)
    return tuple(clusters)


async def end(
    session: AsyncSession, actor: Actor, cluster: Cluster, ending: Ending, *, at: datetime
) -> list[UUID]:
    """Archive the cluster and link its successors; gives the ids of the events.

    Raises:
        NotAllowed: the actor does not work for its back office.
        StillVisiting: it takes part in open visits.
        Invalid: a day ahead, or a successor that is not in the catalogue.
    """
    actor.must_be(BACK_OFFICE, of=cluster.association)
    visits = await open_visits(session, cluster.id)
    if visits:
        raise StillVisiting(() if is_hidden(actor, cluster) else visits)
    faults = _faults(cluster, ending, today=await day_at(session, cluster.association, at=at))
    if faults:
        raise Invalid(CORRECT, faults)
    archived = cluster.archive(reason=ending.reason, on=ending.ended_day, at=at)
    ids = [await history.record(session, archived, actor=actor)]
    if ending.kind is None or ending.figures_rule is None:
        return ids
    successors = [each.id for each in ending.successors]
    event = cluster.succeed(ending.kind, successors, ending.figures_rule, at=at)
    for position, successor in enumerate(ending.successors):
        session.add(
            Succession(
                predecessor_id=cluster.id,
                successor_id=successor.id,
                association=cluster.association,
                predecessor=f"{cluster.name} · {cluster.number}",
                successor=f"{successor.name} · {successor.number}",
                kind=ending.kind,
                figures_rule=ending.figures_rule,
                ended_day=ending.ended_day,
                position=position,
            )
        )
    return [*ids, await history.record(session, event, actor=actor)]


async def successions_of(session: AsyncSession, cluster_id: UUID) -> Sequence[Succession]:
    """The links of a cluster in both directions, in their order."""
    links = (
        select(Succession)
        .where(or_(Succession.predecessor_id == cluster_id, Succession.successor_id == cluster_id))
        .order_by(Succession.ended_day, Succession.position)
    )
    return (await session.scalars(links)).all()


def _faults(cluster: Cluster, ending: Ending, *, today: date) -> list[Fault]:
    found = []
    if ending.ended_day > today:
        found.append(Fault("/ended_day", "TLK-D062", AHEAD))
    ids = [each.id for each in ending.successors]
    if ending.kind is SuccessionKind.SPLIT and len(set(ids)) == 1:
        found.append(Fault("/successors", "TLK-D086", TWO))
    for place, successor in enumerate(ending.successors):
        if successor.id in ids[:place]:
            found.append(Fault(f"/successors/{place}", "TLK-D085", TWICE))
        elif successor.id == cluster.id:
            found.append(Fault(f"/successors/{place}", "TLK-D076", ITSELF))
        elif successor.state not in PUBLIC:
            values = {"number": successor.number}
            found.append(Fault(f"/successors/{place}", "TLK-D077", NOT_PUBLIC, values=values))
    return found
