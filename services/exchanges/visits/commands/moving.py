"""Move sessions of a visit in one act, and say beforehand what that means for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vocabulary import Party, ReasonClass, VisitState
from services.chassis import history
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.chassis.identity import Actor
from services.exchanges.commitments.model import Commitment
from services.exchanges.commitments.queries import commitment_of
from services.exchanges.visits.access import must_coordinate, party_of, sides_of, visit_of
from services.exchanges.visits.commands.agreeing import reopened_by, revise
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.model import Visit
from services.exchanges.visits.refusals import NothingMoves
from services.exchanges.visits.sessions import Times, VisitSession, times_of
from services.exchanges.visits.states import EXPECTED, MOVABLE


@dataclass(frozen=True, slots=True)
class Move:
    """New wall times for one session, in the zone it is planned in."""

    session_id: UUID
    starts_wall: datetime
    ends_wall: datetime


@dataclass(frozen=True, slots=True)
class MovedSession:
    """One session with its old and new times."""

    session: VisitSession
    former: Times
    times: Times


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would mean: `concerned` get a message, `reopened` sign again, `kept` do not.

    `asks_why` tells whether the move needs a reason.
    """

    visit: Visit
    sessions: Sequence[MovedSession]
    concerned: Sequence[Delegate]
    reopened: frozenset[Party]
    kept: frozenset[Party]
    asks_why: bool


def moves_of_day(visit: Visit, *, day: date, to: date) -> list[Move]:
    """All sessions of one local date, at the same wall times of another."""
    by = to - day
    return [
        Move(session.id, session.starts_wall + by, session.ends_wall + by)
        for session in visit.programme
        if session.day == day
    ]


async def preview_move(
    session: AsyncSession, actor: Actor, *, key: str, moves: Sequence[Move], at: datetime
) -> MovePreview:
    """Who would be concerned and which signatures would hold; nothing is changed.

    Raises:
        NothingMoves: the times are the old ones.
        SessionCannotBe, WrongVisitState: the move itself would be refused.
    """
    visit = await visit_of(session, actor, key)
    must_coordinate(actor, sides_of(visit))
    times = _times(visit, moves, at=at)
    commitment = await commitment_of(session, visit.id)
    reopened = _reopened(visit, commitment, times)
    signed = commitment.signed_by if commitment else frozenset()
    return MovePreview(
        visit=visit,
        sessions=[MovedSession(s, s.times, times[s.id]) for s in visit.programme if s.id in times],
        concerned=[delegate for delegate in visit.delegates if delegate.state in EXPECTED],
        reopened=reopened,
        kept=signed - reopened,
        asks_why=visit.asks_why(reopened),
    )


async def move_sessions(
    session: AsyncSession,
    actor: Actor,
    *,
    key: str,
    moves: Sequence[Move],
    reason: ReasonClass | None = None,
    at: datetime,
) -> Visit:
    """Move sessions; the visit keeps its identity, and signatures that still hold stay.

    A visit that is under way just goes on: single sessions move, nobody signs again.

    Raises:
        NothingMoves: the times are the old ones.
        WrongVisitState: the visit is over, or was called off.
        ReasonMissing: an agreed visit is to be signed again, and nothing says why.
        SessionCannotBe, SpanTooLong: the new times contradict the clock or each other.
    """
    visit = await visit_of(session, actor, key, for_update=True)
    must_coordinate(actor, sides_of(visit))
    times = _times(visit, moves, at=at)
    commitment = await commitment_of(session, visit.id)
    events = visit.move_sessions(
        times,
        party=party_of(actor, visit),
        reason=reason,
        reopened=_reopened(visit, commitment, times),
        at=at,
    )
    for event in events:
        await history.record(session, event, actor=actor)
    if not _under_way(visit):
        await revise(session, actor, visit, commitment, at=at)
    return visit


def _times(visit: Visit, moves: Sequence[Move], *, at: datetime) -> dict[UUID, Times]:
    visit.must_be(MOVABLE, mark("{number} is {state}: its sessions cannot be moved any more"))
    times = {}
    for position, move in enumerate(moves):
        planned = visit.session(move.session_id)
        below = f"/moves/{position}"
        moved = times_of(move.starts_wall, move.ends_wall, zone=planned.zone, at=at, below=below)
        if moved != planned.times:
            times[planned.id] = moved
    if not times:
        text = mark("these are the times that stand already; choose others")
        raise NothingMoves(text, [Fault("/moves", NothingMoves.code, text)])
    return times


def _reopened(
    visit: Visit, commitment: Commitment | None, times: dict[UUID, Times]
) -> frozenset[Party]:
    return frozenset() if _under_way(visit) else reopened_by(commitment, visit, moves=times)


def _under_way(visit: Visit) -> bool:
    return visit.state in (VisitState.IN_PROGRESS, VisitState.PAUSED)
