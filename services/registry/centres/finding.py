"""Finding one centre or one of its services, as far as somebody may see it."""

from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import CentreRole
from services.chassis import clock
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.associations.queries import today_for
from services.registry.centres.model import Centre, CentreLink, CentreService
from services.registry.centres.refusals import CentreNotFound, ServiceNotFound
from services.registry.clusters.searching import linked_on

Linked = Row[CentreLink, str, str]  # with number and name of the cluster


async def centre_of(
    session: AsyncSession, actor: Actor, code: str, *, for_update: bool = False
) -> Centre:
    """The centre of that code or id; `for_update` locks it.

    Raises:
        CentreNotFound: there is none, or none for this actor.
    """
    query = select(Centre).where(_named(code), visible_to(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    centre = (await session.scalars(query)).one_or_none()
    if centre is None:
        raise CentreNotFound(mark("there is no centre {code} here for you"), code=code[:40])
    return centre


async def service_of(
    session: AsyncSession, centre: Centre, service_id: UUID, *, for_update: bool = False
) -> CentreService:
    """One service that the centre offers.

    Raises:
        ServiceNotFound: it offers no such service.
    """
    query = select(CentreService).where(
        CentreService.id == service_id,
        CentreService.centre_id == centre.id,
        CentreService.withdrawn_at.is_(None),
    )
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    service = (await session.scalars(query)).one_or_none()
    if service is None:
        raise ServiceNotFound(mark("the centre offers no such service; look at its page"))
    return service


async def runs_a_twin(session: AsyncSession, actor: Actor, centre: Centre) -> bool:
    """Whether a cluster of the actor's association is a twin of the centre."""
    today = await today_for(session, actor, at=clock.now())
    mine = select(func.count()).where(
        CentreLink.centre_id == centre.id,
        CentreLink.association == actor.association,
        CentreLink.role == CentreRole.TWIN,
        linked_on(today, CentreLink.from_day, CentreLink.until_day),
    )
    return bool((await session.execute(mine)).scalar_one())


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The centres that are there for this actor: the one for dual use for vetted people only."""
    return true() if actor.is_vetted else ~Centre.dual_use


def _named(code: str) -> ColumnElement[bool]:
    try:
        return Centre.id == UUID(code)
    except ValueError:
        return Centre.code == code.strip().upper()
