"""Visits for people's own programs: the list, one, its history, and every act on it.

Systems with a key read; acts are done by people, so a key that writes is refused.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from contracts.vocabulary import ReasonClass, VisitState
from services.chassis import clock
from services.chassis.http import Acting, Router, Transaction
from services.chassis.paging import Cursor, Page, Size
from services.exchanges.visits import queries, schedule
from services.exchanges.visits.attendance import AttendanceList
from services.exchanges.visits.commands import agreeing, holding, inviting, moving, planning
from services.exchanges.visits.schedule import Wanted
from services.exchanges.visits.shapes import asked, shown

router = Router(prefix="/exchanges/v1/visits", tags=["visits"])


@dataclass(frozen=True, slots=True)
class Act:
    """An act on one visit, as a route is asked for it."""

    request: Request
    key: str
    session: Transaction
    actor: Acting

    async def done(self, command: Callable[..., Awaitable[Any]], **given: Any) -> shown.VisitOut:
        """Do it now, and answer with the visit as it is afterwards."""
        await command(self.session, self.actor, key=self.key, at=clock.now(), **given)
        await self.session.flush()
        return shown.VisitOut.of(await queries.view_of(self.session, self.actor, self.key))

    @property
    def link_key(self) -> Any:
        """With which the tokens of links are worked out."""
        return self.request.app.state.settings.link_key


Asked = Annotated[Act, Depends()]


@router.get("")
async def list_visits(
    *,
    session: Transaction,
    actor: Acting,
    q: str = "",
    host: str = "",
    guest: str = "",
    state: Annotated[list[VisitState] | None, Query()] = None,
    mine: bool = False,
    since: date | None = None,
    cursor: Cursor = None,
    limit: Size = 50,
) -> Page[schedule.Entry]:
    """The visits of your association by first day; `since` leaves out those that ended before."""
    wanted = Wanted(host, guest, q, mine, frozenset(state or ()))
    entries, following = await schedule.schedule_page(
        session, actor, wanted, since=since, cursor=cursor, size=limit
    )
    return Page(items=list(entries), next=following)


@router.post("", status_code=201)
async def plan(
    visit: asked.VisitIn,
    session: Transaction,
    actor: Acting,
    request: Request,
    response: Response,
) -> shown.VisitOut:
    """Plan a visit; you coordinate the visiting or the host association."""
    planned = await planning.plan_visit(
        session,
        actor,
        plan=visit.plan(),
        link_key=request.app.state.settings.link_key,
        at=clock.now(),
    )
    response.headers["Location"] = f"/exchanges/v1/visits/{planned.number}"
    await session.flush()
    return shown.VisitOut.of(await queries.view_of(session, actor, planned.number))


@router.get("/{key}")
async def one_visit(act: Asked) -> shown.VisitOut:
    """One visit, by number or id."""
    return shown.VisitOut.of(await queries.view_of(act.session, act.actor, act.key))


@router.get("/{key}/history")
async def history_of_visit(act: Asked) -> Sequence[shown.FactOut]:
    """What happened to the visit and its commitment, the newest first."""
    view = await queries.view_of(act.session, act.actor, act.key)
    return [shown.FactOut.of(told) for told in await queries.told_of(act.session, act.actor, view)]


@router.post("/{key}/sessions")
async def add_session(act: Asked, session: asked.SessionIn) -> shown.VisitOut:
    """Put one more session on the programme, while the visit is not agreed."""
    return await act.done(planning.add_session, plan=session.plan())


@router.delete("/{key}/sessions/{session_id}")
async def drop_session(act: Asked, session_id: UUID) -> shown.VisitOut:
    """Take a session off the programme, while the visit is not agreed."""
    return await act.done(planning.drop_session, session_id=session_id)


@router.post("/{key}/delegates")
async def invite(act: Asked, invitation: asked.InvitationIn) -> shown.VisitOut:
    """Invite people of the visiting side; each gets a mail with a link of his or her own."""
    return await act.done(
        inviting.invite_delegates, invitees=invitation.invitees(), link_key=act.link_key
    )


@router.delete("/{key}/delegates/{participant_id}")
async def withdraw_delegate(
    act: Asked, participant_id: UUID, reason: ReasonClass | None = None
) -> shown.VisitOut:
    """Take a delegate off the visit; nobody else is told."""
    return await act.done(inviting.withdraw_delegate, participant_id=participant_id, reason=reason)


@router.put("/{key}/commitment")
async def draft(act: Asked, draft: asked.DraftIn) -> shown.VisitOut:
    """Put the text to sign in place, or other goals into it."""
    return await act.done(agreeing.draft_commitment, goals=draft.goals)


@router.post("/{key}/signatures")
async def sign(act: Asked, signature: asked.SignatureIn) -> shown.VisitOut:
    """Sign for your association the text with this hash; another text is refused."""
    return await act.done(
        agreeing.sign_as_association, party=signature.party, shown_hash=signature.hash
    )


@router.post("/{key}/moves/preview")
async def preview_move(act: Asked, moves: asked.MovesIn) -> shown.PreviewOut:
    """Say who would be concerned and which signatures would hold; nothing is changed."""
    preview = await moving.preview_move(
        act.session,
        act.actor,
        key=act.key,
        moves=[move.move() for move in moves.moves],
        at=clock.now(),
    )
    return shown.PreviewOut.of(preview)


@router.post("/{key}/moves")
async def move(act: Asked, moves: asked.MovesIn) -> shown.VisitOut:
    """Move sessions in one act; whoever is concerned is told the old and the new times."""
    return await act.done(
        moving.move_sessions,
        moves=[move.move() for move in moves.moves],
        reason=moves.reason,
    )


@router.put("/{key}/readiness")
async def mark_ready(act: Asked) -> shown.VisitOut:
    """State, for the visiting association, that everybody who accepted can travel."""
    return await act.done(holding.mark_ready)


@router.post("/{key}/arrivals")
async def check_in(act: Asked, arrived: asked.CheckInIn) -> shown.VisitOut:
    """Note who has arrived; the first starts the visit."""
    return await act.done(holding.check_in, participant_ids=arrived.participant_ids)


@router.put("/{key}/sessions/{session_id}/attendance")
async def record_attendance(
    act: Asked, session_id: UUID, attendance: asked.AttendanceIn
) -> shown.VisitOut:
    """Take the attendance list of a session in place of any earlier one."""
    kept = AttendanceList(session_id, attendance.minutes, attendance.method)
    return await act.done(holding.record_attendance, kept=kept)


@router.put("/{key}/end")
async def end(act: Asked) -> shown.VisitOut:
    """State that the last session is over."""
    return await act.done(holding.end_visit)


@router.put("/{key}/cancellation")
async def cancel(act: Asked, cancellation: asked.CancellationIn) -> shown.VisitOut:
    """Call the visit off; everybody concerned is told."""
    return await act.done(holding.cancel_visit, **dict(cancellation))
