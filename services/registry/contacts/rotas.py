"""Who is on the rota of a centre follows from what is stated of people (R-07).

Only what a statement changes is changed: a rota that its back office set by hand stays as it is.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import Actor
from services.registry.associations.queries import day_at
from services.registry.centres.model import Centre


async def own_centres(session: AsyncSession, actor: Actor) -> frozenset[str]:
    """The codes of the centres whose rota the actor's association sets, as far as it sees them."""
    mine = select(Centre.code).where(Centre.association == actor.association)
    return frozenset(await session.scalars(mine))


async def set_rotas(
    session: AsyncSession,
    actor: Actor,
    person_id: UUID,
    *,
    before: Iterable[str],
    now: Iterable[str],
    at: datetime,
) -> list[UUID]:
    """Let the person be asked at the centres of these codes, no more at those before.

    Gives the ids of the facts.
    """
    former, wanted = set(before), set(now)
    if former == wanted:
        return []
    on = await day_at(session, actor.association, at=at)
    changed = (
        select(Centre)
        .where(Centre.association == actor.association, Centre.code.in_(former ^ wanted))
        .order_by(Centre.code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    facts = []
    for centre in await session.scalars(changed):
        joins = centre.code in wanted
        act = centre.ask_first if joins else centre.ask_no_more
        event = act(person_id, on=on, at=at)
        if event is not None:
            facts.append(await history.record(session, event, actor=actor))
    return facts
