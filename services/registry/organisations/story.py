"""What happened to an organisation, told from its history to whoever may see it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.identity import Actor
from services.registry.organisations.model import Organisation
from services.registry.story import Told, story_of


async def of_organisation(
    session: AsyncSession, actor: Actor, organisation: Organisation
) -> Sequence[Told]:
    """The facts of one organisation that the actor may read, the newest first."""
    inside = actor.association == organisation.association or actor.reads_across
    return await story_of(session, organisation.id, inside=inside)
