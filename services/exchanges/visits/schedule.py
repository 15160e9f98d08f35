"""The schedule: visits between two days, and the list of them page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.vocabulary import DelegateState, HostSide, VisitorSide, VisitState
from services.chassis.folding import fold
from services.chassis.identity import Actor
from services.chassis.paging import page
from services.exchanges.copies.model import ClusterCopy
from services.exchanges.visits.access import shown_to
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.model import Visit
from services.exchanges.visits.sessions import VisitSession
from services.exchanges.visits.states import COMING, EXPECTED

MOST_AT_ONCE: Final = 500  # of one month or week


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty field lets everything through.

    `host` and `guest` are associations. `mine` keeps the visits that the actor planned.
    """

    host: str = ""
    guest: str = ""
    text: str = ""
    mine: bool = False
    states: frozenset[VisitState] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit as a schedule shows it; days are local at the host, both included."""

    id: UUID
    number: str
    title: dict[str, str]
    state: VisitState
    visitor_side: VisitorSide
    host_side: HostSide
    visitor_association: str
    host_association: str
    host_zone: str
    first_day: date
    last_day: date
    sessions: int
    visitor_name: str | None
    host_name: str | None
    city: str | None
    invited: int
    coming: int


_SPAN: Final = (
    select(
        VisitSession.visit_id,
        cast(func.min(VisitSession.starts_wall), Date).label("first_day"),
        cast(func.max(VisitSession.ends_wall), Date).label("last_day"),
        func.count().label("sessions"),
    )
    .where(VisitSession.dropped_at.is_(None))
    .group_by(VisitSession.visit_id)
    .subquery()
)
_VISITOR: Final = aliased(ClusterCopy)
_HOST: Final = aliased(ClusterCopy)


async def schedule(
    session: AsyncSession, actor: Actor, wanted: Wanted, *, first: date, last: date
) -> Sequence[Entry]:
    """The visits with a session from `first` to `last`, both included, by first day and number."""
    rows = (
        _entries(actor, wanted)
        .where(_SPAN.c.first_day <= last, _SPAN.c.last_day >= first)
        .order_by(_SPAN.c.first_day, Visit.number)
        .limit(MOST_AT_ONCE)
    )
    return [_entry(row) for row in await session.execute(rows)]


async def schedule_page(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    *,
    since: date | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> tuple[Sequence[Entry], str | None]:
    """A page of the visits that end on `since` or later, by first day and number; and the next.

    Raises:
        Invalid: the cursor is none of ours.
    """
    rows = _entries(actor, wanted)
    if since is not None:
        rows = rows.where(_SPAN.c.last_day >= since)
    found, following = await page(
        session, rows, _SPAN.c.first_day, Visit.number, cursor=cursor, size=size
    )
    return [_entry(row) for row in found], following


async def next_after(session: AsyncSession, actor: Actor, day: date) -> Entry | None:
    """The first visit that begins after `day`, for a period without any."""
    rows = (
        _entries(actor, Wanted())
        .where(_SPAN.c.first_day > day)
        .order_by(_SPAN.c.first_day, Visit.number)
        .limit(1)
    )
    row = (await session.execute(rows)).first()
    return None if row is None else _entry(row)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the weeks, Monday to Sunday, that a month's calendar shows."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return week_of(first)[0], week_of(last)[1]


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _entries(actor: Actor, wanted: Wanted) -> Select[Any]:
    rows = (
        select(
            Visit.id,
            Visit.number.label("visit_number"),
            Visit.title,
            Visit.state,
            Visit.visitor_side,
            Visit.host_side,
            Visit.visitor_association,
            Visit.host_association,
            Visit.host_zone,
            _SPAN.c.first_day.label("begins"),
            _SPAN.c.last_day,
            _SPAN.c.sessions,
            _VISITOR.name_en,
            _HOST.name_en,
            _HOST.city,
            _delegates(EXPECTED | COMING),
            _delegates(COMING),
        )
        .join(_SPAN, _SPAN.c.visit_id == Visit.id)
        .outerjoin(_VISITOR, _VISITOR.cluster_id == Visit.visiting_organisation_id)
        .outerjoin(_HOST, _HOST.cluster_id == Visit.host_organisation_id)
        .where(shown_to(actor))
    )
    if wanted.host:
        rows = rows.where(Visit.host_association == wanted.host)
    if wanted.guest:
        rows = rows.where(Visit.visitor_association == wanted.guest)
    if wanted.mine:
        rows = rows.where(Visit.opened_by == actor.id)
    if wanted.states:
        rows = rows.where(Visit.state.in_(wanted.states))
    for word in fold(wanted.text).split():
        texts = (Visit.folded, _VISITOR.folded, _HOST.folded)
        rows = rows.where(or_(*(text.contains(word, autoescape=True) for text in texts)))
    return rows


def _delegates(states: frozenset[DelegateState]) -> Any:
    return (
        select(func.count())
        .where(Delegate.visit_id == Visit.id, Delegate.state.in_(states))
        .correlate(Visit)
        .scalar_subquery()
    )


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(*row)
