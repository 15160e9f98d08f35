"""A cluster as it was at the end of any past day, told from its history (R-18)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import registry as facts
from contracts.clusters import ClusterRelocated, ClusterRevisionDropped
from contracts.event import Event
from contracts.registry import ClusterProfile
from contracts.vocabulary import ClusterState, Place, PlaceKind
from services.chassis import history
from services.chassis.faults import mark
from services.registry.associations.queries import zone_of
from services.registry.clusters.model import FIELD_OF_PLACE, Cluster
from services.registry.clusters.places import place_on, relocations_of
from services.registry.clusters.refusals import ClusterNotFound

_S = ClusterState

# which state a fact leads to; facts that are not here change none
LEADS_TO: Final[dict[type[Event], ClusterState]] = {
    facts.ClusterDrafted: _S.DRAFT,
    facts.ClusterSubmitted: _S.SUBMITTED,
    facts.ClusterReviewStarted: _S.IN_REVIEW,
    facts.ClusterReturned: _S.DRAFT,
    facts.ClusterRejected: _S.REJECTED,
    facts.ClusterWithdrawn: _S.WITHDRAWN,
    facts.ClusterReopened: _S.DRAFT,
    facts.ClusterPublished: _S.PUBLISHED,
    facts.ClusterRevised: _S.PUBLISHED,
    facts.ClusterRevisionStarted: _S.UNDER_REVISION,
    ClusterRevisionDropped: _S.PUBLISHED,
    facts.ClusterWentDormant: _S.DORMANT,
    facts.ClusterSuspended: _S.SUSPENDED,
    facts.ClusterReinstated: _S.PUBLISHED,
    facts.ClusterArchived: _S.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Past:
    """What was known at the end of `on`; the places are those that held on that day."""

    on: date
    state: ClusterState
    version: int
    profile: ClusterProfile
    confirmed_on: date | None
    seat: Place | None = None
    operating_place: Place | None = None


async def past_of(session: AsyncSession, cluster: Cluster, *, on: date) -> Past:
    """The cluster as it was on a day at its association's seat, as far as the actor may read.

    Raises:
        ClusterNotFound: nothing was known of it on that day.
    """
    zone = ZoneInfo(await zone_of(session, cluster.association))
    end = datetime.combine(on + timedelta(days=1), time(), zone)
    rows = await history.rows_of(session, str(cluster.id))
    known = as_told(
        (history.event_of(row) for row in rows if row["time"] < end and row["data"]), on=on
    )
    if known is None:
        raise ClusterNotFound(
            mark("nothing is known of {key} on that day: choose a later one"), key=cluster.number
        )
    moves = await relocations_of(session, cluster.id)
    return replace(
        known,
        seat=place_on(cluster, moves, PlaceKind.SEAT, on),
        operating_place=place_on(cluster, moves, PlaceKind.OPERATING, on),
    )


def as_told(events: Iterable[Event], *, on: date) -> Past | None:
    """What these facts, in their order, leave of a cluster; None when none shows a profile."""
    past: Past | None = None
    moved = False
    for event in events:
        if isinstance(event, facts.ClusterDrafted | facts.PublishedProfile):
            state = past.state if past and moved else LEADS_TO[type(event)]
            confirmed_on = past.confirmed_on if past else None
            past = Past(on, state, event.version, event.profile, confirmed_on)
        elif past is not None:
            past = replace(past, **_changes(past, event))
        moved = isinstance(event, ClusterRelocated)  # the version that follows changes no state
    return past


def _changes(past: Past, event: Event) -> dict[str, Any]:
    match event:
        case ClusterRelocated():
            place = {FIELD_OF_PLACE[event.kind]: event.place}
            return {"profile": past.profile.model_copy(update=place)}
        case facts.ClusterConfirmed():
            return {"confirmed_on": event.confirmed_day}
        case _:
            state = LEADS_TO.get(type(event))
            return {} if state is None else {"state": state}
