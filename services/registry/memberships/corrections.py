"""Which membership a declaration stated, so that a later one can put it right."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.memberships.model import Membership
from services.registry.taken import produced_by


async def memberships_behind(
    session: AsyncSession, association: str, declarations: Collection[UUID]
) -> dict[UUID, Membership]:
    """The memberships that declarations of the association stated, locked, by what names them."""
    subjects = {
        each.named: each.subject
        for each in await produced_by(session, association, declarations)
        if each.type.startswith("talka.registry.membership.")
    }
    own = select(Membership).where(
        Membership.association == association, Membership.id.in_(subjects.values())
    )
    rows = await session.scalars(own.order_by(Membership.id).with_for_update())
    found = {each.id: each for each in rows}
    return {named: found[subject] for named, subject in subjects.items() if subject in found}
