"""Tells the public of visits: completed ones only, seven days after their end, dual-use never.

Run by one timer only, so that positions of the stream rise in the order of their commits and a
reader's cursor never passes one that is still on its way.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.analytics import VisitCounted, VisitCountries
from contracts.vocabulary import Mode, Region
from services.analytics.facts.model import ClusterFact, Fate, SessionFact, VisitFact
from services.analytics.facts.regions import coarse
from services.analytics.streams.model import StreamedVisit
from services.chassis import history
from services.chassis.identity import SYSTEM

DELAY: Final = timedelta(days=7)  # while there is war, exact places and times are told late (D-07)

visiting, hosting = aliased(ClusterFact), aliased(ClusterFact)


async def count_visits(session: AsyncSession, *, at: datetime) -> int:
    """Put every visit into the stream that may be told by now and is not there; gives how many."""
    due = await session.execute(
        select(VisitFact, hosting.ecosystem)
        .outerjoin(visiting, visiting.cluster_id == VisitFact.visiting_organisation_id)
        .outerjoin(hosting, hosting.cluster_id == VisitFact.host_organisation_id)
        .where(
            VisitFact.fate == Fate.ENDED,
            VisitFact.completed,
            VisitFact.ended_at <= at - DELAY,
            ~VisitFact.dual_use,
            visiting.dual_use.is_not(True),
            hosting.dual_use.is_not(True),
            ~exists().where(StreamedVisit.visit_id == VisitFact.visit_id),
        )
        .order_by(VisitFact.ended_at, VisitFact.visit_id)
    )
    visits = due.all()
    regions = await _host_regions(session, [visit.visit_id for visit, _ in visits])
    for visit, ecosystem in visits:
        event = _counted(visit, ecosystem, regions.get(visit.visit_id), at)
        session.add(StreamedVisit(visit_id=visit.visit_id, streamed_at=at))
        await history.record(session, event, actor=SYSTEM)
    return len(visits)


async def _host_regions(session: AsyncSession, visit_ids: Sequence[UUID]) -> dict[UUID, Region]:
    """Where each visit began on site; a virtual one has no region."""
    sessions = await session.scalars(
        select(SessionFact)
        .where(
            SessionFact.visit_id.in_(visit_ids),
            SessionFact.mode == Mode.ON_SITE,
            ~SessionFact.dropped,
            SessionFact.region_code.is_not(None),
        )
        .order_by(SessionFact.visit_id, SessionFact.starts_at, SessionFact.session_id)
    )
    regions: dict[UUID, Region] = {}
    for one in sessions:
        region = coarse(one.region) if one.region else None
        if region is not None:
            regions.setdefault(one.visit_id, region)
    return regions


def _counted(
    visit: VisitFact, ecosystem: str | None, region: Region | None, at: datetime
) -> VisitCounted:
    """The subject is the stream's own: the visit's id names another sequence, that of its topic."""
    if visit.ended_on is None:
        raise ValueError(f"visit {visit.visit_id} has ended, but on no day")
    return VisitCounted(
        subject=str(uuid5(NAMESPACE_URL, f"talka:streams:visit:{visit.visit_id}")),
        time=at,
        visit_id=visit.visit_id,
        month=f"{visit.ended_on:%Y-%m}",
        countries=VisitCountries(vo=visit.visitor_association, ho=visit.host_association),
        host_region=region,
        visit_class=visit.visit_class,
        ecosystem=ecosystem,
    )
