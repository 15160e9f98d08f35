"""The places of sessions that name a site of their host."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Mode
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.exchanges.copies.queries import sites_of
from services.exchanges.visits.sessions import NewSession, refused

NO_SITE = mark("choose one of the open sites of the host, or name a place")


async def at_site(
    session: AsyncSession, actor: Actor, host_id: UUID, plan: NewSession, *, below: str = ""
) -> tuple[NewSession, bool]:
    """The session at the place of the site it names; and whether that is dual use (R-14).

    Raises:
        SessionCannotBe: the host has no such site, as far as the actor may see them.
    """
    if plan.site_id is None or plan.mode is not Mode.ON_SITE:
        return plan, False
    site = (await sites_of(session, actor, host_id)).get(str(plan.site_id))
    if site is None:
        raise refused(f"{below}/site_id", NO_SITE)
    return replace(plan, place=site.place), site.dual_use
