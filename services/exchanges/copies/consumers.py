"""Keeps the copies of clusters, sites, associations and staff; the one consumer of exchanges."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import (
    AssociationRegistered,
    ClusterArchived,
    ClusterEvent,
    ClusterPublished,
    ClusterReinstated,
    ClusterRevised,
    ClusterSuspended,
    ClusterWentDormant,
    PublishedProfile,
)
from contracts.sites import SiteClosed, SiteFacts, SiteOpened, SiteUpdated
from services.chassis import staff
from services.chassis.consumer import Consumer
from services.chassis.database import upsert
from services.chassis.folding import fold_all
from services.chassis.received import Received
from services.exchanges.copies.model import AssociationCopy, ClusterCopy, SiteCopy

P = TypeVar("P", bound=PublishedProfile)
F = TypeVar("F", bound=SiteFacts)

consumer = Consumer("exchanges")  # stored name
staff.follow(consumer)


@consumer.on(AssociationRegistered)
async def on_association_registered(
    session: AsyncSession, events: Sequence[Received[AssociationRegistered]]
) -> None:
    """Know the association's names, languages and zone."""
    await upsert(session, AssociationCopy, map(_association, events))


@consumer.on(ClusterPublished)
async def on_cluster_published(
    session: AsyncSession, events: Sequence[Received[ClusterPublished]]
) -> None:
    """Keep the profile, and let the cluster visit and host."""
    await _keep(session, events)


@consumer.on(ClusterRevised)
async def on_cluster_revised(
    session: AsyncSession, events: Sequence[Received[ClusterRevised]]
) -> None:
    """Keep the new version of the profile."""
    await _keep(session, events)


@consumer.on(ClusterReinstated)
async def on_cluster_reinstated(
    session: AsyncSession, events: Sequence[Received[ClusterReinstated]]
) -> None:
    """Let the cluster visit and host again."""
    await _set_matchable(session, events, matchable=True)


async def on_cluster_left(session: AsyncSession, events: Sequence[Received[ClusterEvent]]) -> None:
    """Plan no new visits with the cluster; those that are planned go on."""
    await _set_matchable(session, events, matchable=False)


for left in (ClusterSuspended, ClusterWentDormant, ClusterArchived):
    consumer.on(left)(on_cluster_left)


@consumer.on(SiteOpened)
async def on_site_opened(session: AsyncSession, events: Sequence[Received[SiteOpened]]) -> None:
    """Offer the site to whoever plans a visit to its holder."""
    await _keep_sites(session, events)


@consumer.on(SiteUpdated)
async def on_site_updated(session: AsyncSession, events: Sequence[Received[SiteUpdated]]) -> None:
    """Keep what is said of the site now."""
    await _keep_sites(session, events)


@consumer.on(SiteClosed)
async def on_site_closed(session: AsyncSession, events: Sequence[Received[SiteClosed]]) -> None:
    """Offer the site no more; sessions that are planned there keep their place."""
    for received in sorted(events, key=lambda each: each.subject):
        closed = update(SiteCopy).where(SiteCopy.site_id == UUID(received.subject))
        await session.execute(closed.values(is_open=False, as_of=received.envelope.time))


async def _keep_sites(session: AsyncSession, events: Sequence[Received[F]]) -> None:
    await upsert(session, SiteCopy, map(_site, events))


async def _keep(session: AsyncSession, events: Sequence[Received[P]]) -> None:
    await upsert(session, ClusterCopy, map(_cluster, events))


async def _set_matchable(
    session: AsyncSession, events: Sequence[Received[Any]], *, matchable: bool
) -> None:
    newest = {received.subject: received.envelope.time for received in events}
    for subject in sorted(newest):
        await session.execute(
            update(ClusterCopy)
            .where(ClusterCopy.cluster_id == UUID(subject))
            .values(matchable=matchable, as_of=newest[subject])
        )


def _association(received: Received[AssociationRegistered]) -> dict[str, Any]:
    event = received.event
    return {
        "association": event.country,
        "names": event.names.model_dump(),
        "short_name": event.short_name,
        "languages": list(event.languages),
        "zone": event.zone,
        "as_of": received.envelope.time,
    }


def _site(received: Received[F]) -> dict[str, Any]:
    site = received.event
    told = ("names", "seats", "step_free", "booth", "shelter_minutes")
    more = ("generator", "satellite", "parking", "dual_use")
    return {
        "site_id": UUID(received.subject),
        "association": received.envelope.association,
        "holder_id": site.holder.id,
        "place_facts": site.place.model_dump(mode="json", exclude_none=True),
        "is_open": True,
        "as_of": received.envelope.time,
        **{name: getattr(site, name) for name in (*told, *more)},
    }


def _cluster(received: Received[P]) -> dict[str, Any]:
    event, profile = received.event, received.event.profile
    place = profile.operating_place or profile.seat
    return {
        "cluster_id": UUID(received.subject),
        "association": received.envelope.association,
        "number": event.number,
        "name": profile.names.original,
        "name_en": profile.names.en,
        "short_name": profile.short_name,
        "place_facts": place.model_dump(mode="json", exclude_none=True),
        "city": place.settlement,
        "ecosystem": profile.ecosystem,
        "languages": list(profile.languages),
        "completeness": round(event.completeness * 100),
        "dual_use": event.dual_use,
        "matchable": True,
        "folded": fold_all(
            (
                profile.names.original,
                profile.names.en,
                profile.short_name,
                place.settlement,
                event.number,
            )
        ),
        "as_of": received.envelope.time,
    }
