"""Taking back what was declared by mistake, as far as nothing was built upon it since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.history import history as facts
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.clusters.finding import cluster_of
from services.registry.memberships.corrections import memberships_behind
from services.registry.taken import Produced, produced_by

CORRECT: Final = mark("please correct the fields named below, and send it again")
NOTHING: Final = mark("Your association posted nothing under this event id that changed anything.")
BUILT_UPON: Final = mark("Since then came: {events}. Take that back first.")
NO_WAY_BACK: Final = mark("This changed what the register knew before. Post what is right instead.")

MEMBERSHIP: Final = "talka.registry.membership."
CLUSTER: Final = "talka.registry.cluster."
DRAFTED: Final = "talka.registry.cluster.drafted.v1"
JOINED: Final = "talka.registry.membership.member_joined.v1"


async def withdraw_declaration(
    session: AsyncSession, actor: Actor, *, declaration: UUID, reason: str, at: datetime
) -> list[UUID]:
    """State that an own declaration should never have been posted; gives the ids of the events.

    An organisation that came into the register with a member stays there without the membership.

    Raises:
        NotAllowed: the actor does not work for the back office.
        Invalid: it is not the association's, something depends on it, or it changed what was there.
    """
    actor.must_be(BACK_OFFICE)
    produced = await produced_by(session, actor.association, {declaration})
    if not produced:
        raise Invalid(CORRECT, [Fault("/declaration", "TLK-D180", NOTHING)])
    await _must_be_the_last(session, produced)
    begun = {each.type: each for each in produced}
    events: list[Event] = []
    if JOINED in begun:
        behind = await memberships_behind(session, actor.association, {declaration})
        withdrawn = behind[declaration].withdraw(corrects=declaration, at=at)
        events += [withdrawn] if withdrawn is not None else []
    elif DRAFTED in begun and begun[DRAFTED].sequence == 1:
        key = str(begun[DRAFTED].subject)
        cluster = await cluster_of(session, actor, key, for_update=True)
        if cluster.state is ClusterState.SUBMITTED:
            events.append(cluster.return_((), reason, at=at))
        events.append(cluster.withdraw(at=at))
    else:
        raise Invalid(CORRECT, [Fault("/declaration", "TLK-D182", NO_WAY_BACK)])
    return [await history.record(session, event, actor=actor) for event in events]


async def _must_be_the_last(session: AsyncSession, produced: Sequence[Produced]) -> None:
    """Let pass what nothing came after: of its memberships and clusters, not of organisations."""
    last: dict[UUID, int] = {}
    for each in produced:
        if each.type.startswith((MEMBERSHIP, CLUSTER)):
            last[each.subject] = max(last.get(each.subject, 0), each.sequence)
    for subject, sequence in last.items():
        later = select(facts.c.type).where(
            facts.c.subject == str(subject), facts.c.sequence > sequence
        )
        types = (await session.scalars(later.order_by(facts.c.sequence))).all()
        if types:
            values = {"events": ", ".join(types)}
            raise Invalid(CORRECT, [Fault("/declaration", "TLK-D181", BUILT_UPON, values=values)])
