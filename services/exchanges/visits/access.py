"""Who may see a visit and act on it: its two associations, and what a link gives."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Party
from services.chassis.errors import NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import VisitNotFound

COORDINATOR = "coordinator"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The visits that the actor may know of."""
    if actor.reads_across:
        return true()
    return or_(
        Visit.visitor_association == actor.association,
        Visit.host_association == actor.association,
    )


def shown_to(actor: Actor) -> ColumnElement[bool]:
    """The visits that may be shown to the actor: dual-use ones to vetted people only (R-14)."""
    if actor.is_vetted or actor.is_guest or actor.is_system:
        return visible_to(actor)
    return visible_to(actor) & Visit.dual_use.is_(False)


async def visit_of(
    session: AsyncSession, actor: Actor, key: str, *, for_update: bool = False
) -> Visit:
    """The visit of that number (`EX-2027-031`) or id, as far as the actor may know of it.

    Raises:
        VisitNotFound: there is none, or it is another association's.
    """
    declares = for_update and actor.is_key  # it reads nothing back
    query = select(Visit).where(_named(key), visible_to(actor) if declares else shown_to(actor))
    if for_update and not actor.reads_across:  # who only reads has no row to lock
        query = query.with_for_update(of=Visit)
    visit = await session.scalar(query)
    if visit is None:
        raise VisitNotFound(
            mark("there is no visit {key} here; look for it in the schedule"), key=key[:40]
        )
    return visit


def _named(key: str) -> ColumnElement[bool]:
    try:
        return Visit.id == UUID(key)
    except ValueError:
        return Visit.number == key.upper()


def must_coordinate(actor: Actor, associations: Collection[str]) -> None:
    """Let a coordinator of one of these associations pass.

    Raises:
        NotAllowed: naming the role and the associations.
    """
    if actor.is_(COORDINATOR) and actor.association in associations:
        return
    raise NotAllowed(
        mark("this needs the role coordinator of {associations}; their back office can give it"),
        associations=sorted(associations),
    )


def sides_of(visit: Visit) -> tuple[str, str]:
    """The two associations of a visit: the visiting one, the host one."""
    return visit.visitor_association, visit.host_association


def party_of(actor: Actor, visit: Visit) -> Party:
    """The side for which a coordinator acts; the host's where both are one association."""
    return Party.HOP if actor.association == visit.host_association else Party.VOP
