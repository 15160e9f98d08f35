"""Finding one participation as far as somebody may see its holder."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import HolderKind
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry import holding
from services.registry.holding import Found
from services.registry.participations.model import Participation
from services.registry.participations.refusals import ParticipationNotFound


async def participation_of(
    session: AsyncSession, actor: Actor, participation_id: UUID
) -> Found[Participation]:
    """One participation with its holder.

    Raises:
        ParticipationNotFound: there is none, or none for this actor.
    """
    one = holding.with_holders(actor, Participation).where(
        visible_to(actor), Participation.id == participation_id
    )
    found = (await session.execute(one)).one_or_none()
    if found is None:
        raise ParticipationNotFound(
            mark("no such participation is here for you: look for it in the list")
        )
    return found


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The participations that are there for this actor."""
    own = Participation.association == actor.association
    of_public = true() if actor.reads_across else Participation.holder_kind == HolderKind.CLUSTER
    return and_(holding.seen_with_holder(actor, Participation), or_(own, of_public))


def sees_money(actor: Actor, participation: Participation) -> bool:
    """Whether the actor may know what the holder received."""
    return actor.association == participation.association or actor.reads_across
