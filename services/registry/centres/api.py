"""Centres for systems: the list, one with all that belongs to it, and the acts of people on it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.centres import RotaEntry
from contracts.vocabulary import CentreRole, Names
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.identity import Actor
from services.chassis.paging import Cursor, Page, Size
from services.registry.associations.queries import day_at, today_for
from services.registry.centres import commands, finding, queries
from services.registry.centres.model import Centre
from services.registry.centres.words import quarter_of

MOST_ON_ROTA: Final = 100

router = Router(prefix="/registry/v1/centres", tags=["centres"])


class CentreOut(BaseModel):
    """A centre in the list; capacity and what is left are of the present quarter."""

    id: UUID
    code: str
    association: str
    names: Names
    industry: str
    ecosystems: list[str]
    served: int
    twins: int
    capacity: int
    left: int


class LinkOut(BaseModel):
    """A cluster that belongs to a centre."""

    number: str
    name: str
    association: str
    role: CentreRole
    from_day: date


class ServiceOut(BaseModel):
    """A service of one quarter: how much of it there is, and what can still be given."""

    id: UUID
    association: str
    texts: dict[str, str]
    languages: list[str]
    quarter: str
    capacity: int
    left: int


class WholeCentreOut(BaseModel):
    """A centre with its clusters and its services from the present quarter on.

    The rota is for its own association.
    """

    id: UUID
    code: str
    association: str
    names: Names
    industry: str
    scope: dict[str, str]
    ecosystems: list[str]
    links: Sequence[LinkOut]
    services: Sequence[ServiceOut]
    rota: Sequence[RotaEntry] | None
    changed_at: datetime


class Linking(BaseModel):
    """From which day the cluster belongs to the centre, or does no more."""

    from_day: date


class Given(BaseModel):
    """How much of a service a cluster gets."""

    cluster: str
    amount: Annotated[int, Field(ge=1)]


class Rota(BaseModel):
    """The whole rota, in place of the one before."""

    entries: Annotated[list[RotaEntry], Field(max_length=MOST_ON_ROTA)]


@router.get("")
async def list_centres(
    *, session: Transaction, actor: Acting, cursor: Cursor = None, limit: Size = 50
) -> Page[CentreOut]:
    """The centres, by code."""
    quarter = quarter_of(await today_for(session, actor, at=clock.now()))
    rows, following = await queries.centres_page(session, actor, quarter, cursor=cursor, size=limit)
    fields = ("id", "code", "association", "names", "industry", "ecosystems")
    items = [
        CentreOut(
            **{field: getattr(row.centre, field) for field in fields},
            served=row.served,
            twins=row.twins,
            capacity=row.capacity,
            left=row.left,
        )
        for row in rows
    ]
    return Page(items=items, next=following)


@router.get("/{code}")
async def one_centre(code: str, session: Transaction, actor: Acting) -> WholeCentreOut:
    """One centre, by code or id."""
    return await _shown(session, actor, await finding.centre_of(session, actor, code))


@router.put("/{code}/clusters/{key}/{role}")
async def link(
    *,
    code: str,
    key: str,
    role: CentreRole,
    linking: Linking,
    session: Transaction,
    actor: Acting,
) -> WholeCentreOut:
    """Let the centre serve a cluster, or have it as a twin."""
    await commands.link_cluster(
        session, actor, code=code, key=key, role=role, from_day=linking.from_day, at=clock.now()
    )
    return await one_centre(code, session, actor)


@router.put("/{code}/clusters/{key}/{role}/end")
async def unlink(
    *,
    code: str,
    key: str,
    role: CentreRole,
    linking: Linking,
    session: Transaction,
    actor: Acting,
) -> WholeCentreOut:
    """Let a cluster belong to the centre in this role no more."""
    await commands.unlink_cluster(
        session, actor, code=code, key=key, role=role, from_day=linking.from_day, at=clock.now()
    )
    return await one_centre(code, session, actor)


@router.post("/{code}/services/{service_id}/given")
async def give(
    code: str, service_id: UUID, given: Given, session: Transaction, actor: Acting
) -> WholeCentreOut:
    """Give so much of a service to a cluster."""
    await commands.give_service(
        session,
        actor,
        code=code,
        service_id=service_id,
        key=given.cluster,
        amount=given.amount,
        at=clock.now(),
    )
    return await one_centre(code, session, actor)


@router.put("/{code}/services/{service_id}/withdrawal")
async def withdraw(
    code: str, service_id: UUID, session: Transaction, actor: Acting
) -> WholeCentreOut:
    """Offer a service no more."""
    await commands.withdraw_service(
        session, actor, code=code, service_id=service_id, at=clock.now()
    )
    return await one_centre(code, session, actor)


@router.put("/{code}/rota")
async def set_rota(code: str, rota: Rota, session: Transaction, actor: Acting) -> WholeCentreOut:
    """Say who is to be asked, from when until when, and who instead."""
    await commands.set_rota(session, actor, code=code, entries=rota.entries, at=clock.now())
    return await one_centre(code, session, actor)


async def _shown(session: AsyncSession, actor: Actor, centre: Centre) -> WholeCentreOut:
    since = quarter_of(await day_at(session, centre.association, at=clock.now()))
    services = await queries.services_of(session, centre, since=since)
    own = actor.association == centre.association
    fields = ("id", "code", "association", "names", "industry", "scope", "ecosystems", "changed_at")
    return WholeCentreOut(
        **{field: getattr(centre, field) for field in fields},
        links=[
            LinkOut(
                number=number,
                name=name,
                association=link.association,
                role=link.role,
                from_day=link.from_day,
            )
            for link, number, name in await queries.links_of(session, actor, centre)
        ],
        services=[ServiceOut.model_validate(service, from_attributes=True) for service in services],
        rota=[RotaEntry.model_validate(entry) for entry in centre.rota] if own else None,
    )
