"""Taking back what was declared by mistake, as far as nothing was built upon it since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.centres import CentreServiceOffered
from contracts.event import Event
from contracts.memberships import MembershipEvent
from contracts.organisations import OrganisationEvent
from contracts.registry import ClusterEvent
from contracts.vocabulary import ClusterState, Pointer
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.pointing import own_cluster
from services.registry.clusters.restoring import restore as restore_cluster
from services.registry.contacts.forgetting import forget_person
from services.registry.contacts.restoring import restore_person
from services.registry.declarations.dependants import ORGANISATION, dependants_of, faults_of
from services.registry.declarations.standing import is_taken_back
from services.registry.declarations.withdrawing import (
    CORRECT,
    no_way_back,
    take_back_thing,
)
from services.registry.memberships.withdrawing import take_back
from services.registry.organisations.restoring import restore
from services.registry.people.commands import locked
from services.registry.taken import Produced, produced_by

NOTHING: Final = mark("Your association posted nothing under this event id that changed anything.")

TAKEN_BACK: Final = mark("This was taken back before; nothing is left to be done.")

DRAFTED: Final = "talka.registry.cluster.drafted.v1"
RECORDED: Final = "talka.registry.person.recorded.v1"


async def withdraw_declaration(
    session: AsyncSession, actor: Actor, *, declaration: UUID, reason: str, at: datetime
) -> list[UUID]:
    """State that an own declaration should never have been posted; gives the ids of the events.

    An organisation that came into the register with a member stays there without the membership;
    a person who did is forgotten. What changed a cluster, an organisation or a person gives them
    their former values back.

    Raises:
        NotAllowed: the actor does not work for the back office.
        Invalid: it is not the association's, something depends on it, or there is no way back.
    """
    actor.must_be(BACK_OFFICE)
    produced = await produced_by(session, actor.association, {declaration})
    if not produced:
        raise Invalid(CORRECT, [Fault("/declaration", "TLK-D180", NOTHING)])
    await _must_be_last(session, actor, produced)
    said = await _read(session, produced)
    begun = {each.type: each.subject for each in produced if each.sequence == 1}
    if produced[0].type == RECORDED:
        return await _of_person(session, actor, produced, at=at)
    if any(isinstance(each, MembershipEvent) for each in said):
        events = await take_back(session, said, corrects=declaration, reason=reason, at=at)
        events += await _organisations(session, actor, produced, at=at)
    elif DRAFTED in begun:
        events = await _give_up(session, actor, begun[DRAFTED], reason=reason, at=at)
    elif produced[0].sequence == 1 or isinstance(said[0], CentreServiceOffered):
        events = [await take_back_thing(session, actor, said, reason=reason, at=at)]
    else:
        events = await _former(session, actor, produced, said, reason=reason, at=at)
    await _must_be_last(
        session, actor, produced
    )  # by now they are locked: nothing comes in between
    return [await history.record(session, event, actor=actor) for event in events]


async def _of_person(
    session: AsyncSession, actor: Actor, produced: Sequence[Produced], *, at: datetime
) -> list[UUID]:
    """Forget who came with the declaration; give anybody else back what was known before."""
    first = produced[0]
    await locked(session, actor, first.subject)
    await _must_be_last(session, actor, produced)
    if first.sequence == 1:
        return await forget_person(session, actor, person_id=first.subject, at=at)
    events = await restore_person(
        session, actor, person_id=first.subject, before=first.sequence, at=at
    )
    if not events:
        raise no_way_back()
    return events


async def _former(
    session: AsyncSession,
    actor: Actor,
    produced: Sequence[Produced],
    said: Sequence[Event],
    *,
    reason: str,
    at: datetime,
) -> list[Event]:
    """Give a thing that was known before back what was known of it.

    Raises:
        Invalid: there is no way back.
    """
    events: list[Event] = []
    if all(isinstance(each, OrganisationEvent) for each in said):
        events = await _organisations(session, actor, produced, at=at)
    elif isinstance(said[0], ClusterEvent):
        before = produced[0].sequence
        events = await restore_cluster(session, actor, said, before=before, reason=reason, at=at)
    if not events:
        raise no_way_back()
    return events


async def _organisations(
    session: AsyncSession, actor: Actor, produced: Sequence[Produced], *, at: datetime
) -> list[Event]:
    """Give each organisation that was known before back its former description and size.

    Raises:
        Invalid: there is no way back for one of them.
    """
    before: dict[UUID, int] = {}
    for each in produced:
        if each.type.startswith(ORGANISATION):
            before.setdefault(each.subject, each.sequence)
    events: list[Event] = []
    for subject, first in before.items():
        if first == 1:
            continue
        former = await restore(session, actor.association, subject, before=first, at=at)
        if not former:
            raise no_way_back()
        events += former
    return events


async def _must_be_last(session: AsyncSession, actor: Actor, produced: Sequence[Produced]) -> None:
    """Let pass what stands and nothing depends on.

    Raises:
        Invalid: it was taken back before, or something depends on it; each thing is named by
            kind, name and page.
    """
    if await is_taken_back(session, actor.association, [each.event_id for each in produced]):
        raise Invalid(CORRECT, [Fault("/declaration", "TLK-D185", TAKEN_BACK)])
    dependants = await dependants_of(session, actor, produced)
    if dependants:
        raise Invalid(CORRECT, faults_of(dependants))


async def _read(session: AsyncSession, produced: Sequence[Produced]) -> list[Event]:
    """The facts themselves, in their order."""
    named = history.history.c.event_id.in_([each.event_id for each in produced])
    rows = select(history.history).where(named).order_by(history.history.c.position)
    return [history.event_of(row) for row in (await session.execute(rows)).mappings()]


async def _give_up(
    session: AsyncSession, actor: Actor, cluster_id: UUID, *, reason: str, at: datetime
) -> list[Event]:
    """Withdraw the draft of a cluster, also one that was submitted."""
    events: list[Event] = []
    cluster = await own_cluster(session, actor, Pointer(id=str(cluster_id)), at="/declaration")
    if cluster.state is ClusterState.SUBMITTED:
        events.append(cluster.return_((), reason, by=actor.id, at=at))
    return [*events, cluster.withdraw(at=at)]
