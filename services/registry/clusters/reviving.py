"""Bringing a dormant profile back without an account: who is asked, and the one click (R-11).

Each link is one recipient's, as long as that person answers for the profile; all of them end with
the first that is used.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterWentDormant
from contracts.vocabulary import Asked
from services.chassis import history, links, staff
from services.chassis.faults import mark
from services.chassis.identity import BACK_OFFICE, VETTED, Actor
from services.chassis.links import Link, LinkEnded
from services.chassis.staff import StaffCopy
from services.registry.associations.queries import day_at
from services.registry.clusters.model import Cluster
from services.registry.people.queries import mails_of

LINK: Final = "profile"  # the kind of such a link
LINKS_LAST: Final = timedelta(days=90)


async def ask(
    session: AsyncSession,
    link_key: SecretStr,
    cluster: Cluster,
    in_office: Iterable[StaffCopy],
    *,
    at: datetime,
) -> tuple[Asked, ...]:
    """Make a link for everybody who answers for the profile, and for the back office.

    `in_office` are those of the staff who are so today. Whoever of them may not see a dual-use
    cluster is not asked; who is kept under one address as a person too is asked once.
    """
    people, office = await _answering(session, cluster, in_office)
    alone = {each for each, mail in people.items() if mail not in office.values()}
    asked = []
    for recipient_id in sorted(alone | set(office)):
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
        LinkEnded: the link was used, by this recipient or another, its time is over, or the
            recipient does not answer for the profile any more.
        WrongClusterState: the profile is not dormant any more.
    """
    cluster = await cluster_behind(session, link, for_update=True)
    link.must_be_open(at=at)
    if cluster is None:
        raise ValueError(f"the link {link.id} leads to no cluster")
    if not await still_answers(session, cluster, link):
        raise LinkEnded(mark("this link was withdrawn; write to whoever sent it to you"))
    on = await day_at(session, cluster.association, at=at)
    actor = Actor(f"link:{link.id}", cluster.association)
    for event in cluster.revive(on=on, at=at):
        await history.record(session, event, actor=actor)
    await links.withdraw(session, subject=link.subject, at=at)


async def still_answers(session: AsyncSession, cluster: Cluster, link: Link) -> bool:
    """Whether the person who was given the link answers for the profile today."""
    rows = await history.rows_of(session, str(cluster.id), of_type=ClusterWentDormant.type)
    dormant = [
        event for event in map(history.event_of, rows) if isinstance(event, ClusterWentDormant)
    ]
    given = {each.link_id: each.recipient_id for event in dormant for each in event.asked}
    people, office = await _answering(
        session, cluster, await staff.in_office(session, of=cluster.association)
    )
    return given.get(link.id) in {*people, *office}


async def _answering(
    session: AsyncSession, cluster: Cluster, in_office: Iterable[StaffCopy]
) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Who may bring the profile back: people without account, and staff; addresses by id."""
    own = [each for each in in_office if each.association == cluster.association]
    unseen = [each for each in own if cluster.dual_use and VETTED not in each.marks]
    office = {
        each.staff_id: each.mail.lower()
        for each in own
        if each not in unseen
        and (BACK_OFFICE in each.roles or each.staff_id in cluster.administrators)
    }
    hidden = {each.mail.lower() for each in unseen}
    kept = (await mails_of(session, cluster.administrators)).items()
    return {each: mail.lower() for each, mail in kept if mail.lower() not in hidden}, office
