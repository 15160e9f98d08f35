"""What is stored of a visit, and the one door through which its states change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from contracts.vocabulary import HostSide, Party, ReasonClass, VisitorSide, VisitState
from services.chassis.faults import mark
from services.exchanges.database import Base
from services.exchanges.visits.attendance import Attendance
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.names import HOST_SIDE, STATE, VISITOR_SIDE
from services.exchanges.visits.refusals import (
    DelegateNotFound,
    SessionNotFound,
    SideNotSigned,
    WrongVisitState,
)
from services.exchanges.visits.sessions import VisitSession, standing
from services.exchanges.visits.states import HOST_PARTIES, NEXT, SIDES, VISITOR_PARTIES


class VisitRecord(Base):
    """The columns of a visit with its sessions, delegates and attended minutes.

    `moved` keeps, while new dates await their signatures, where the moved sessions stood before
    and which signatures were asked for again. `folded` is what the search compares.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[dict[str, Any]]
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    visiting_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    host_zone: Mapped[str]
    activities: Mapped[list[str]]
    dual_use: Mapped[bool]
    state: Mapped[VisitState]
    visitor_side: Mapped[VisitorSide]
    host_side: Mapped[HostSide]
    reason: Mapped[ReasonClass | None]
    note: Mapped[str | None]
    moved: Mapped[dict[str, Any]]
    opened_by: Mapped[str]
    folded: Mapped[str]
    opened_at: Mapped[datetime]
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    @declared_attr
    def sessions(cls) -> Mapped[list[VisitSession]]:  # noqa: N805 - SQLAlchemy passes the class
        """Every session ever planned, dropped ones included."""
        return relationship(VisitSession, lazy="selectin")

    @declared_attr
    def delegates(cls) -> Mapped[list[Delegate]]:  # noqa: N805 - SQLAlchemy passes the class
        """Everybody ever invited, in the order of the invitations."""
        return relationship(Delegate, lazy="selectin", order_by=Delegate.invited_at)

    @declared_attr
    def attended(cls) -> Mapped[list[Attendance]]:  # noqa: N805 - SQLAlchemy passes the class
        """Minutes by session and delegate, as the newest lists say."""
        return relationship(Attendance, lazy="selectin")

    @property
    def programme(self) -> list[VisitSession]:
        """The sessions that stand, in the order they happen."""
        return standing(self.sessions)

    def session(self, session_id: UUID) -> VisitSession:
        """The session with this id, if it stands.

        Raises:
            SessionNotFound: the visit has no such session, or it was dropped.
        """
        for session in self.programme:
            if session.id == session_id:
                return session
        raise SessionNotFound(
            f"{self.number} has no session {session_id}; open its programme again"
        )

    def delegate(self, participant_id: UUID) -> Delegate:
        """The delegate with this participant id.

        Raises:
            DelegateNotFound: nobody with this id was invited to the visit.
        """
        for delegate in self.delegates:
            if delegate.participant_id == participant_id:
                return delegate
        raise DelegateNotFound(
            mark("this person was not invited to {number}; invite the person first"),
            number=self.number,
        )

    def reopen(self, parties: Collection[Party]) -> None:
        """Let a side fall back whose signatures no longer hold."""
        if VISITOR_PARTIES.intersection(parties) and self.visitor_side is VisitorSide.LIVE:
            self.visitor_side = VisitorSide.NOMINATED
        if HOST_PARTIES.intersection(parties) and self.host_side is HostSide.VERIFIED:
            self.host_side = HostSide.PENDING

    def reach(self, state: VisitState, *, at: datetime) -> None:
        """Move to `state` if the literal leads there and both sides allow it.

        Raises:
            WrongVisitState: no way leads from the present state to this one.
            SideNotSigned: the state needs signatures that are missing.
        """
        if state not in NEXT[self.state]:
            raise WrongVisitState(
                mark(
                    "{number} is {state} and cannot become {wanted}; open it again to see what is"
                    " possible now"
                ),
                number=self.number,
                state=STATE[self.state],
                wanted=STATE[state],
            )
        if (self.visitor_side, self.host_side) not in SIDES[state]:
            raise SideNotSigned(
                mark(
                    "{number} cannot become {wanted}: the visiting side is {visitor_side}, the host"
                    " side {host_side}; collect the missing signatures first"
                ),
                number=self.number,
                wanted=STATE[state],
                visitor_side=VISITOR_SIDE[self.visitor_side],
                host_side=HOST_SIDE[self.host_side],
            )
        self.state = state
        self.state_since = at

    def must_be(self, allowed: Collection[VisitState], why: str) -> None:
        """Refuse an act in any other state; `why` may name the visit's {number} and {state}.

        Raises:
            WrongVisitState: the visit is in another state.
        """
        if self.state not in allowed:
            raise WrongVisitState(why, number=self.number, state=STATE[self.state])

    def common(self, at: datetime) -> dict[str, Any]:
        """The fields that every event of this visit carries, as they are now."""
        return {
            "subject": str(self.id),
            "time": at,
            "number": self.number,
            "state": self.state,
            "visitor_side": self.visitor_side,
            "host_side": self.host_side,
            "visitor_association": self.visitor_association,
            "host_association": self.host_association,
        }
