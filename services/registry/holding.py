"""What a cluster or an organisation holds: it is there for whoever may see its holder."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from contracts.vocabulary import HolderKind
from services.chassis.identity import Actor
from services.registry.clusters import finding
from services.registry.clusters.model import Cluster
from services.registry.held import Held
from services.registry.organisations import queries as organisations
from services.registry.organisations.model import Organisation

H = TypeVar("H", bound=Any)
Found = Row[H, str | None, str | None]  # with number and name of its holder


def with_holders(actor: Actor, thing: type[H]) -> Select[H, str | None, str | None]:
    """The rows of a held aggregate, each with number and name of its holder.

    An organisation is named to those who may see it.
    """
    held: Any = thing
    of_organisation = and_(Organisation.id == held.holder_id, organisations.visible_to(actor))
    return (
        select(
            thing,
            func.coalesce(Cluster.number, Organisation.number),
            func.coalesce(Cluster.name, cast(Organisation.names, JSONB)["en"].astext),
        )
        .outerjoin(Cluster, Cluster.id == held.holder_id)
        .outerjoin(Organisation, of_organisation)
    )


def seen_with_holder(actor: Actor, thing: type[Held]) -> ColumnElement[bool]:
    """Whether the holder is there for this actor."""
    clusters = select(Cluster.id).where(finding.visible_to(actor))
    return or_(thing.holder_kind != HolderKind.CLUSTER, thing.holder_id.in_(clusters))
