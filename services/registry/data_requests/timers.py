"""What time brings about for requests: an answer that is owed is reminded of; who asked fades."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.chassis import history
from services.chassis.identity import SYSTEM
from services.chassis.timers import Timer
from services.registry.associations.queries import days_at
from services.registry.data_requests.model import REMIND_DAYS_LEFT, DataRequest
from services.registry.data_requests.states import OPEN, DataRequestState

AT_ONCE: Final = 500
KEPT: Final = timedelta(days=365)


async def remind_of_requests(session: AsyncSession, now: datetime) -> int:
    """State, once each, that an answer is due in seven days, in one, and that it is late."""
    last = now.date() + timedelta(days=max(REMIND_DAYS_LEFT) + 1)
    said_all = DataRequest.days_left.is_not_distinct_from(min(REMIND_DAYS_LEFT))
    due = await session.scalars(
        select(DataRequest)
        .where(DataRequest.state.in_(sorted(OPEN)), DataRequest.due_day <= last)
        .where(~said_all)
        .order_by(DataRequest.due_day, DataRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return await _remind(session, due.all(), now)


async def _remind(session: AsyncSession, due: Iterable[DataRequest], now: datetime) -> int:
    today, done = await days_at(session, at=now), 0
    for request in due:
        event = request.remind(today=today[request.association], at=now)
        if event is not None:
            actor = replace(SYSTEM, association=request.association)
            await history.record(session, event, actor=actor)
            done += 1
    return done


async def forget_who_asked(session: AsyncSession, now: datetime) -> int:
    """A year after a refusal keep nothing that says who asked."""
    old = await session.scalars(
        select(DataRequest)
        .where(DataRequest.state == DataRequestState.REFUSED, DataRequest.folded != "")
        .where(DataRequest.closed_at < now - KEPT)
        .order_by(DataRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    requests = old.all()
    for request in requests:
        request.forget_who_asked()
    return len(requests)


TIMERS: Final = (
    Timer("answers are reminded of", 600, remind_of_requests),
    Timer("who asked is forgotten", 3600, forget_who_asked),
)
