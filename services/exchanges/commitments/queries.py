"""The paper of a visit, and the codes asked for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exchanges.commitments.challenges import Challenge
from services.exchanges.commitments.model import Commitment


async def commitment_of(session: AsyncSession, visit_id: UUID) -> Commitment | None:
    """The commitment of a visit; None before it is drafted."""
    query = select(Commitment).where(Commitment.visit_id == visit_id)
    return await session.scalar(query)


async def challenge_of(
    session: AsyncSession, participant_id: UUID, challenge_id: UUID
) -> Challenge | None:
    """The challenge of that id, if this person asked for it."""
    query = select(Challenge).where(
        Challenge.id == challenge_id, Challenge.participant_id == participant_id
    )
    return await session.scalar(query)


async def open_challenges(session: AsyncSession, participant_id: UUID, *, at: datetime) -> int:
    """How many codes of this person are still in time, used ones included."""
    query = select(func.count()).where(
        Challenge.participant_id == participant_id, Challenge.expires_at > at
    )
    return await session.scalar(query) or 0
