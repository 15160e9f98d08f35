"""Taking back things that a declaration brought into the register: each by an act of its own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.centres import CentreServiceGiven, CentreServiceOffered
from contracts.event import Event
from contracts.labels import LabelExpired, LabelGranted
from contracts.offers import OfferPosted
from contracts.participations import ParticipationRecorded
from contracts.sites import SiteOpened
from contracts.staff import StaffAppointed
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry.associations.queries import day_at
from services.registry.centres.model import Centre, CentreService
from services.registry.declarations.dependants import fault_of
from services.registry.declarations.model import Dependent
from services.registry.declarations.words import CENTRE_SERVICE
from services.registry.labels.commands import take_away
from services.registry.labels.model import Label
from services.registry.offers.model import Offer
from services.registry.participations.model import Participation
from services.registry.sites.model import Site
from services.registry.staff import commands as staff

CORRECT: Final = mark("please correct the fields named below, and send it again")
NO_WAY_BACK: Final = mark("This changed what the register knew before. Post what is right instead.")

T = TypeVar("T", bound=Any)


def no_way_back() -> Invalid:
    """The refusal of what cannot be undone, because something else was known before."""
    return Invalid(CORRECT, [Fault("/declaration", "TLK-D182", NO_WAY_BACK)])


async def take_back_thing(
    session: AsyncSession, actor: Actor, said: Sequence[Event], *, reason: str, at: datetime
) -> Event:
    """Undo facts by which a thing came into the register; gives the event, not yet recorded.

    A site and a participation end on the day before their first: they count for none.

    Raises:
        Invalid: there is no way back, as for a label that let another one expire.
        DomainError: the thing has ended meanwhile, or somebody would be missing.
    """
    fact = said[0]
    if any(isinstance(each, LabelExpired) for each in said):
        raise no_way_back()
    return await _undone(session, actor, fact, reason=reason, at=at)


async def _undone(
    session: AsyncSession, actor: Actor, fact: Event, *, reason: str, at: datetime
) -> Event:
    key = UUID(fact.subject)
    today = await day_at(session, actor.association, at=at)
    match fact:
        case LabelGranted():
            label = await _locked(session, Label, key)
            return await take_away(session, label, reason=reason, on=today, at=at)
        case ParticipationRecorded():
            participation = await _locked(session, Participation, key)
            return participation.take_back(at=at)
        case SiteOpened():
            site = await _locked(session, Site, key)
            return site.take_back(at=at)
        case OfferPosted():
            return (await _locked(session, Offer, key)).withdraw(at=at)
        case CentreServiceOffered():
            service = await _locked(session, CentreService, fact.service_id)
            await _must_be_untouched(session, service, fact)
            return (await _locked(session, Centre, key)).withdraw(service, at=at)
        case StaffAppointed():
            return await _dismissed(session, key, on=today, at=at)
        case _:
            raise no_way_back()


async def _dismissed(session: AsyncSession, staff_id: UUID, *, on: date, at: datetime) -> Event:
    found = await staff.lock(session, staff_id)
    found.must_leave_a_back_office(None, at=at)
    return found.member.dismiss(on=on, at=at)


async def _must_be_untouched(
    session: AsyncSession, service: CentreService, fact: CentreServiceOffered
) -> None:
    """Let a service pass that was offered once, and of which nothing was given."""
    if service.used:
        given = Dependent(CENTRE_SERVICE, None, CentreServiceGiven.type)
        raise Invalid(CORRECT, [fault_of(given)])
    rows = await history.rows_of(session, fact.subject)
    offered = [history.event_of(row) for row in rows if row["type"] == fact.type]
    same = [e for e in offered if isinstance(e, type(fact)) and e.service_id == fact.service_id]
    if len(same) > 1:
        raise no_way_back()


async def _locked(session: AsyncSession, thing: type[T], key: UUID) -> T:
    rows = select(thing).where(thing.id == key).with_for_update()
    found: T = (await session.scalars(rows.execution_options(populate_existing=True))).one()
    return found
