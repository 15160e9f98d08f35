"""Rows of facts from events: pure, so that a replay gives the same rows."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.event import Event
from contracts.exchanges import SessionPlan, VisitEvent, VisitOpened
from contracts.stay import Stay
from contracts.vocabulary import COUNTRIES
from services.analytics.facts.model import Fate
from services.chassis.received import Received

E = TypeVar("E", bound=Event)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=VisitEvent)


def newest(events: Sequence[Received[E]], *, key: Callable[[E], K]) -> dict[K, E]:
    """The last event about each thing, the things in the order of their keys: no deadlocks."""
    last = {key(received.event): received.event for received in events}
    return {thing: last[thing] for thing in sorted(last, key=str)}


def visit_of(event: VisitEvent) -> UUID:
    """The visit that the event is about."""
    return UUID(event.subject)


def visits_of(events: Sequence[Received[V]]) -> set[UUID]:
    """The visits that these events are about."""
    return {visit_of(received.event) for received in events}


def association_of(received: Received[Any]) -> str:
    """The association whose cluster the event is about.

    Raises:
        ValueError: it names none that has clusters.
    """
    association = received.envelope.association
    if association not in COUNTRIES:
        raise ValueError(f"the event names no association with clusters, but {association!r}")
    return association


def local_day(at: datetime, zone: str) -> date:
    """The date on the calendar in `zone` at this instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def shared(event: VisitEvent) -> dict[str, Any]:
    """Columns that every fact of a visit has: which visit, and whose rows they are."""
    return {
        "visit_id": visit_of(event),
        "visitor_association": event.visitor_association,
        "host_association": event.host_association,
    }


def visit_row(event: VisitOpened) -> dict[str, Any]:
    """A visit of which nothing counts yet."""
    stay = Stay()
    return {
        **shared(event),
        "number": event.number,
        "visiting_organisation_id": event.visiting_organisation_id,
        "host_organisation_id": event.host_organisation_id,
        "host_zone": event.host_zone,
        "dual_use": event.dual_use,
        "fate": Fate.OPEN,
        "ended_at": None,
        "ended_on": None,
        "days_on_site": stay.days_on_site,
        "days_online": stay.days_online,
        "visit_class": stay.visit_class,
        "completed": stay.completed,
    }


def session_row(plan: SessionPlan, *, host_zone: str) -> dict[str, Any]:
    """A session as planned, on its local date at the host; nobody has agreed to it yet."""
    region = plan.place.region if plan.place else None
    return {
        **shared(plan),
        "session_id": plan.session_id,
        "mode": plan.mode,
        "starts_at": plan.starts.instant,
        "held_on": local_day(plan.starts.instant, host_zone),
        "agreed_on": None,
        "dropped": False,
        "region_scheme": region.scheme if region else None,
        "region_code": region.code if region else None,
    }
