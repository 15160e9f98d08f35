"""Demo data, brought in through the front doors: keys and declarations, sign-in and reviews.

It can be interrupted and begun again: what is there already is left as it is.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import func, select

from contracts.reference import associations, clusters
from contracts.vocabulary import ClusterState, Names, PersonNames, Role
from deploy.local import demo_doors as doors
from deploy.local import demo_import, demo_life, demo_states
from deploy.local.demo_clusters import declarations_of
from deploy.local.demo_people import ASSOCIATIONS, HOME, PEOPLE, DemoAssociation, DemoPerson
from deploy.local.site import Site
from services.chassis import clock, tenancy
from services.chassis.database import Sessions, make_engine, make_sessions
from services.chassis.identity import SYSTEM
from services.registry.associations.commands import register_association
from services.registry.associations.model import Association
from services.registry.centres.model import CentreLink
from services.registry.clusters.criteria import LOOKED_AT
from services.registry.clusters.model import Cluster
from services.registry.staff.commands import appoint_staff
from services.registry.staff.key_commands import issue_key
from services.registry.staff.model import StaffMember

AT_ONCE: Final = 8
KEY_DAYS: Final = 90


async def demo(site: Site) -> str:
    """Bring the demo data in; gives a line that says what there is now."""
    if "registry" not in site.settings:
        return "needs registry, which does not run here"
    async with _registry(site) as (sessions, worker_sessions):
        if await _is_complete(worker_sessions):
            return "kept"
        at = clock.now()
        staff = await _appoint_all(sessions, worker_sessions, at)
        keys = {each.country: await _key_of(sessions, each, staff, at) for each in ASSOCIATIONS}
        await demo_life.open_centres(sessions, worker_sessions, at)
    async with httpx.AsyncClient(base_url=site.address, timeout=60) as client:
        for each in ASSOCIATIONS:  # one after the other, so that numbers are the same every time
            await doors.post(
                client, each.country, keys[each.country], declarations_of(each.country)
            )
    slots = asyncio.Semaphore(AT_ONCE)
    published = await asyncio.gather(
        *(_review_all(site, each, staff, slots) for each in ASSOCIATIONS)
    )
    clerk, *_, reviewer = (staff[person.login] for person in _desk_of(HOME))
    async with _registry(site) as (sessions, worker_sessions):
        link_key = site.settings["registry"].link_key
        await demo_states.fall_asleep(
            sessions, worker_sessions, link_key, clerk=clerk, reviewer=reviewer, at=at
        )
    await _fill(site, keys, reviewer, at.date())
    return f"{sum(published)} clusters of {len(ASSOCIATIONS)} associations"


async def _fill(site: Site, keys: dict[str, str], reviewer: UUID, on: date) -> None:
    """Let the clusters hold what they hold, and show each state."""
    async with (
        httpx.AsyncClient(base_url=site.address, timeout=60) as client,
        doors.acting_as(site, reviewer) as acting,
    ):
        await demo_life.hold(client, keys, on)
        await demo_life.show_states(client, acting, keys[HOME])
        await demo_life.set_rotas(acting, on)
        await demo_import.leave_waiting(acting)
        await demo_life.link(acting, on)  # the last: that it is done says that all is


@asynccontextmanager
async def _registry(site: Site) -> AsyncIterator[tuple[Sessions, Sessions]]:
    """Sessions of the registry: as its web has them, and as its worker has them."""
    settings = site.settings["registry"]
    engines = [make_engine(settings.database_url), make_engine(settings.worker_database_url)]
    try:
        yield make_sessions(engines[0]), make_sessions(engines[1])
    finally:
        for engine in engines:
            await engine.dispose()


async def _is_complete(worker_sessions: Sessions) -> bool:
    waiting = Cluster.state.in_([ClusterState.SUBMITTED, ClusterState.IN_REVIEW])
    ours = Cluster.ref.in_([cluster.id for cluster in clusters()])
    counts = select(func.count(), func.count().filter(waiting)).where(ours)
    last = select(CentreLink.id).join(Cluster, Cluster.id == CentreLink.cluster_id)
    async with worker_sessions() as session:
        declared, unreviewed = (await session.execute(counts)).one()
        linked = await session.scalar(last.where(Cluster.ref == demo_life.LAST_LINKED))
    return bool(declared == len(clusters()) and not unreviewed and linked)


async def _appoint_all(
    sessions: Sessions, worker_sessions: Sessions, at: datetime
) -> dict[str, UUID]:
    """Register associations and appoint people as far as they are missing; ids by login."""
    async with worker_sessions() as session:
        registered = set(await session.scalars(select(Association.country)))
        found = await session.execute(select(StaffMember.login, StaffMember.id))
        staff = {login: staff_id for login, staff_id in found if login}
    for association in ASSOCIATIONS:
        if association.country not in registered:
            await _register(sessions, association, at)
    for person in PEOPLE:
        if person.login not in staff:
            staff[person.login] = await _appoint(sessions, person, at)
    return staff


async def _register(sessions: Sessions, association: DemoAssociation, at: datetime) -> None:
    actor = replace(SYSTEM, association=association.country)
    known = associations()[association.country]
    async with sessions.begin() as session:
        await tenancy.enter(session, actor)
        await register_association(
            session,
            actor,
            names=Names(original=known.name, en=known.name_en),
            short_name=association.short_name,
            languages=[association.language],
            zone=association.zone,
            web=known.web or None,
            at=at,
        )


async def _appoint(sessions: Sessions, person: DemoPerson, at: datetime) -> UUID:
    actor = replace(SYSTEM, association=person.association)
    async with sessions.begin() as session:
        await tenancy.enter(session, actor)
        member = await appoint_staff(
            session,
            actor,
            names=PersonNames(original=person.original, latin=person.latin),
            mail=person.mail,
            language=person.language,
            zone=person.zone,
            roles=person.roles,
            marks=person.marks,
            login=person.login,
            from_day=at.astimezone(ZoneInfo(person.zone)).date(),
            at=at,
        )
    return member.id


async def _key_of(
    sessions: Sessions, association: DemoAssociation, staff: dict[str, UUID], at: datetime
) -> str:
    """A key for the association's register; its owner answers for what it declares."""
    actor = replace(SYSTEM, association=association.country)
    async with sessions.begin() as session:
        await tenancy.enter(session, actor)
        _, secret = await issue_key(
            session,
            actor,
            name=f"Register of {association.short_name} (demo)",
            owner_id=staff[_desk_of(association.country)[0].login],
            scopes=frozenset({"declarations:write"}),
            services=frozenset({"registry"}),
            expires_at=at + timedelta(days=KEY_DAYS),
            at=at,
        )
    return secret


def _desk_of(country: str) -> list[DemoPerson]:
    return [p for p in PEOPLE if p.association == country and Role.BACK_OFFICE in p.roles]


async def _review_all(
    site: Site,
    association: DemoAssociation,
    staff: dict[str, UUID],
    slots: asyncio.Semaphore,
) -> int:
    """Let the association's reviewer publish what waits; gives how many that were."""
    reviewer = staff[_desk_of(association.country)[-1].login]
    async with doors.acting_as(site, reviewer) as client:
        waiting = [
            item
            for state in (ClusterState.SUBMITTED, ClusterState.IN_REVIEW)
            for item in await _listed(client, state)
            if item["name"] not in demo_states.NAMES
        ]
        await asyncio.gather(*(_publish(client, item, slots) for item in waiting))
    return len(waiting)


async def _listed(client: httpx.AsyncClient, state: ClusterState) -> Sequence[dict[str, Any]]:
    answer = await client.get("/registry/v1/clusters", params={"state": state.value, "limit": 200})
    answer.raise_for_status()
    items: Sequence[dict[str, Any]] = answer.json()["items"]
    return items


async def _publish(
    client: httpx.AsyncClient, cluster: dict[str, Any], slots: asyncio.Semaphore
) -> None:
    address = f"/registry/v1/clusters/{cluster['number']}"
    async with slots:
        if cluster["state"] == ClusterState.SUBMITTED:
            (await client.put(f"{address}/review")).raise_for_status()
        answer = await client.put(f"{address}/publication", json={"confirmed": LOOKED_AT})
    if answer.is_error:
        raise doors.failed(f"{cluster['number']} was not published: {answer.text}")
