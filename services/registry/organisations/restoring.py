"""Giving an organisation back the description and the size that it had before some facts."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.organisations import OrganisationRecord, OrganisationSizeClassified
from contracts.vocabulary import SizeClass
from services.chassis import history
from services.chassis.errors import Invalid
from services.chassis.faults import mark
from services.registry.organisations.model import Organisation
from services.registry.organisations.registering import Register
from services.registry.organisations.stated import Stated

CORRECT: Final = mark("please correct the fields named below, and send it again")


async def restore(
    session: AsyncSession, association: str, organisation_id: UUID, *, before: int, at: datetime
) -> list[Event]:
    """Let what is known be again what it was before the fact number `before`.

    Nothing comes of it for sole traders, whose name and number are kept with the person. A size
    that was the first one is unknown again.

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
    if not described or described[-1].names is None:
        return None
    known = described[-1]
    return Stated(
        legal_id=known.legal_ids[0],
        names=described[-1].names,
        kind=known.kind,
        place=known.place,
        size_class=sized[-1].size_class if sized else SizeClass.UNKNOWN,
        size_day=sized[-1].size_day if sized else organisation.size_day,
        legal_form=known.legal_form,
        nace=known.nace,
        web=known.web,
    )
