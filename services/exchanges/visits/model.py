"""The visit: its sides, its states, and what happens to it as a whole.

The visiting side owns `visitor_side`, the host side `host_side`; no act of one side writes the
other's field. The overall `state` can stand only on sides that the literal `SIDES` allows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import declared_attr

from contracts import exchanges as facts
from contracts.event import uuid7
from contracts.vocabulary import (
    Activity,
    DelegateState,
    ErasureReason,
    HostSide,
    Mode,
    ParticipantRole,
    Party,
    ReasonClass,
    VisitorSide,
    VisitState,
)
from services.chassis.faults import mark
from services.chassis.folding import fold_all
from services.exchanges.visits.delegation import Delegation
from services.exchanges.visits.names import HOST_SIDE, VISITOR_SIDE
from services.exchanges.visits.refusals import SideNotSigned, TooEarly
from services.exchanges.visits.sessions import there
from services.exchanges.visits.states import COMING, HOST_SIDE_NEXT, VISITOR_SIDE_NEXT


@dataclass(frozen=True, slots=True)
class Opening:
    """What has to be known of a visit to begin with; `mode` is the mode of its first session."""

    title: dict[str, str]
    visitor_association: str
    host_association: str
    visiting_organisation_id: UUID
    host_organisation_id: UUID
    host_zone: str
    mode: Mode
    activities: tuple[Activity, ...] = (Activity.KNOWLEDGE_SHARING,)
    dual_use: bool = False


class Visit(Delegation):
    """One agreed exchange, made of sessions: unit of planning, signing and counting."""

    __tablename__ = "visits"

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.version}

    @classmethod
    def open(
        cls, opening: Opening, *, number: str, by: str, at: datetime
    ) -> tuple["Visit", facts.VisitOpened]:
        """A new visit that binds nobody yet; `by` is the actor. Sessions are added one by one."""
        visit = cls(
            id=uuid7(),
            number=number,
            title=opening.title,
            visitor_association=opening.visitor_association,
            host_association=opening.host_association,
            visiting_organisation_id=opening.visiting_organisation_id,
            host_organisation_id=opening.host_organisation_id,
            host_zone=opening.host_zone,
            activities=[activity.value for activity in opening.activities],
            dual_use=opening.dual_use,
            state=VisitState.BUILDING,
            visitor_side=VisitorSide.NOMINATED,
            host_side=HostSide.PENDING,
            moved={},
            opened_by=by,
            folded=fold_all((number, *opening.title.values())),
            opened_at=at,
            state_since=at,
            sessions=[],
            delegates=[],
            attended=[],
        )
        event = facts.VisitOpened(
            **visit.common(at),
            title=opening.title,
            visiting_organisation_id=opening.visiting_organisation_id,
            host_organisation_id=opening.host_organisation_id,
            mode=opening.mode,
            activities=opening.activities,
            dual_use=opening.dual_use,
            host_zone=opening.host_zone,
        )
        return visit, event

    def sign_visitor_side(self, party: Party, *, at: datetime) -> facts.VisitorSideSigned:
        """The visiting side is live: `party` was the second of its two to sign.

        Raises:
            SideNotSigned: the side is live already, or has left.
        """
        if VisitorSide.LIVE not in VISITOR_SIDE_NEXT[self.visitor_side]:
            raise SideNotSigned(
                mark("the visiting side is {side}: it cannot sign now"),
                side=VISITOR_SIDE[self.visitor_side],
            )
        self.visitor_side = VisitorSide.LIVE
        return facts.VisitorSideSigned(**self.common(at), party=party)

    def sign_host_side(self, party: Party, *, at: datetime) -> facts.HostSideSigned:
        """The host side is verified: `party` was the second of its two to sign.

        Raises:
            SideNotSigned: the side is verified already, or has rejected.
        """
        if HostSide.VERIFIED not in HOST_SIDE_NEXT[self.host_side]:
            raise SideNotSigned(
                mark("the host side is {side}: it cannot sign now"), side=HOST_SIDE[self.host_side]
            )
        self.host_side = HostSide.VERIFIED
        return facts.HostSideSigned(**self.common(at), party=party)

    def commit(
        self, *, commitment_id: UUID, signed_hash: str, visitor_zone: str, at: datetime
    ) -> facts.VisitCommitted | facts.VisitRescheduled:
        """All four are bound: for the first time, or again for new dates.

        The decisive day of eligibility is the local date of the commitment in `visitor_zone`.

        Raises:
            SideNotSigned: a side has not signed.
            WrongVisitState: the visit is committed already, or over.
        """
        again = self.state is VisitState.RESCHEDULING
        self.reach(VisitState.COMMITTED, at=at)
        if again:
            return self.rescheduled(at=at)
        coming = {d.organisation_id for d in self.delegates if d.state in COMING}
        return facts.VisitCommitted(
            **self.common(at),
            commitment_id=commitment_id,
            hash=signed_hash,
            decisive_day=at.astimezone(ZoneInfo(visitor_zone)).date(),
            beneficiaries=tuple(sorted(coming)),
        )

    def forget(
        self, participant_id: UUID, *, role: ParticipantRole, reason: ErasureReason, at: datetime
    ) -> facts.ParticipantForgotten:
        """Say that nobody knows any more who this was; the place in the visit stays."""
        return facts.ParticipantForgotten(
            **self.common(at), participant_id=participant_id, role=role, reason=reason
        )

    def mark_ready(self, *, at: datetime) -> facts.VisitReady:
        """Everybody who accepted can travel.

        Raises:
            WrongVisitState: the visit is not committed.
            TooEarly: nobody has accepted, or somebody may still answer.
        """
        self.must_be(
            {VisitState.COMMITTED},
            mark("{number} is {state}: all four sign before everybody can be ready"),
        )
        if any(delegate.state is DelegateState.INVITED for delegate in self.delegates):
            raise TooEarly(mark("somebody has not answered yet; wait, or withdraw the invitation"))
        if not any(delegate.state in COMING for delegate in self.delegates):
            raise TooEarly(mark("nobody has accepted yet; invite people first"))
        self.reach(VisitState.READY, at=at)
        return facts.VisitReady(**self.common(at), share=1.0)

    def check_in(
        self, participant_ids: Collection[UUID], *, at: datetime
    ) -> list[facts.VisitEvent]:
        """Check delegates in; the first starts the visit. Who is here already gives no event.

        Raises:
            WrongVisitState: the visit is not ready, or is over.
            TooEarly: the first session is on a later day.
            WrongDelegateState: somebody did not accept the invitation.
        """
        self.must_be(
            {VisitState.READY, VisitState.IN_PROGRESS},
            mark("{number} is {state}: delegates are checked in when everybody is ready"),
        )
        first = self.programme[0]
        if there(at, first.zone).date() < first.day:
            raise TooEarly(
                mark("check-in opens on {day}, the day of the first session"), day=first.day
            )
        here = {d.participant_id for d in self.delegates if d.checked_in_at is not None}
        new = [each for each in dict.fromkeys(participant_ids) if each not in here]
        started = [self._start(at)] if new and self.state is VisitState.READY else []
        return [*started, *(self.arrive(participant_id, at=at) for participant_id in new)]

    def _start(self, at: datetime) -> facts.VisitStarted:
        self.reach(VisitState.IN_PROGRESS, at=at)
        upcoming = [session for session in self.programme if session.ends_at > at]
        session_id = upcoming[0].id if upcoming else None
        return facts.VisitStarted(**self.common(at), session_id=session_id)

    def end(self, *, at: datetime) -> facts.VisitEnded:
        """The last session is over.

        Raises:
            WrongVisitState: the visit is not under way.
            TooEarly: a session is still to come, or runs.
        """
        self.must_be(
            {VisitState.IN_PROGRESS},
            mark("{number} is {state}: only a visit that is under way can end"),
        )
        last = max(self.programme, key=lambda session: session.ends_at)
        if at < last.ends_at:
            raise TooEarly(
                mark("the last session ends on {wall} ({zone}); wait until then"),
                wall=f"{last.ends_wall:%Y-%m-%d %H:%M}",
                zone=last.zone,
            )
        self.reach(VisitState.ENDED, at=at)
        return facts.VisitEnded(**self.common(at), session_id=last.id, lost_minutes=0)

    def cancel(
        self, *, reason: ReasonClass, note: str | None, at: datetime
    ) -> facts.VisitCancelled | facts.VisitDissolved:
        """Call the visit off: before the commitment it dissolves, afterwards it is cancelled.

        Every entry in a calendar is taken back, so each session's sequence rises.

        Raises:
            WrongVisitState: the visit has begun, or is over.
        """
        building = self.state is VisitState.BUILDING
        self.reach(VisitState.DISSOLVED if building else VisitState.CANCELLED, at=at)
        self.reason, self.note = reason, note
        for session in self.programme:
            session.raise_sequence(at=at)
        kind = facts.VisitDissolved if building else facts.VisitCancelled
        return kind(**self.common(at), reason=reason, justified=reason.justified, note=note)
