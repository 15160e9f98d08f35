"""What may be asked of centres: opening, linking clusters, services and what is given, the rota."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.centres import RotaEntry
from contracts.declared.holdings import CentreServiceDeclared
from contracts.event import Event, uuid7
from contracts.vocabulary import CentreRole, Names, text_in
from services.chassis import history
from services.chassis.errors import Fault, Invalid, NotAllowed
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.centres.finding import centre_of, runs_a_twin, service_of
from services.registry.centres.model import Centre, CentreLink, CentreService
from services.registry.centres.refusals import (
    LinkedAlready,
    NotATwin,
    NotLinked,
    NotYourCentre,
    RotaDoesNotFit,
)
from services.registry.clusters.finding import cluster_of
from services.registry.forms import CORRECT
from services.registry.people.model import Person

UNKNOWN = mark("There is no such centre. Look its code up.")
USED = mark("{used} of it are given already. Give that number or more.")


async def open_centre(
    session: AsyncSession,
    actor: Actor,
    *,
    code: str,
    names: Names,
    industry: str,
    scope: dict[str, str],
    ecosystems: Sequence[str],
    at: datetime,
) -> Centre:
    """Let a centre of the actor's association serve clusters.

    Raises:
        NotAllowed: the actor is a person or a key; opening is done by whoever runs Talka.
    """
    if not actor.is_system:
        raise NotAllowed(mark("a centre is opened by whoever runs Talka: ask the operator"))
    centre, opened = Centre.open(
        centre_id=uuid7(),
        association=actor.association,
        code=code,
        names=names,
        industry=industry,
        scope=scope,
        ecosystems=ecosystems,
        at=at,
    )
    session.add(centre)
    await history.record(session, opened, actor=actor)
    return centre


async def link_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    code: str,
    key: str,
    role: CentreRole,
    from_day: date,
    at: datetime,
) -> CentreLink:
    """Let a centre serve a cluster, or have it as a twin, from that day.

    Raises:
        CentreNotFound, ClusterNotFound: there is none, or none for this actor.
        NotAllowed: the centre is another association's.
        NotATwin: those of the centre's country are served, those of others are twins.
        LinkedAlready: it belongs to the centre in this role on that day, or later.
    """
    centre = await _to_run(session, actor, code)
    cluster = await cluster_of(session, actor, key)
    if (role is CentreRole.TWIN) is (cluster.association == centre.association):
        raise NotATwin(mark("a centre serves clusters of its country; those of others are twins"))
    if await _link_on(session, centre, cluster.id, role, from_day=from_day) is not None:
        raise LinkedAlready(mark("this cluster belongs to the centre in this role already"))
    link = CentreLink(
        id=uuid7(),
        centre_id=centre.id,
        cluster_id=cluster.id,
        association=cluster.association,
        role=role,
        from_day=from_day,
    )
    session.add(link)
    await _done(session, actor, centre.link(cluster.id, role=role, from_day=from_day, at=at))
    return link


async def unlink_cluster(
    session: AsyncSession,
    actor: Actor,
    *,
    code: str,
    key: str,
    role: CentreRole,
    from_day: date,
    at: datetime,
) -> None:
    """Let a cluster belong to a centre in this role no more, from that day.

    Raises:
        CentreNotFound, ClusterNotFound: there is none, or none for this actor.
        NotAllowed: the centre is another association's.
        NotLinked: it does not belong to the centre in this role on that day.
        Invalid: it begins to belong to it after that day.
    """
    centre = await _to_run(session, actor, code)
    cluster = await cluster_of(session, actor, key)
    link = await _link_on(session, centre, cluster.id, role, from_day=from_day)
    if link is None:
        raise NotLinked(mark("this cluster does not belong to the centre in this role"))
    if from_day < link.from_day:
        raise Invalid(CORRECT, [Fault("/from_day", "TLK-R098", RotaDoesNotFit.LATER)])
    link.until_day = from_day
    await _done(session, actor, centre.unlink(cluster.id, role=role, from_day=from_day, at=at))


async def declare_service(
    session: AsyncSession, actor: Actor, declared: CentreServiceDeclared, *, at: datetime
) -> tuple[CentreService, list[UUID]]:
    """Offer a service for a quarter, or say anew how much of it there is; with the events' ids.

    One of the same quarter and the same English text is the same service.

    Raises:
        NotAllowed: the actor's back office runs neither the centre nor a twin of it.
        Invalid: there is no such centre, or more is given already than there would be.
    """
    actor.must_be(BACK_OFFICE)
    centre = await _declared_centre(session, actor, declared.centre)
    if centre.association != actor.association and not await runs_a_twin(session, actor, centre):
        raise NotYourCentre(
            mark("this centre is run by {association} and by those whose clusters are its twins"),
            association=centre.association,
        )
    service = await _same_service(session, actor, centre, declared)
    if service is None:
        service = CentreService(
            id=uuid7(),
            centre_id=centre.id,
            association=actor.association,
            quarter=declared.quarter,
            used=0,
        )
        session.add(service)
    elif declared.capacity < service.used:
        fault = Fault("/capacity", "TLK-D046", USED, values={"used": service.used})
        raise Invalid(USED, [fault], used=service.used)
    service.texts, service.languages = dict(declared.texts), list(declared.languages)
    service.capacity = declared.capacity
    return service, [await _done(session, actor, centre.offer(service, at=at))]


async def give_service(
    session: AsyncSession,
    actor: Actor,
    *,
    code: str,
    service_id: UUID,
    key: str,
    amount: int,
    at: datetime,
) -> CentreService:
    """Give so much of a service to a cluster.

    Raises:
        CentreNotFound, ServiceNotFound, ClusterNotFound: there is none, or none for this actor.
        NotAllowed: the service is another association's.
        NothingLeft: there is not that much left of the quarter.
    """
    centre = await centre_of(session, actor, code)
    service = await service_of(session, centre, service_id, for_update=True)
    actor.must_be(BACK_OFFICE, of=service.association)
    centre = await centre_of(session, actor, code, for_update=True)
    cluster = await cluster_of(session, actor, key)
    await _done(session, actor, centre.give(service, cluster.id, amount=amount, at=at))
    return service


async def withdraw_service(
    session: AsyncSession, actor: Actor, *, code: str, service_id: UUID, at: datetime
) -> None:
    """Offer a service no more; what was given of it stays given.

    Raises:
        CentreNotFound, ServiceNotFound: there is none, or none for this actor.
        NotAllowed: the service is another association's.
    """
    centre = await centre_of(session, actor, code)
    service = await service_of(session, centre, service_id, for_update=True)
    actor.must_be(BACK_OFFICE, of=service.association)
    centre = await centre_of(session, actor, code, for_update=True)
    await _done(session, actor, centre.withdraw(service, at=at))


async def set_rota(
    session: AsyncSession, actor: Actor, *, code: str, entries: Sequence[RotaEntry], at: datetime
) -> Centre:
    """Say who is to be asked at a centre, from when until when, and who instead.

    Raises:
        CentreNotFound: there is none, or none for this actor.
        NotAllowed: the centre is another association's.
        RotaDoesNotFit: somebody ends before they begin, substitutes for themselves, or is not kept
            by the association.
    """
    centre = await _to_run(session, actor, code)
    await _must_keep(session, actor, entries)
    await _done(session, actor, centre.set_rota(entries, at=at))
    return centre


async def _must_keep(session: AsyncSession, actor: Actor, entries: Sequence[RotaEntry]) -> None:
    named = {each.person_id for each in entries} | {each.substitute_id for each in entries}
    mine = select(Person.id).where(Person.association == actor.association, Person.id.in_(named))
    known = {None, *await session.scalars(mine)}
    for number, each in enumerate(entries):
        for part in ("person_id", "substitute_id"):
            if getattr(each, part) not in known:
                raise RotaDoesNotFit(f"/entries/{number}/{part}", RotaDoesNotFit.UNKNOWN)


async def _to_run(session: AsyncSession, actor: Actor, code: str) -> Centre:
    centre = await centre_of(session, actor, code)
    actor.must_be(BACK_OFFICE, of=centre.association)
    return await centre_of(session, actor, code, for_update=True)


async def _declared_centre(session: AsyncSession, actor: Actor, code: str) -> Centre:
    """A key may declare for the centre for dual use too: it reads nothing of it back."""
    named = select(Centre).where(Centre.code == code.strip().upper())
    if not actor.is_key and not actor.is_vetted:
        named = named.where(~Centre.dual_use)
    centre = (await session.scalars(named)).one_or_none()
    if centre is None:
        raise Invalid(UNKNOWN, [Fault("/centre", "TLK-D049", UNKNOWN)])
    return centre


async def _same_service(
    session: AsyncSession, actor: Actor, centre: Centre, declared: CentreServiceDeclared
) -> CentreService | None:
    rows = select(CentreService).where(
        CentreService.centre_id == centre.id,
        CentreService.association == actor.association,
        CentreService.quarter == declared.quarter,
        CentreService.withdrawn_at.is_(None),
    )
    wanted = text_in(declared.texts, "en")
    for service in await session.scalars(rows.with_for_update()):
        if text_in(service.texts, "en") == wanted:
            return service
    return None


async def _link_on(
    session: AsyncSession, centre: Centre, cluster_id: UUID, role: CentreRole, *, from_day: date
) -> CentreLink | None:
    """The first link that still holds on that day, or begins after it."""
    rows = select(CentreLink).where(
        CentreLink.centre_id == centre.id,
        CentreLink.cluster_id == cluster_id,
        CentreLink.role == role,
        or_(CentreLink.until_day.is_(None), CentreLink.until_day > from_day),
    )
    first = rows.order_by(CentreLink.from_day).limit(1).with_for_update()
    return (await session.scalars(first)).one_or_none()


async def _done(session: AsyncSession, actor: Actor, event: Event) -> UUID:
    return await history.record(session, event, actor=actor)
