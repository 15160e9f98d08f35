"""Organisations for systems: the list, one with its memberships, merges and requests to merge."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.vocabulary import LegalId, MemberKind, Names, Place, SizeClass
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.registry.imported import ByImport
from services.registry.memberships.asking import (
    accept_merge,
    decline_merge,
    request_of,
    requests_page,
)
from services.registry.memberships.merging import merge_organisations
from services.registry.memberships.queries import belongings_of
from services.registry.organisations import story
from services.registry.organisations.queries import Wanted, organisation_of, organisations_page
from services.registry.organisations.requests import MergeRequest, RequestState
from services.registry.story import Told

router = Router(prefix="/registry/v1", tags=["organisations"])


class OrganisationOut(BaseModel):
    """An organisation; of a sole trader names and numbers are left out."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    association: str
    ref: str | None
    names: Names | None
    legal_ids: list[LegalId]
    legal_form: str | None
    kind: MemberKind
    size_class: SizeClass
    size_day: date | None
    place: Place
    nace: list[str]
    web: str | None
    sole_trader: bool
    merged_into: UUID | None
    changed_at: datetime


class MembershipOut(BaseModel):
    """A cluster that the organisation belongs or belonged to, both days included."""

    id: UUID
    cluster: str
    cluster_name: str
    kind: MemberKind
    joined_day: date
    ended_day: date | None
    reason: str | None


class RequestOut(BaseModel):
    """One association asked another to let its organisation count as one with ours."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    association: str
    association_asked: str
    organisation_id: UUID
    other_id: UUID
    legal_scheme: str
    legal_value: str
    name: str
    state: RequestState
    reason: str | None
    requested_at: datetime
    decided_at: datetime | None


class Merge(BaseModel):
    """The organisation that stands in its place from now on, by number or id, and why."""

    into: str
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Decline(BaseModel):
    """Why both are two legal entities."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("/organisations")
async def list_organisations(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    kind: MemberKind | None = None,
    size_class: SizeClass | None = None,
    imported: ByImport = "",
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[OrganisationOut]:
    """The organisations of your association and those shared with it, by name."""
    wanted = Wanted(q, kind, size_class, imported)
    rows, following = await organisations_page(session, actor, wanted, cursor=cursor, size=limit)
    return Page(items=[OrganisationOut.model_validate(each) for each in rows], next=following)


@router.get("/organisations/merge-requests")
async def list_requests(
    session: Transaction,
    actor: Acting,
    state: RequestState | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[RequestOut]:
    """The requests to merge that your association made, or was asked, the oldest first."""
    rows, following = await requests_page(session, actor, state=state, cursor=cursor, size=limit)
    return Page(items=[RequestOut.model_validate(each) for each in rows], next=following)


@router.get("/organisations/merge-requests/{request_id}")
async def one_request(request_id: UUID, session: Transaction, actor: Acting) -> RequestOut:
    """One request to merge."""
    return RequestOut.model_validate(await request_of(session, actor, request_id))


@router.put("/organisations/merge-requests/{request_id}/acceptance")
async def accept(request_id: UUID, session: Transaction, actor: Acting) -> RequestOut:
    """Let your organisation stand in the place of theirs; both may count it from now on."""
    return _shown(await accept_merge(session, actor, request_id=request_id, at=clock.now()))


@router.put("/organisations/merge-requests/{request_id}/decline")
async def decline(
    request_id: UUID, declined: Decline, session: Transaction, actor: Acting
) -> RequestOut:
    """Keep both apart."""
    return _shown(
        await decline_merge(
            session, actor, request_id=request_id, reason=declined.reason, at=clock.now()
        )
    )


@router.get("/organisations/{key}")
async def one_organisation(key: str, session: Transaction, actor: Acting) -> OrganisationOut:
    """One organisation, by number or id."""
    return OrganisationOut.model_validate(await organisation_of(session, actor, key))


@router.get("/organisations/{key}/memberships")
async def memberships(key: str, session: Transaction, actor: Acting) -> list[MembershipOut]:
    """Where it belongs or belonged, as far as you may see, the newest first."""
    organisation = await organisation_of(session, actor, key)
    return [
        MembershipOut(
            id=each.membership.id,
            cluster=each.cluster_number,
            cluster_name=each.cluster_name,
            kind=each.membership.kind,
            joined_day=each.days.joined_day,
            ended_day=each.days.ended_day,
            reason=each.membership.reason,
        )
        for each in await belongings_of(session, actor, organisation.id)
    ]


@router.get("/organisations/{key}/history")
async def history_of(key: str, session: Transaction, actor: Acting) -> Sequence[Told]:
    """What happened to one organisation as far as you may read it, the newest first."""
    organisation = await organisation_of(session, actor, key)
    return await story.of_organisation(session, actor, organisation)


@router.put("/organisations/{key}/merge")
async def merge(key: str, given: Merge, session: Transaction, actor: Acting) -> OrganisationOut:
    """Let another of your organisations stand in its place; gives that one."""
    survivor = await merge_organisations(
        session, actor, key=key, into=given.into, reason=given.reason, at=clock.now()
    )
    await session.flush()
    return OrganisationOut.model_validate(survivor)


def _shown(request: MergeRequest) -> RequestOut:
    return RequestOut.model_validate(request)
