"""The door of declared sites and of their ends."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import SiteDeclared, SiteEndDeclared
from services.chassis import clock
from services.chassis.identity import Actor
from services.chassis.received import Received
from services.registry.clusters.intake import registry_intake
from services.registry.pointing import in_data
from services.registry.sites.commands import declare_site, end_site
from services.registry.taken import corrected, refuse_correction


@registry_intake.on(SiteDeclared)
async def on_site_declared(
    session: AsyncSession, actor: Actor, declared: Received[SiteDeclared]
) -> Sequence[UUID]:
    """Take the place in, or replace what is said of it."""
    with in_data():
        known = await corrected(session, actor.association, declared.event, "site")
        _, events = await declare_site(
            session, actor, declared.event, site_id=known, at=clock.now()
        )
    return events


@registry_intake.on(SiteEndDeclared)
async def on_site_end_declared(
    session: AsyncSession, actor: Actor, declared: Received[SiteEndDeclared]
) -> Sequence[UUID]:
    """Close the site after that day."""
    end = declared.event
    with in_data():
        refuse_correction(end)
        _, events = await end_site(
            session, actor, pointer=end.site, on=end.closed_day, at=clock.now()
        )
    return events
