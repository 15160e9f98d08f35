"""People for people's own programs: the list, one, and forgetting. Systems declare them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from contracts.people import Absence, ContactNames, PersonFunction
from contracts.vocabulary import LanguageSkill
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.identity import BACK_OFFICE
from services.chassis.paging import Cursor, Page, Size
from services.registry.contacts.forgetting import forget_wholly
from services.registry.imported import ByImport
from services.registry.people.queries import people_page, person_of

router = Router(prefix="/registry/v1/people", tags=["people"])


class PersonOut(BaseModel):
    """One person, as the association keeps them."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    ref: str | None
    names: ContactNames
    mail: str
    phone: str | None
    language: str
    languages: tuple[LanguageSkill, ...]
    zone: str
    organisation_id: UUID | None
    functions: tuple[PersonFunction, ...]
    absences: tuple[Absence, ...]
    recorded_at: datetime


@router.get("")
async def people(
    *,
    session: Transaction,
    actor: Acting,
    q: Annotated[str, Query(max_length=200)] = "",
    imported: ByImport = "",
    limit: Size = 50,
    after: Cursor = None,
) -> Page[PersonOut]:
    """The people of your association by name; `q` is found in either script."""
    actor.must_be(BACK_OFFICE)
    found, following = await people_page(
        session, actor, q=q, imported=imported, cursor=after, size=limit
    )
    return Page(items=[PersonOut.model_validate(each) for each in found], next=following)


@router.get("/{person_id}")
async def person(person_id: UUID, session: Transaction, actor: Acting) -> PersonOut:
    """One person of your association: also what is handed to the person who asks for access."""
    actor.must_be(BACK_OFFICE)
    return PersonOut.model_validate(await person_of(session, actor, person_id))


@router.delete("/{person_id}", status_code=204)
async def forget(person_id: UUID, session: Transaction, actor: Acting) -> None:
    """Forget a person; every service drops what it knows."""
    await forget_wholly(session, actor, person_id=person_id, at=clock.now())
