"""What the register knows of a cluster on a day: members, administrators, web page, waivers."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import ClusterProfile
from services.registry.clusters.criteria import WAIVABLE, Standing
from services.registry.clusters.model import Cluster
from services.registry.clusters.waivers import Waiver, end_of, paper_of
from services.registry.clusters.webchecks import WebCheck
from services.registry.packs.finding import pack_on


async def standing_of(
    session: AsyncSession, cluster: Cluster, profile: ClusterProfile, *, on: date
) -> Standing:
    """What a review of `profile` on that day goes by."""
    pack = await pack_on(session, cluster.association, on=on)
    check = await session.get(WebCheck, cluster.id)
    legal_id = profile.legal_id
    taken = func.legal_id_is_taken(legal_id.scheme.value, legal_id.value, cluster.id)
    return Standing(
        on=on,
        pack=pack.version if pack else "",
        required=pack.required if pack else (),
        schemes=pack.schemes if pack else None,
        members=await _members(session, cluster.id, on=on) or None,
        administrators=len(cluster.administrators) or None,
        page=check.page if check else None,
        identifier_is_free=not await session.scalar(select(taken)),
        waivers=_papers(await waivers_in_force(session, cluster.id, on=on), profile, on),
    )


async def waivers_in_force(
    session: AsyncSession, cluster_id: UUID, *, on: date
) -> Sequence[Waiver]:
    """The waivers of a cluster that hold on that day, the oldest first."""
    held = (
        select(Waiver)
        .where(Waiver.cluster_id == cluster_id, Waiver.until_day >= on, Waiver.lapsed_at.is_(None))
        .order_by(Waiver.granted_at, Waiver.criterion)
    )
    return (await session.scalars(held)).all()


async def _members(session: AsyncSession, cluster_id: UUID, *, on: date) -> dict[str, int]:
    """The members of that day by kind, each legal entity once."""
    counted = func.members_counted(cluster_id, on).table_valued("kind", "size_class", "members")
    rows = select(counted.c.kind, func.sum(counted.c.members)).group_by(counted.c.kind)
    return {kind: int(members) for kind, members in await session.execute(rows)}


def _papers(granted: Sequence[Waiver], profile: ClusterProfile, on: date) -> Mapping[str, str]:
    papers: dict[str, str] = {}
    recognition = profile.recognition
    if recognition is not None and end_of(recognition, on) >= on:
        paper = paper_of(recognition.programme, recognition.document, end_of(recognition, on))
        papers = dict.fromkeys(WAIVABLE, paper)
    return papers | {each.criterion: each.paper for each in granted}
