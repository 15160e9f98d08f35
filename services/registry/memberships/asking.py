"""Asking another association to merge its organisation with ours, and its answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from services.chassis import history, paging, tenancy
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.memberships.merging import follow
from services.registry.organisations.model import Organisation, merged
from services.registry.organisations.queries import organisation_of
from services.registry.organisations.refusals import RequestNotFound
from services.registry.organisations.registering import Elsewhere
from services.registry.organisations.requests import MergeRequest, RequestState
from services.registry.organisations.stated import Stated

AGREED: Final = "agreed between {asking} and {asked}"


async def ask_to_merge(
    session: AsyncSession,
    actor: Actor,
    stated: Stated,
    there: Elsewhere,
    *,
    own: UUID | None = None,
    at: datetime,
) -> None:
    """Ask the association that holds the number, unless it was asked and has not decided yet.

    What is to be merged is the organisation `own`, else the one of that ref, if there is one.
    """
    asked = select(MergeRequest.id).where(
        MergeRequest.association == actor.association,
        MergeRequest.other_id == there.organisation_id,
        MergeRequest.state == RequestState.REQUESTED,
    )
    if stated.sole_trader or await session.scalar(asked) is not None:
        return
    if own is None and stated.ref is not None:
        named = select(Organisation.id).where(
            Organisation.association == actor.association, Organisation.ref == stated.ref
        )
        own = await session.scalar(named)
    request, event = MergeRequest.ask(
        request_id=uuid7(),
        association=actor.association,
        association_asked=there.association,
        organisation_id=own or uuid7(),
        other_id=there.organisation_id,
        legal_id=stated.legal_id,
        name=stated.names.original,
        by=actor.id,
        at=at,
    )
    session.add(request)
    await history.record(session, event, actor=actor)


async def accept_merge(
    session: AsyncSession, actor: Actor, *, request_id: UUID, at: datetime
) -> MergeRequest:
    """Let the organisation stand in the place of the asking side's; both may count it from now on.

    Raises:
        RequestNotFound: there is none for this actor.
        NotAllowed: the actor is not of the back office that was asked.
        AlreadyDecided: somebody decided before.
    """
    request = await _asked(session, actor, request_id)
    request.accept(by=actor.id, at=at)
    survivor = await organisation_of(session, actor, str(request.other_id), for_update=True)
    survivor.share_with(request.association)
    await session.flush()
    # what follows is written on the asking side, which agreed to it by asking
    asking = Actor(actor.id, request.association)
    await tenancy.enter(session, asking)
    own = select(Organisation).where(Organisation.id == request.organisation_id).with_for_update()
    gone = (await session.scalars(own)).one_or_none()
    if gone is None:
        events: list[Event] = [merged(request.organisation_id, survivor.id, at=at)]
    else:
        events = [gone.merge(survivor, at=at)]
        reason = AGREED.format(asking=request.association, asked=request.association_asked)
        events += await follow(session, asking, gone, survivor, reason=reason, at=at)
    await history.record_all(session, [(event, asking, None) for event in events])
    await session.flush()
    await tenancy.enter(session, actor)
    return request


async def decline_merge(
    session: AsyncSession, actor: Actor, *, request_id: UUID, reason: str, at: datetime
) -> MergeRequest:
    """Keep both apart.

    Raises:
        RequestNotFound: there is none for this actor.
        NotAllowed: the actor is not of the back office that was asked.
        AlreadyDecided: somebody decided before.
    """
    request = await _asked(session, actor, request_id)
    declined = request.decline(reason=reason, by=actor.id, at=at)
    await session.flush()
    asking = Actor(actor.id, request.association)
    await tenancy.enter(session, asking)
    await history.record(session, declined, actor=asking)
    await tenancy.enter(session, actor)
    return request


async def request_of(
    session: AsyncSession, actor: Actor, request_id: UUID, *, for_update: bool = False
) -> MergeRequest:
    """A request that the actor's association made, or was asked.

    Raises:
        RequestNotFound: there is none for this actor.
    """
    query = select(MergeRequest).where(MergeRequest.id == request_id, _concerning(actor))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    request = (await session.scalars(query)).one_or_none()
    if request is None:
        raise RequestNotFound(mark("there is no such request: look at the list"))
    return request


async def requests_page(
    session: AsyncSession,
    actor: Actor,
    *,
    state: RequestState | None = None,
    cursor: str | None,
    size: int,
) -> tuple[Sequence[MergeRequest], str | None]:
    """The requests that the association made or was asked, the oldest first; the next cursor."""
    rows = select(MergeRequest).where(_concerning(actor))
    if state is not None:
        rows = rows.where(MergeRequest.state == state)
    return await paging.page(
        session, rows, MergeRequest.requested_at, MergeRequest.id, cursor=cursor, size=size
    )


async def requests_waiting(session: AsyncSession, actor: Actor) -> int:
    """How many requests wait for the decision of the actor's association."""
    waiting = select(func.count()).select_from(MergeRequest)
    waiting = waiting.where(
        MergeRequest.association_asked == actor.association,
        MergeRequest.state == RequestState.REQUESTED,
    )
    return (await session.execute(waiting)).scalar_one()


async def _asked(session: AsyncSession, actor: Actor, request_id: UUID) -> MergeRequest:
    request = await request_of(session, actor, request_id, for_update=True)
    actor.must_be(BACK_OFFICE, of=request.association_asked)
    return request


def _concerning(actor: Actor) -> ColumnElement[bool]:
    if actor.reads_across:
        return true()
    mine = actor.association
    return or_(MergeRequest.association == mine, MergeRequest.association_asked == mine)
