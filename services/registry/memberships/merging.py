"""Merging organisations: inside one association at once, across two when the other one agrees.

Ids and numbers stay and are never used again; memberships that go on follow to the survivor from
the next day, so that every past day still tells who was a member then.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event, uuid7
from services.chassis import history, tenancy
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, VETTED, Actor
from services.registry.associations.queries import day_at
from services.registry.clusters.model import Cluster
from services.registry.memberships.model import Membership, Span
from services.registry.organisations.model import Organisation
from services.registry.organisations.queries import organisation_of
from services.registry.organisations.refusals import StaleOrganisation

FOLLOW: Final = text("select follow_merge(:gone, :into)")
REASON: Final = "merged into {number}: {reason}"
ONE_DAY: Final = timedelta(days=1)


async def merge_organisations(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    into: str,
    reason: str,
    lock: int | None = None,
    at: datetime,
) -> Organisation:
    """Let one organisation of the association stand in the place of another; gives the survivor.

    Raises:
        OrganisationNotFound: one of both is not there for this actor.
        NotAllowed: the actor is not of the back office that keeps both.
        StaleOrganisation: it was changed since the actor saw it.
        AlreadyMerged, MergedIntoItself: they cannot be merged.
    """
    for each in (key, into):
        found = await organisation_of(session, actor, each)
        actor.must_be(BACK_OFFICE, of=found.association)
    gone, survivor = await _locked(session, actor, key, into)
    if lock not in (None, gone.lock):
        raise StaleOrganisation(mark("look at the organisation as it is now, then decide again"))
    events: list[Event] = [gone.merge(survivor, at=at)]
    if (revised := survivor.adopt(gone.numbers, at=at)) is not None:
        events.append(revised)
    events += await follow(session, actor, gone, survivor, reason=reason, at=at)
    await history.record_all(session, [(event, actor, None) for event in events])
    return survivor


async def _locked(
    session: AsyncSession, actor: Actor, *keys: str
) -> tuple[Organisation, Organisation]:
    """Both, locked in the order of their ids: no two merges of the same wait for each other."""
    found = {key: (await organisation_of(session, actor, key)).id for key in keys}
    for each in sorted(set(found.values())):
        await organisation_of(session, actor, str(each), for_update=True)
    gone, survivor = [await organisation_of(session, actor, key) for key in keys]
    return gone, survivor


async def follow(
    session: AsyncSession,
    actor: Actor,
    gone: Organisation,
    survivor: Organisation,
    *,
    reason: str,
    at: datetime,
) -> list[Event]:
    """Let the memberships that go on be the survivor's, from the next day on, and its numbers.

    Those in clusters with dual-use content follow too, also when the actor may not see them.
    """
    await session.flush()
    await tenancy.enter(session, Actor(actor.id, actor.association, marks=frozenset({VETTED})))
    events = await _followed(session, gone, survivor, reason=reason, at=at)
    await session.flush()
    await tenancy.enter(session, actor)
    return events


async def _followed(
    session: AsyncSession, gone: Organisation, survivor: Organisation, *, reason: str, at: datetime
) -> list[Event]:
    await session.execute(FOLLOW, {"gone": gone.id, "into": survivor.id})
    today = await day_at(session, gone.association, at=at)
    both = select(Membership).where(
        Membership.organisation_id.in_([gone.id, survivor.id]),
        Membership.association == gone.association,
    )
    rows = (await session.scalars(both.order_by(Membership.id).with_for_update())).all()
    events: list[Event] = []
    ended = select(Cluster.id).where(Cluster.ended_on.is_not(None))
    over = set(
        await session.scalars(ended.where(Cluster.id.in_({each.cluster_id for each in rows})))
    )
    going_on = [each for each in rows if each.is_open and each.cluster_id not in over]
    for membership in [each for each in going_on if each.organisation_id == gone.id]:
        last = max(membership.joined_day, today)
        why = REASON.format(number=survivor.number, reason=reason)
        events.append(membership.end(on=last, reason=why, at=at))
        held = [each for each in rows if each.cluster_id == membership.cluster_id]
        days = Span(last + ONE_DAY)
        if any(each.organisation_id == survivor.id and each.days.meets(days) for each in held):
            continue
        continued, joined = Membership.join(
            membership_id=uuid7(),
            association=membership.association,
            cluster_id=membership.cluster_id,
            organisation_id=survivor.id,
            kind=membership.kind,
            on=days.joined_day,
            at=at,
        )
        session.add(continued)
        events.append(joined)
    return events
