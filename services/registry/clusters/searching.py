"""What a search for clusters lets through: words in any script, and facets (R-20)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends
from pydantic import AfterValidator
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    table,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from contracts.reference import ecosystems, nuts, oblasts
from contracts.rules import BrokenRule
from contracts.vocabulary import ClusterState, LabelLevel
from services.chassis.faults import mark
from services.chassis.filters import Country, listed
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.imported import MEMBERSHIPS, ByImport, came_with

# As far as a search goes; the folders of labels and centres know more of them.
LABELS: Final = table(
    "labels",
    column("cluster_id", Uuid),
    column("level", Text),
    column("from_day", Date),
    column("ends_on", Date),
    column("state", Text),
)
CENTRES: Final = table(
    "centres", column("id", Uuid), column("code", Text), column("dual_use", Boolean)
)
LINKS: Final = table(
    "centre_links",
    column("centre_id", Uuid),
    column("cluster_id", Uuid),
    column("from_day", Date),
    column("until_day", Date),
)


class Basis(StrEnum):
    """By which place a region is meant (R-13)."""

    SEAT = "seat"
    OPERATING = "operating"


REGION_COLUMNS: Final[Mapping[Basis, InstrumentedAttribute[str]]] = {
    Basis.SEAT: Cluster.seat_region,
    Basis.OPERATING: Cluster.operating_region,
}


# Whose new version was returned is under revision too; its own people look for it apart.
Returned = Literal["revision_returned"]
RETURNED: Final[Returned] = "revision_returned"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through."""

    text: str = ""
    country: str = ""
    region: str = ""
    basis: Basis = Basis.SEAT
    ecosystem: str = ""
    technology: str = ""
    label: LabelLevel | None = None
    centre: str = ""
    state: ClusterState | Returned | None = None
    imported: str = ""  # the number of an import

    @property
    def query(self) -> str:
        """The one way in which this search is written into an address."""
        given = {NAMES.get(f.name, f.name): getattr(self, f.name) for f in fields(self)}
        if not self.region:
            del given["basis"]
        return urlencode({name: value for name, value in given.items() if value})

    def without(self, facet: str) -> "Wanted":
        """The same search as far as the other facets narrow it."""
        return replace(self, **{facet: getattr(Wanted(), facet)})


NAMES: Final = {"text": "q", "imported": "import"}
NO_REGION: Final = mark("No region has this code. Choose one from the list.")


def _must_be_a_region(given: str) -> str:
    if given and not any(key.startswith(given) for key in (*oblasts(), *nuts())):
        raise BrokenRule("TLK-D079", NO_REGION)
    return given


def asked_for(
    *,
    q: str = "",
    country: Country = "",
    region: Annotated[str, AfterValidator(_must_be_a_region)] = "",
    basis: Basis = Basis.SEAT,
    ecosystem: Annotated[str, listed(ecosystems)] = "",
    technology: str = "",
    label: LabelLevel | Literal[""] = "",
    centre: str = "",
    state: ClusterState | Returned | Literal[""] = "",
    imported: ByImport = "",
) -> Wanted:
    """The search that stands in an address; an empty field lets everything through."""
    return Wanted(
        text=q.strip(),
        country=country,
        region=region,
        basis=basis,
        ecosystem=ecosystem,
        technology=technology,
        label=label or None,
        centre=centre,
        state=state or None,
        imported=imported,
    )


Search = Annotated[Wanted, Depends(asked_for)]


def matching(wanted: Wanted, actor: Actor, today: date) -> ColumnElement[bool]:
    """The clusters that are wanted; by labels and centres of that day, as the actor sees them."""
    conditions: list[ColumnElement[Any]] = [
        Cluster.folded.contains(word, autoescape=True) for word in fold(wanted.text).split()
    ]
    conditions += [
        getattr(Cluster, name) == getattr(wanted, name)
        for name in ("country", "ecosystem")
        if getattr(wanted, name)
    ]
    if wanted.state:
        conditions.append(_in_state(wanted.state, actor))
    if wanted.region:
        place = REGION_COLUMNS[wanted.basis]
        conditions.append(place.startswith(wanted.region, autoescape=True))
    if wanted.technology:
        conditions.append(Cluster.technologies.contains([wanted.technology]))
    if wanted.label is not None:
        of_level = (label_in_force(Cluster.id, today), LABELS.c.level == wanted.label.value)
        conditions.append(exists().where(*of_level))
    if wanted.centre:
        of_centre = (link_in_force(Cluster.id, actor, today), CENTRES.c.code == wanted.centre)
        conditions.append(exists().where(*of_centre))
    if wanted.imported:
        by = MEMBERSHIPS.c.cluster_id
        conditions.append(came_with(wanted.imported, actor.association, Cluster.id, by=by))
    return and_(true(), *conditions)


def shown_state(actor: Actor) -> ColumnElement[str]:
    """The state as this actor reads it: that a new version was returned is for its own people."""
    returned = and_(Cluster.state == ClusterState.UNDER_REVISION, _seen_as_returned(actor))
    return case((returned, literal(RETURNED)), else_=cast(Cluster.state, Text))


def _in_state(wanted: ClusterState | Returned, actor: Actor) -> ColumnElement[bool]:
    """The clusters whose `shown_state` is wanted; by the column itself, for its index."""
    if wanted == RETURNED:
        return and_(Cluster.state == ClusterState.UNDER_REVISION, _seen_as_returned(actor))
    if wanted is ClusterState.UNDER_REVISION:
        return and_(Cluster.state == wanted, not_(_seen_as_returned(actor)))
    return Cluster.state == wanted


def _seen_as_returned(actor: Actor) -> ColumnElement[bool]:
    inside = true() if actor.reads_across else Cluster.association == actor.association
    return and_(func.jsonb_array_length(Cluster.reasons) > 0, inside)


Id = ColumnElement[Any] | InstrumentedAttribute[UUID]
Day = ColumnElement[Any] | InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


def label_in_force(cluster_id: Id, day: date) -> ColumnElement[bool]:
    """A label of the cluster that counts on that day."""
    held = LABELS.c
    return and_(
        held.cluster_id == cluster_id,
        held.state == "granted",
        held.from_day <= day,
        held.ends_on >= day,
    )


def link_in_force(cluster_id: Id, actor: Actor, day: date) -> ColumnElement[bool]:
    """A centre that serves the cluster on that day; the one for dual use for the vetted (R-14)."""
    link = LINKS.c
    return and_(
        link.cluster_id == cluster_id,
        link.centre_id == CENTRES.c.id,
        linked_on(day, link.from_day, link.until_day),
        true() if actor.is_vetted else ~CENTRES.c.dual_use,
    )


def linked_on(day: date, from_day: Day, until_day: Day) -> ColumnElement[bool]:
    """Whether a link of these days is there on that day; from its last one on it is no more."""
    return and_(from_day <= day, or_(until_day.is_(None), until_day > day))
