"""Entering an organisation by hand before it is a member anywhere, and revising one."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.memberships.asking import ask_to_merge
from services.registry.memberships.declaring import CORRECT, person_of
from services.registry.organisations.model import Organisation
from services.registry.organisations.queries import organisation_of
from services.registry.organisations.refusals import StaleOrganisation
from services.registry.organisations.registering import Register
from services.registry.organisations.stated import Stated

WITH_PERSON: Final = mark("Name and number of a sole trader are kept with the person.")


async def enter_organisation(
    session: AsyncSession, actor: Actor, stated: Stated, *, at: datetime
) -> tuple[Organisation, list[UUID]]:
    """Enter an organisation, or revise the known one of that number; with the ids of the events.

    Raises:
        NotAllowed: the actor does not work for the back office.
        Invalid: another organisation has its number; if another association keeps that one, it
            is asked to merge it.
    """
    actor.must_be(BACK_OFFICE)
    register = await Register.load(session, actor.association, [stated])
    await _must_be_free(session, actor, register, stated, at=at)
    person_id = await person_of(session, actor, stated, at)
    organisation, events = register.take(stated, person_id=person_id, at=at)
    await register.write(session)
    return organisation, await _recorded(session, actor, events)


async def revise_organisation(
    session: AsyncSession,
    actor: Actor,
    stated: Stated,
    *,
    key: str,
    lock: int | None = None,
    at: datetime,
) -> tuple[Organisation, list[UUID]]:
    """Put what is stated in the place of what is known; nothing comes of the same.

    Raises:
        OrganisationNotFound: there is none for this actor.
        NotAllowed: the actor is not of the back office that keeps it.
        StaleOrganisation: it was changed since the actor saw it.
        AlreadyMerged: another organisation stands in its place.
        Invalid: another organisation has this number, or a person is meant.
    """
    organisation = await organisation_of(session, actor, key, for_update=True)
    actor.must_be(BACK_OFFICE, of=organisation.association)
    if lock not in (None, organisation.lock):
        raise StaleOrganisation(mark("look at the organisation as it is now, then decide again"))
    if organisation.sole_trader:
        raise Invalid(CORRECT, [Fault("", "TLK-D128", WITH_PERSON)])
    register = await Register.load(session, organisation.association, [stated])
    await _must_be_free(session, actor, register, stated, known=organisation, at=at)
    events = register.revise(organisation, stated, at=at)
    await register.write(session)
    return organisation, await _recorded(session, actor, events)


async def _must_be_free(
    session: AsyncSession,
    actor: Actor,
    register: Register,
    stated: Stated,
    *,
    known: Organisation | None = None,
    at: datetime,
) -> None:
    fault = register.fault_of(stated, known)
    if fault is None:
        return
    if there := register.elsewhere.get(stated.legal_id):
        own = known.id if known is not None else None
        await ask_to_merge(session, actor, stated, there, own=own, at=at)
    raise Invalid(CORRECT, [fault])


async def _recorded(session: AsyncSession, actor: Actor, events: list[Event]) -> list[UUID]:
    return await history.record_all(session, [(event, actor, None) for event in events])
