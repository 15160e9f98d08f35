"""People in visits for people's own programs: whom visits know, and having somebody erased."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.exchanges.people import queries
from services.exchanges.people.commands import forget_person
from services.exchanges.people.shapes import ErasureIn, PlaceOut

router = Router(prefix="/exchanges/v1/people", tags=["people"])


@router.get("")
async def people(
    session: Transaction,
    actor: Acting,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Size = 50,
    after: Cursor = None,
) -> Page[PlaceOut]:
    """Whom visits know of your association, by address; `q` is looked for in names and address."""
    found, following = await queries.places_page(session, actor, text=q, cursor=after, size=limit)
    return Page(items=[PlaceOut.of(place) for place in found], next=following)


@router.post("/{person_id}/erasure", status_code=204)
async def erase(person_id: UUID, erasure: ErasureIn, session: Transaction, actor: Acting) -> None:
    """Erase from all visits a person whom the register does not keep; every service forgets."""
    await forget_person(session, actor, person_id=person_id, reason=erasure.reason, at=clock.now())
