"""The words for the states of visits, sides and delegates, in refusals and on pages alike."""

from typing import Final

from contracts.vocabulary import DelegateState, HostSide, VisitorSide, VisitState
from services.chassis.words import Word

_S = VisitState
_D = DelegateState

STATE: Final = {
    _S.BUILDING: Word("visit state", "Planning"),
    _S.COMMITTED: Word("visit state", "Agreed"),
    _S.RESCHEDULING: Word("visit state", "New dates"),
    _S.READY: Word("visit state", "Ready"),
    _S.IN_PROGRESS: Word("visit state", "Under way"),
    _S.PAUSED: Word("visit state", "Paused"),
    _S.ENDED: Word("visit state", "Report due"),
    _S.REPORTED: Word("visit state", "Report in check"),
    _S.REPORT_OVERDUE: Word("visit state", "Report overdue"),
    _S.DISCONTINUED: Word("visit state", "Ended early"),
    _S.VALIDATED: Word("visit state", "To pay"),
    _S.SETTLED: Word("visit state", "Paid"),
    _S.FOLLOWED_UP: Word("visit state", "Closed"),
    _S.CANCELLED: Word("visit state", "Cancelled"),
    _S.DISSOLVED: Word("visit state", "Not agreed"),
    _S.WRITTEN_OFF: Word("visit state", "Written off"),
}

VISITOR_SIDE: Final = {
    VisitorSide.NOMINATED: Word("visitor side", "Named, not signed"),
    VisitorSide.LIVE: Word("visitor side", "Signed"),
    VisitorSide.COMPLETED: Word("visitor side", "Reported"),
    VisitorSide.WITHDRAWN: Word("visitor side", "Withdrawn"),
}

HOST_SIDE: Final = {
    HostSide.PENDING: Word("host side", "Asked, not signed"),
    HostSide.VERIFIED: Word("host side", "Signed"),
    HostSide.REJECTED: Word("host side", "Refused"),
}

ANSWER: Final = {
    _D.INVITED: Word("answer", "Waiting"),
    _D.WAITING: Word("answer", "On the waiting list"),
    _D.OFFERED: Word("answer", "Offered a place"),
    _D.ACCEPTED: Word("answer", "Accepted"),
    _D.DECLINED: Word("answer", "Declined"),
    _D.LAPSED: Word("answer", "No answer in time"),
    _D.WITHDRAWN: Word("answer", "Withdrawn"),
    _D.REPLACED: Word("answer", "Replaced"),
    _D.ATTENDED: Word("answer", "Attended"),
    _D.ABSENT: Word("answer", "Absent"),
}
