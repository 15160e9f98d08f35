"""People of a visit, as its two associations see them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exchanges.participants.model import Participant


async def participants_of(session: AsyncSession, visit_id: UUID) -> dict[UUID, Participant]:
    """Everybody in the visit, by id, in the order they were taken in."""
    query = select(Participant).where(Participant.visit_id == visit_id).order_by(Participant.id)
    return {participant.id: participant for participant in await session.scalars(query)}
