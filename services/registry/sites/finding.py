"""Finding one site: open ones of everybody, closed ones of one's own."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.registry import holding
from services.registry.holding import Found
from services.registry.sites.model import Site, SiteState
from services.registry.sites.refusals import SiteNotFound


async def site_of(session: AsyncSession, actor: Actor, site_id: UUID) -> Found[Site]:
    """One site with its holder.

    Raises:
        SiteNotFound: there is none, or none for this actor.
    """
    one = holding.with_holders(actor, Site).where(visible_to(actor), Site.id == site_id)
    found = (await session.execute(one)).one_or_none()
    if found is None:
        raise SiteNotFound(mark("no such site is here for you: look for it in the list"))
    return found


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The sites that are there for this actor."""
    own = Site.association == actor.association
    open_or_mine = or_(own, true() if actor.reads_across else Site.state == SiteState.OPEN)
    seen = and_(holding.seen_with_holder(actor, Site), open_or_mine)
    return seen if actor.is_vetted else and_(seen, ~Site.dual_use)
