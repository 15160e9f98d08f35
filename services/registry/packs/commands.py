"""Adopting a pack; it is the back office's act, from a document that anybody can read."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, Actor
from services.registry.associations.model import Association
from services.registry.associations.queries import day_at
from services.registry.packs.finding import packs_of
from services.registry.packs.model import Pack, PackKnown, RulePack


async def adopt_pack(session: AsyncSession, actor: Actor, *, pack: Pack, at: datetime) -> RulePack:
    """Let the clusters of the actor's association be reviewed by `pack` from its day on.

    Raises:
        NotAllowed: the actor does not work for the back office of that country's association.
        PackKnown: the version is there already.
        Invalid: a day of the past, a field that profiles do not have, a foreign kind of legal id.
    """
    actor.must_be(BACK_OFFICE, of=pack.country)
    today = await day_at(session, actor.association, at=at)
    if pack.version in {known.version for known in await packs_of(session, pack.country)}:
        raise PackKnown(
            mark("version {version} was adopted already; give the new pack a new version"),
            version=pack.version,
        )
    mine = select(Association.id).where(Association.country == actor.association)
    association_id = (await session.scalars(mine)).one()
    adopted, event = RulePack.adopt(
        pack, association_id=association_id, by=actor.id, today=today, at=at
    )
    session.add(adopted)
    await history.record(session, event, actor=actor)
    return adopted
