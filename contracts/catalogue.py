"""All promised types by name, and the one way to read an event's data by its class."""

from typing import Final, Literal

from pydantic_core import from_json

from . import (
    analytics,
    centres,
    clusters,
    data_requests,
    declarations,
    exchanges,
    imports,
    intake,
    labels,
    memberships,
    notifications,
    offers,
    organisations,
    participations,
    people,
    registry,
    sessions,
    sites,
)
from .attributes import Envelope
from .declarations import Declaration
from .declared import clusters as declared_clusters
from .declared import holdings as declared_holdings
from .declared import members as declared_members
from .declared import people as declared_people
from .declared import withdrawals
from .event import Event, event_classes
from .upcasting import lift

MODULES: Final = (
    *(registry, clusters, organisations, memberships, people, imports),
    data_requests,
    *(labels, participations, sites, offers, centres),
    *(exchanges, notifications, analytics, sessions, intake),
    *(declarations, declared_clusters, declared_members, declared_people, withdrawals),
    declared_holdings,
)

DECLARATIONS: Final[dict[str, type[Declaration]]] = {
    found.type: found for found in event_classes() if issubclass(found, Declaration)
}
EVENTS: Final[dict[str, type[Event]]] = {
    found.type: found for found in event_classes() if not issubclass(found, Declaration)
}


class UnknownType(ValueError):
    """Nobody promised a type of this name."""


def class_of(event_type: str) -> type[Event]:
    """The class of a type, be it an event or a declaration.

    Raises:
        UnknownType: there is none.
    """
    found = EVENTS.get(event_type) or DECLARATIONS.get(event_type)
    if found is None:
        raise UnknownType(f"there is no type {event_type!r}; see: talka contracts list")
    return found


def read(envelope: Envelope, data: bytes | None) -> Event:
    """The event that `data` (JSON) and its envelope state. `data` is None for a tombstone.

    Unknown fields of events are ignored, those of declarations are refused. What stands under a
    type that is gone is read as its successor.

    Raises:
        UnknownType: nobody promised this type.
        ValidationError: the data break the contract.
        ValueError: there are no data, or they are no JSON object.
    """
    envelope, data = lift(envelope, data)
    event_class = class_of(envelope.type)
    if event_class.tombstone != (data is None):
        raise ValueError(
            "a tombstone has no data" if event_class.tombstone else "the record has no data"
        )
    fields = {} if data is None else from_json(data, allow_inf_nan=False)
    if not isinstance(fields, dict):
        raise ValueError("the data are no JSON object")  # noqa: TRY004 - a fault of the data
    fields["subject"], fields["time"] = envelope.subject, envelope.time
    return event_class.model_validate(fields, extra=_extra(event_class))


def _extra(event_class: type[Event]) -> Literal["forbid", "ignore"]:
    """Holds for the values inside as well, which are shared by both kinds."""
    return "forbid" if issubclass(event_class, Declaration) else "ignore"
