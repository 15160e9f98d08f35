"""What handlers share: recount the stays of visits, and note the days that figures must look at.

Both are set-based and give the same rows however often and in whatever batches they run.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.analytics.facts.model import (
    AttendanceFact,
    InvitationFact,
    SessionFact,
    StayFact,
    TouchedDay,
    VisitFact,
)
from services.analytics.facts.stays import Presence, StayDay, stay_days, stay_of_visit


async def recount_stays(session: AsyncSession, visit_ids: Collection[UUID]) -> None:
    """Work out the days, class and completion of these visits from all their attendance."""
    wanted = sorted(set(visit_ids))
    visits = (
        await session.scalars(
            select(VisitFact).where(VisitFact.visit_id.in_(wanted)).order_by(VisitFact.visit_id)
        )
    ).all()
    presences, people = await _presences(session, wanted)
    agreed = await _agreed_days(session, wanted)
    gone = await session.scalars(
        delete(StayFact).where(StayFact.visit_id.in_(wanted)).returning(StayFact.day)
    )
    touched = set(gone)
    rows: list[dict[str, Any]] = []
    for visit in visits:
        days = stay_days(
            presences[visit.visit_id],
            host=visit.host_association,
            visitor=visit.visitor_association,
            agreed=frozenset(agreed[visit.visit_id]),
        )
        stay = stay_of_visit(days)
        visit.days_on_site, visit.days_online = stay.days_on_site, stay.days_online
        visit.visit_class, visit.completed = stay.visit_class, stay.completed
        rows += [_stay_row(visit, day, people[day.participant_id]) for day in days]
        touched |= {visit.ended_on} if visit.ended_on else set()
    await session.flush()
    if rows:
        await session.execute(insert(StayFact), rows)
    await touch(session, touched | {row["day"] for row in rows})


async def _presences(
    session: AsyncSession, visit_ids: Sequence[UUID]
) -> tuple[dict[UUID, list[Presence]], dict[UUID, UUID]]:
    """Attendance by visit, dropped sessions left out; and the person behind each participant."""
    found = await session.execute(
        select(AttendanceFact, SessionFact.held_on, SessionFact.mode)
        .join(SessionFact, SessionFact.session_id == AttendanceFact.session_id)
        .where(AttendanceFact.visit_id.in_(visit_ids), ~SessionFact.dropped)
        .order_by(AttendanceFact.session_id, AttendanceFact.participant_id)
    )
    presences: dict[UUID, list[Presence]] = defaultdict(list)
    people: dict[UUID, UUID] = {}
    for attended, held_on, mode in found:
        people[attended.participant_id] = attended.person_id
        presence = Presence(attended.participant_id, held_on, mode, attended.minutes)
        presences[attended.visit_id].append(presence)
    return presences, people


async def _agreed_days(session: AsyncSession, visit_ids: Sequence[UUID]) -> dict[UUID, set[date]]:
    found = await session.execute(
        select(SessionFact.visit_id, SessionFact.agreed_on).where(
            SessionFact.visit_id.in_(visit_ids), SessionFact.agreed_on.is_not(None)
        )
    )
    agreed: dict[UUID, set[date]] = defaultdict(set)
    for visit_id, day in found:
        agreed[visit_id] |= {day} if day else set()
    return agreed


def _stay_row(visit: VisitFact, day: StayDay, person_id: UUID) -> dict[str, Any]:
    return {
        "visit_id": visit.visit_id,
        "participant_id": day.participant_id,
        "day": day.day,
        "mode": day.mode,
        "visitor_association": visit.visitor_association,
        "host_association": visit.host_association,
        "person_id": person_id,
        "days": day.days,
    }


async def agree_on_days(session: AsyncSession, visit_ids: Collection[UUID]) -> None:
    """The four parties are bound: the days of the sessions as they stand are agreed."""
    await session.execute(
        update(SessionFact)
        .where(SessionFact.visit_id.in_(sorted(set(visit_ids))), ~SessionFact.dropped)
        .values(agreed_on=SessionFact.held_on)
    )


async def touch(session: AsyncSession, days: Iterable[date]) -> None:
    """Note that figures of periods with these days, or later ones, may have changed."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        await session.execute(insert(TouchedDay), rows)


async def touch_invitations(session: AsyncSession, visit_ids: Collection[UUID]) -> None:
    """Note the days on which delegates of these visits were invited."""
    days = select(InvitationFact.invited_on).where(
        InvitationFact.visit_id.in_(sorted(set(visit_ids)))
    )
    await session.execute(insert(TouchedDay).from_select(["day"], days.distinct()))
