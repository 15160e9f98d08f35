"""What may be asked of sites: to take one in, to change what is said of it, to close it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.declared.holdings import SiteDeclared
from contracts.event import Event, uuid7
from contracts.vocabulary import Pointer
from services.chassis import history
from services.chassis.errors import Fault, Invalid
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, CLUSTER_ADMIN, Actor
from services.registry import holders
from services.registry.sites.finding import site_of
from services.registry.sites.model import Site

UNKNOWN = mark("Your association has no such site. Look it up in the list.")


async def declare_site(
    session: AsyncSession,
    actor: Actor,
    declared: SiteDeclared,
    *,
    site_id: UUID | None = None,
    at: datetime,
) -> tuple[Site, list[UUID]]:
    """Take a place in, or replace what is said of the one of that `ref` or id; with events' ids.

    Raises:
        NotAllowed: the actor neither works for a back office nor administers the holder.
        Invalid: no such holder, or coordinates in another country.
        SiteIsClosed: the one of that ref takes no sessions any more.
    """
    actor.must_be(BACK_OFFICE, CLUSTER_ADMIN)
    holder = await holders.pointed_at(session, actor, declared.holder)
    await holders.must_keep(session, actor, *holder, of=actor.association)
    known = await _known(session, actor, declared.ref, site_id)
    events: list[Event] = []
    if known is not None:
        await holders.must_keep(
            session, actor, known.holder_kind, known.holder_id, of=known.association
        )
        site = known
        events.append(known.update(declared, holder=holder, at=at))
    else:
        site, opened = Site.open(
            declared, site_id=uuid7(), association=actor.association, holder=holder, at=at
        )
        session.add(site)
        events.append(opened)
    if declared.closed_day is not None:
        events.append(site.close(on=declared.closed_day, at=at))
    return site, [await history.record(session, event, actor=actor) for event in events]


async def end_site(
    session: AsyncSession, actor: Actor, *, pointer: Pointer, on: date, at: datetime
) -> tuple[Site, list[UUID]]:
    """Close the site that a declaration points at, by id or by the poster's `ref`.

    Raises:
        NotAllowed: the actor does not work for the back office of an association.
        Invalid: no such site, or the day is before its opening.
        SiteIsClosed: it was closed before.
    """
    actor.must_be(BACK_OFFICE)
    site = await _pointed_at(session, actor, pointer)
    closed = site.close(on=on, at=at)
    return site, [await history.record(session, closed, actor=actor)]


async def close_site(
    session: AsyncSession, actor: Actor, *, site_id: UUID, on: date, at: datetime
) -> Site:
    """Take no sessions at a site any more after that day.

    Raises:
        SiteNotFound: there is none, or none for this actor.
        NotAllowed: the actor neither works for its back office nor administers its holder.
        SiteIsClosed: it was closed before.
        Invalid: the day is before its opening.
    """
    site, _, _ = await site_of(session, actor, site_id)
    await holders.must_keep(session, actor, site.holder_kind, site.holder_id, of=site.association)
    await session.refresh(site, with_for_update=True)
    await history.record(session, site.close(on=on, at=at), actor=actor)
    return site


async def _known(
    session: AsyncSession, actor: Actor, ref: str | None, site_id: UUID | None = None
) -> Site | None:
    if ref is None and site_id is None:
        return None
    named = Site.id == site_id if site_id is not None else Site.ref == ref
    rows = select(Site).where(Site.association == actor.association, named)
    return (await session.scalars(rows.with_for_update())).one_or_none()


async def _pointed_at(session: AsyncSession, actor: Actor, pointer: Pointer) -> Site:
    site = await _known(session, actor, pointer.ref, _id(pointer.id))
    if site is None:
        raise Invalid(UNKNOWN, [Fault("/site", "TLK-D044", UNKNOWN)])
    return site


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text is not None else None
    except ValueError:
        return None
