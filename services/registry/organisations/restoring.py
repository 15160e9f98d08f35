"""Giving an organisation back the description and the size that it had before some facts."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.organisations import OrganisationRecord, OrganisationSizeClassified
from contracts.vocabulary import LegalId, Names, SizeClass
from services.chassis import history
from services.chassis.errors import Invalid
from services.chassis.faults import mark
from services.registry.organisations.model import Organisation
from services.registry.organisations.registering import Register
from services.registry.organisations.stated import Stated
from services.registry.people.model import Person

CORRECT: Final = mark("please correct the fields named below, and send it again")


async def restore(
    session: AsyncSession, association: str, organisation_id: UUID, *, before: int, at: datetime
) -> list[Event]:
    """Let what is known be again what it was before the fact number `before`.

    Name and number of a sole trader are the person's, and stay: nothing comes of it when the person
    is forgotten. A size that was the first one is unknown again.

    Raises:
        Invalid: another organisation has its former number by now.
    """
    own = select(Organisation).where(Organisation.id == organisation_id)
    organisation = (await session.scalars(own.with_for_update())).one()
    stated = await _stated(session, organisation, before)
    if stated is None:
        return []
    register = await Register.load(session, association, [stated])
    fault = register.fault_of(stated, organisation)
    if fault is not None:
        raise Invalid(CORRECT, [fault])
    events = register.revise(organisation, stated, at=at)
    await register.write(session)
    return events


async def _stated(session: AsyncSession, organisation: Organisation, before: int) -> Stated | None:
    rows = await history.rows_of(session, str(organisation.id))
    facts = [history.event_of(row) for row in rows if row["sequence"] < before]
    described = [each for each in facts if isinstance(each, OrganisationRecord)]
    sized = [each for each in facts if isinstance(each, OrganisationSizeClassified)]
    if not described:
        return None
    known = described[-1]
    called = await _called(session, known)
    if called is None:
        return None
    return Stated(
        legal_id=called[0],
        names=called[1],
        sole_trader=known.sole_trader,
        kind=known.kind,
        place=known.place,
        size_class=sized[-1].size_class if sized else SizeClass.UNKNOWN,
        size_day=sized[-1].size_day if sized else organisation.size_day,
        legal_form=known.legal_form,
        nace=known.nace,
        web=known.web,
    )


async def _called(session: AsyncSession, known: OrganisationRecord) -> tuple[LegalId, Names] | None:
    """Number and name: of a sole trader those of the person; None when nobody knows them now."""
    if known.names is not None:
        return known.legal_ids[0], known.names
    person = await session.get(Person, known.person_id) if known.person_id else None
    if person is None or not person.legal_ids:
        return None
    original = person.names.original
    return person.legal_ids[0], Names(original=original, en=person.names.latin or original)
