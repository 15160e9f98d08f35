"""Who was present for how long: the newest list of a session is the one that counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from contracts.vocabulary import AttendanceMethod
from services.chassis.errors import Fault
from services.chassis.faults import mark
from services.exchanges.database import Base
from services.exchanges.visits.delegates import Delegate
from services.exchanges.visits.refusals import AttendanceCannotBe
from services.exchanges.visits.sessions import VisitSession
from services.exchanges.visits.states import COMING

NOT_COMING: Final = mark("only a delegate who accepted can attend; leave this person out")
TOO_LONG: Final = mark("write 0 to {minutes} minutes, the length of the session")


class Attendance(Base):
    """Minutes of one delegate in one session."""

    __tablename__ = "attendance"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("visit_sessions.id"), primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(
        ForeignKey("delegates.participant_id"), primary_key=True
    )
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    visitor_association: Mapped[str]
    host_association: Mapped[str]
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class AttendanceList:
    """The list of one session as somebody kept it; whoever is not on it was not there."""

    session_id: UUID
    minutes: Mapping[UUID, int]
    method: AttendanceMethod = AttendanceMethod.LIST


def check(kept: AttendanceList, session: VisitSession, delegates: Iterable[Delegate]) -> None:
    """Refuse a list that cannot be true.

    Raises:
        AttendanceCannotBe: minutes below zero or above the session's length, or somebody who did
            not accept the invitation; every fault is listed.
    """
    coming = {delegate.participant_id for delegate in delegates if delegate.state in COMING}
    faults = []
    for participant_id, minutes in kept.minutes.items():
        pointer = f"/minutes/{participant_id}"
        if participant_id not in coming:
            faults.append(Fault(pointer, AttendanceCannotBe.code, NOT_COMING))
        if not 0 <= minutes <= session.minutes:
            longest = {"minutes": session.minutes}
            faults.append(Fault(pointer, AttendanceCannotBe.code, TOO_LONG, values=longest))
    if faults:
        raise AttendanceCannotBe(
            mark("the list does not fit the session; correct what is named"), faults
        )
