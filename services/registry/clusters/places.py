"""Where a cluster was from which day on: one row for each move of seat or operating place."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import Place, PlaceKind
from services.registry.clusters.model import FIELD_OF_PLACE, Cluster
from services.registry.database import Base, Stored


class Relocation(Base):
    """A part of the cluster: `place` holds from `from_day`, before it was `former`."""

    __tablename__ = "relocations"

    cluster_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    association: Mapped[str]
    place: Mapped[Place] = mapped_column(Stored(Place))
    former: Mapped[Place | None] = mapped_column(Stored(Place))
    declared_at: Mapped[datetime]


async def relocations_of(session: AsyncSession, cluster_id: UUID) -> Sequence[Relocation]:
    """All moves of a cluster, the oldest first."""
    moves = (
        select(Relocation)
        .where(Relocation.cluster_id == cluster_id)
        .order_by(Relocation.from_day, Relocation.kind)
    )
    return (await session.scalars(moves)).all()


def place_on(
    cluster: Cluster, moves: Sequence[Relocation], kind: PlaceKind, day: date
) -> Place | None:
    """Where seat or operating place was on that day; None when it worked at its seat."""
    own = [move for move in moves if move.kind is kind]
    before = [move for move in own if move.from_day <= day]
    if before:
        return before[-1].place
    if own:
        return own[0].former
    place: Place | None = getattr(cluster.profile, FIELD_OF_PLACE[kind])
    return place
