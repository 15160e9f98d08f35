"""Requests about data for people's own programs: the list, one, and what is done with them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from contracts.data_requests import DataRequestKind, ExtensionReason, RefusalReason
from contracts.vocabulary import Association
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.data_requests import commands, finding, queries
from services.registry.data_requests.files import file_of
from services.registry.data_requests.model import DataRequest
from services.registry.data_requests.queries import Wanted
from services.registry.data_requests.states import DataRequestState

router = Router(prefix="/registry/v1/data-requests", tags=["data requests"])

Told = Annotated[str, Field(min_length=1, max_length=2000)]


class DataRequestOut(BaseModel):
    """A request; `association` owes the answer. Once it is answered it does not say who asked."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    association: str
    received_by: str
    kind: DataRequestKind
    state: DataRequestState
    name: str
    mail: str
    words: str
    received_day: date
    due_day: date
    reason: str | None
    told: str
    person_id: UUID | None
    closed_at: datetime | None


class NewRequest(BaseModel):
    """Who asked what, and on which day."""

    kind: DataRequestKind
    name: Annotated[str, Field(min_length=1, max_length=200)]
    mail: EmailStr
    words: Annotated[str, Field(max_length=2000)] = ""
    received_day: date


class PassingOn(BaseModel):
    """The association that keeps the person."""

    association: Association


class Extension(BaseModel):
    """Why a month is not enough, and what who asked was told."""

    reason: ExtensionReason
    told: Told


class Refusal(BaseModel):
    """Why the request is not carried out, and what who asked was told."""

    reason: RefusalReason
    told: Told


class Answer(BaseModel):
    """Whom the request is about; without a person, nobody of that name is kept."""

    person_id: UUID | None


@router.get("")
async def list_requests(
    *,
    session: Transaction,
    actor: Acting,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: DataRequestKind | None = None,
    owed: bool = False,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[DataRequestOut]:
    """The requests you took or answer, by the day they are due; `owed` leaves out the closed."""
    found, following = await queries.requests_page(
        session, actor, Wanted(q, kind, owed), cursor=cursor, size=limit
    )
    return Page(items=[DataRequestOut.model_validate(each) for each in found], next=following)


@router.post("", status_code=201)
async def receive(given: NewRequest, session: Transaction, actor: Acting) -> DataRequestOut:
    """Write down that somebody asked; the answer is due a month after that day."""
    request = await commands.receive_request(session, actor, at=clock.now(), **dict(given))
    return await _shown(session, request)


@router.get("/{key}")
async def one(key: str, session: Transaction, actor: Acting) -> DataRequestOut:
    """One request."""
    return DataRequestOut.model_validate(await finding.request_of(session, actor, key))


@router.get("/{key}/data")
async def data(key: str, person_id: UUID, session: Transaction, actor: Acting) -> Response:
    """Everything that is kept of a person, as a file for who asked."""
    kept = await queries.all_kept_of(session, actor, key=key, person_id=person_id, at=clock.now())
    return file_of(kept)


@router.put("/{key}/passing-on")
async def pass_on(
    key: str, given: PassingOn, session: Transaction, actor: Acting
) -> DataRequestOut:
    """Let the association answer that keeps the person; the day stays."""
    request = await commands.pass_request_on(
        session, actor, key=key, association=given.association, at=clock.now()
    )
    return await _shown(session, request)


@router.put("/{key}/extension")
async def extend(key: str, given: Extension, session: Transaction, actor: Acting) -> DataRequestOut:
    """Take two months more, once, within the first month."""
    request = await commands.extend_request(session, actor, key=key, at=clock.now(), **dict(given))
    return await _shown(session, request)


@router.put("/{key}/answer")
async def answer(key: str, given: Answer, session: Transaction, actor: Acting) -> DataRequestOut:
    """State that it is carried out; an erasure forgets the person in every service."""
    request = await commands.answer_request(
        session, actor, key=key, person_id=given.person_id, at=clock.now()
    )
    return await _shown(session, request)


@router.put("/{key}/refusal")
async def refuse(key: str, given: Refusal, session: Transaction, actor: Acting) -> DataRequestOut:
    """Not carry it out, with a reason that who asked was told."""
    request = await commands.refuse_request(session, actor, key=key, at=clock.now(), **dict(given))
    return await _shown(session, request)


async def _shown(session: AsyncSession, request: DataRequest) -> DataRequestOut:
    await session.flush()
    return DataRequestOut.model_validate(request)
