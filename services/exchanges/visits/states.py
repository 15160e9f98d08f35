"""The life of a visit, of its two sides and of a delegate, each as one literal.

Each side owns one field of a visit; `SIDES` says on which two sides an overall state can stand.
"""

from typing import Final

from contracts.vocabulary import DelegateState, HostSide, Party, VisitorSide, VisitState

_S = VisitState
_V = VisitorSide
_H = HostSide
_D = DelegateState

NEXT: Final[dict[VisitState, frozenset[VisitState]]] = {
    _S.BUILDING: frozenset({_S.COMMITTED, _S.DISSOLVED}),
    _S.COMMITTED: frozenset({_S.READY, _S.RESCHEDULING, _S.CANCELLED}),
    _S.RESCHEDULING: frozenset({_S.COMMITTED, _S.CANCELLED}),
    _S.READY: frozenset({_S.IN_PROGRESS, _S.COMMITTED, _S.RESCHEDULING, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.PAUSED, _S.ENDED, _S.DISCONTINUED}),
    _S.PAUSED: frozenset({_S.IN_PROGRESS, _S.DISCONTINUED}),
    _S.ENDED: frozenset({_S.REPORTED, _S.REPORT_OVERDUE}),
    _S.REPORT_OVERDUE: frozenset({_S.REPORTED, _S.WRITTEN_OFF}),
    _S.DISCONTINUED: frozenset({_S.REPORTED, _S.REPORT_OVERDUE}),
    _S.REPORTED: frozenset({_S.VALIDATED, _S.ENDED, _S.DISCONTINUED}),
    _S.VALIDATED: frozenset({_S.SETTLED}),
    _S.SETTLED: frozenset({_S.FOLLOWED_UP}),
    _S.FOLLOWED_UP: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.DISSOLVED: frozenset(),
    _S.WRITTEN_OFF: frozenset(),
}

VISITOR_PARTIES: Final = frozenset({Party.VO, Party.VOP})
HOST_PARTIES: Final = frozenset({Party.HO, Party.HOP})

VISITOR_SIDE_NEXT: Final[dict[VisitorSide, frozenset[VisitorSide]]] = {
    _V.NOMINATED: frozenset({_V.LIVE, _V.WITHDRAWN}),
    _V.LIVE: frozenset({_V.NOMINATED, _V.COMPLETED, _V.WITHDRAWN}),
    _V.COMPLETED: frozenset({_V.LIVE}),
    _V.WITHDRAWN: frozenset(),
}

HOST_SIDE_NEXT: Final[dict[HostSide, frozenset[HostSide]]] = {
    _H.PENDING: frozenset({_H.VERIFIED, _H.REJECTED}),
    _H.VERIFIED: frozenset({_H.PENDING, _H.REJECTED}),
    _H.REJECTED: frozenset(),
}

DELEGATE_NEXT: Final[dict[DelegateState, frozenset[DelegateState]]] = {
    _D.INVITED: frozenset({_D.ACCEPTED, _D.DECLINED, _D.LAPSED, _D.WAITING, _D.WITHDRAWN}),
    _D.WAITING: frozenset({_D.OFFERED, _D.WITHDRAWN}),
    _D.OFFERED: frozenset({_D.ACCEPTED, _D.DECLINED, _D.LAPSED, _D.WITHDRAWN}),
    _D.ACCEPTED: frozenset({_D.WITHDRAWN, _D.REPLACED, _D.ATTENDED, _D.ABSENT}),
    _D.ATTENDED: frozenset({_D.ABSENT}),  # a corrected list
    _D.ABSENT: frozenset({_D.ATTENDED}),  # came to a later session, or a corrected list
    _D.DECLINED: frozenset(),
    _D.LAPSED: frozenset(),
    _D.WITHDRAWN: frozenset(),
    _D.REPLACED: frozenset(),
}

EXPECTED: Final = frozenset({_D.INVITED, _D.WAITING, _D.OFFERED, _D.ACCEPTED})
COMING: Final = frozenset({_D.ACCEPTED, _D.ATTENDED, _D.ABSENT})

CALLED_OFF: Final = frozenset({_S.CANCELLED, _S.DISSOLVED, _S.WRITTEN_OFF})
OPEN_TO_DELEGATES: Final = frozenset({_S.BUILDING, _S.COMMITTED, _S.RESCHEDULING, _S.READY})
AGREED: Final = frozenset({_S.COMMITTED, _S.READY})
MOVABLE: Final = OPEN_TO_DELEGATES | {_S.IN_PROGRESS, _S.PAUSED}
HELD: Final = frozenset(
    {_S.IN_PROGRESS, _S.PAUSED, _S.ENDED, _S.DISCONTINUED, _S.REPORT_OVERDUE, _S.REPORTED}
)

_UNSIGNED: Final = frozenset(
    {(v, h) for v in (_V.NOMINATED, _V.LIVE) for h in (_H.PENDING, _H.VERIFIED)}
)
_SIGNED: Final = frozenset({(_V.LIVE, _H.VERIFIED)})
_REPORTED: Final = frozenset({(_V.COMPLETED, _H.VERIFIED)})
_ANY: Final = frozenset({(v, h) for v in VisitorSide for h in HostSide})

SIDES: Final[dict[VisitState, frozenset[tuple[VisitorSide, HostSide]]]] = {
    _S.BUILDING: _UNSIGNED,
    _S.COMMITTED: _SIGNED,
    _S.RESCHEDULING: _UNSIGNED,
    _S.READY: _SIGNED,
    _S.IN_PROGRESS: _SIGNED,
    _S.PAUSED: _SIGNED,
    _S.ENDED: _SIGNED,
    _S.REPORT_OVERDUE: _SIGNED,
    _S.DISCONTINUED: _SIGNED,
    _S.REPORTED: _REPORTED,
    _S.VALIDATED: _REPORTED,
    _S.SETTLED: _REPORTED,
    _S.FOLLOWED_UP: _REPORTED,
    _S.CANCELLED: _ANY,
    _S.DISSOLVED: _ANY,
    _S.WRITTEN_OFF: _ANY,
}
