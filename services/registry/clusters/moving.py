"""Moves of a cluster's seat or operating place, and its confirmation on a day of the past."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.vocabulary import ClusterState, Place, PlaceKind
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.finding import is_hidden, must_keep
from services.registry.clusters.model import FIELD_OF_PLACE, Cluster
from services.registry.clusters.places import Relocation, relocations_of

CORRECT: Final = mark("please correct the fields named below")
AHEAD: Final = mark("This day has not come yet. State it when it has.")
TOO_EARLY: Final = mark("The cluster came to its present place on {day}. Give a later day.")
UNTOLD: Final = mark("The cluster came to its present place after that. Give a later day.")
ABROAD: Final = mark("The seat is not in the country of your association, {country}.")
STAYS: Final = mark("This is where it is already.")


@dataclass(frozen=True, slots=True)
class Move:
    """Seat or operating place is at `place` from `from_day` on."""

    kind: PlaceKind
    place: Place
    from_day: date


async def relocate(
    session: AsyncSession, actor: Actor, cluster: Cluster, move: Move, *, at: datetime
) -> list[UUID]:
    """Let the cluster be elsewhere from a day on; gives the ids of the events.

    Raises:
        NotAllowed: the actor does not keep this cluster.
        Invalid: a day ahead, or not after the move before; a seat abroad; no move at all.
    """
    must_keep(actor, cluster)
    today = await day_at(session, cluster.association, at=at)
    moves = [each for each in await relocations_of(session, cluster.id) if each.kind is move.kind]
    last = moves[-1].from_day if moves else None
    faults = _faults(cluster, move, last, today=today, hidden=is_hidden(actor, cluster))
    if faults:
        raise Invalid(CORRECT, faults)
    former = getattr(cluster.profile, FIELD_OF_PLACE[move.kind])
    events = cluster.relocate(move.kind, move.place, from_day=move.from_day, at=at)
    session.add(
        Relocation(
            cluster_id=cluster.id,
            kind=move.kind,
            from_day=move.from_day,
            association=cluster.association,
            place=move.place,
            former=former,
            declared_at=at,
        )
    )
    return [await history.record(session, event, actor=actor) for event in events]


async def confirm_on(
    session: AsyncSession, actor: Actor, cluster: Cluster, *, on: date, at: datetime
) -> list[UUID]:
    """State that the profile was still right on a day; a dormant one is public again by that.

    Raises:
        NotAllowed: the actor does not keep this cluster.
        Invalid: the day has not come yet.
    """
    must_keep(actor, cluster)
    if on > await day_at(session, cluster.association, at=at):
        raise Invalid(CORRECT, [Fault("/confirmed_day", "TLK-D062", AHEAD)])
    events: list[Event] = []
    if cluster.state is ClusterState.DORMANT:
        events.append(cluster.reinstate(on=on, at=at))
    events.append(cluster.confirm(on=on, at=at))
    return [await history.record(session, event, actor=actor) for event in events]


def _faults(
    cluster: Cluster, move: Move, last: date | None, *, today: date, hidden: bool
) -> list[Fault]:
    """What is wrong with a move; of a hidden cluster it is not told when it moved (R-14)."""
    found = []
    since = last or cluster.profile.established
    if move.from_day > today:
        found.append(Fault("/from_day", "TLK-D062", AHEAD))
    elif move.from_day < since or move.from_day == last:
        values = {} if hidden else {"day": since.isoformat()}
        said = UNTOLD if hidden else TOO_EARLY
        found.append(Fault("/from_day", "TLK-D063", said, values=values))
    if move.kind is PlaceKind.SEAT and move.place.country != cluster.association:
        values = {"country": cluster.association}
        found.append(Fault("/place/country", "TLK-D040", ABROAD, values=values))
    if move.place == getattr(cluster.profile, FIELD_OF_PLACE[move.kind]):
        found.append(Fault("/place", "TLK-D064", STAYS))
    return found
