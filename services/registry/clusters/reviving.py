"""Bringing a dormant profile back without an account: who is asked, and the one click (R-11).

Each link is one recipient's; all of them end with the first that is used.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Asked
from services.chassis import history, links
from services.chassis.identity import BACK_OFFICE, VETTED, Actor
from services.chassis.links import Link
from services.chassis.staff import StaffCopy
from services.registry.associations.queries import day_at
from services.registry.clusters.model import Cluster

LINK: Final = "profile"  # the kind of such a link
LINKS_LAST: Final = timedelta(days=90)


async def ask(
    session: AsyncSession,
    link_key: SecretStr,
    cluster: Cluster,
    staff: Iterable[StaffCopy],
    *,
    at: datetime,
) -> tuple[Asked, ...]:
    """Make a link for everybody who answers for the profile, and for the back office.

    `staff` are those in office today. Whoever of them may not see a dual-use cluster is not asked.
    """
    asked = []
    for recipient_id in _recipients(cluster, staff):
        link = await links.issue(
            session,
            link_key,
            kind=LINK,
            subject=str(cluster.id),
            association=cluster.association,
            expires_at=at + LINKS_LAST,
        )
        asked.append(Asked(recipient_id=recipient_id, link_id=link.id))
    return tuple(asked)


async def cluster_behind(
    session: AsyncSession, link: Link, *, for_update: bool = False
) -> Cluster | None:
    """The cluster that the link is about; None for one that is not there any more."""
    query = select(Cluster).where(Cluster.id == UUID(link.subject))
    if for_update:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def confirm_through_link(session: AsyncSession, link: Link, *, at: datetime) -> None:
    """Bring the dormant profile back: somebody who was asked says that it is right.

    Raises:
        LinkEnded: the link was used, by this recipient or another, or its time is over.
        WrongClusterState: the profile is not dormant any more.
    """
    cluster = await cluster_behind(session, link, for_update=True)
    link.must_be_open(at=at)
    if cluster is None:
        raise ValueError(f"the link {link.id} leads to no cluster")
    on = await day_at(session, cluster.association, at=at)
    actor = Actor(f"link:{link.id}", cluster.association)
    for event in cluster.revive(on=on, at=at):
        await history.record(session, event, actor=actor)
    await links.withdraw(session, subject=link.subject, at=at)


def _recipients(cluster: Cluster, staff: Iterable[StaffCopy]) -> list[UUID]:
    own = [each for each in staff if each.association == cluster.association]
    unseen = {each.staff_id for each in own if cluster.dual_use and VETTED not in each.marks}
    office = {each.staff_id for each in own if BACK_OFFICE in each.roles}
    return sorted((office | set(cluster.administrators)) - unseen)
