"""Who answers for the profile of a cluster (R-12): at least two, once it was published.

People are locked before clusters, always; so two hand-overs at once cannot leave one alone.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.clusters import ClusterAdministratorsNamed
from contracts.vocabulary import ClusterState
from services.chassis import history
from services.chassis.identity import Actor
from services.registry.clusters.model import Cluster
from services.registry.people.model import Person
from services.registry.people.queries import administrators_of
from services.registry.people.refusals import TooFewAdministrators
from services.registry.staff.model import StaffMember

LEAST: Final = 2
ONCE_PUBLISHED: Final = frozenset(
    {
        ClusterState.PUBLISHED,
        ClusterState.UNDER_REVISION,
        ClusterState.DORMANT,
        ClusterState.SUSPENDED,
    }
)


async def lock_clusters(
    session: AsyncSession, actor: Actor, clusters: Collection[UUID]
) -> list[Cluster]:
    """The association's clusters of these ids, locked in one order."""
    theirs = _theirs(actor, clusters).with_for_update()
    return list(await session.scalars(theirs.execution_options(populate_existing=True)))


async def read_clusters(
    session: AsyncSession, actor: Actor, clusters: Collection[UUID]
) -> list[Cluster]:
    """The same clusters, only to be looked at."""
    return list(await session.scalars(_theirs(actor, clusters)))


def _theirs(actor: Actor, clusters: Collection[UUID]) -> Select[Cluster]:
    mine = (Cluster.association == actor.association, Cluster.id.in_(sorted(clusters)))
    return select(Cluster).where(*mine).order_by(Cluster.id)


async def must_leave_two(
    session: AsyncSession, clusters: Iterable[Cluster], *, without: Collection[UUID]
) -> None:
    """Ask before people cease to answer for these clusters.

    Raises:
        TooFewAdministrators: fewer than two would be left for one that was published.
    """
    for cluster in clusters:
        if cluster.state not in ONCE_PUBLISHED:
            continue
        left = {person.id for person in await administrators_of(session, cluster.id)}
        if len(left.difference(without)) < LEAST and left.intersection(without):
            raise TooFewAdministrators(cluster.number)


async def name_administrators(
    session: AsyncSession, actor: Actor, clusters: Iterable[Cluster], *, at: datetime
) -> list[UUID]:
    """State who answers for these locked clusters now; gives the ids of the facts."""
    await session.flush()
    facts = []
    for cluster in clusters:
        people = await administrators_of(session, cluster.id)
        cluster.administrators = await _who_keep(session, cluster, people)
        named = ClusterAdministratorsNamed(
            subject=str(cluster.id),
            time=at,
            administrators=tuple(person.id for person in people),
        )
        facts.append(await history.record(session, named, actor=actor))
    return facts


async def _who_keep(
    session: AsyncSession, cluster: Cluster, people: Collection[Person]
) -> list[UUID]:
    """Whoever of them is on the staff keeps the profile as such; the others answer for it."""
    mails = {person.mail.lower(): person.id for person in people}
    acting = select(StaffMember.id, func.lower(StaffMember.mail)).where(
        StaffMember.association == cluster.association,
        ~StaffMember.dismissed,
        func.lower(StaffMember.mail).in_(sorted(mails))
        | StaffMember.id.in_(cluster.administrators),
    )
    kept: set[UUID] = set()
    for staff_id, mail in await session.execute(acting):
        kept.add(staff_id)
        mails.pop(mail, None)
    return sorted(kept | set(mails.values()))
