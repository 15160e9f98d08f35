"""The life cycle of a profile as one literal; every pair outside it is refused."""

from typing import Final

from contracts.vocabulary import ClusterState

_S = ClusterState

NEXT: Final[dict[ClusterState, frozenset[ClusterState]]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.IN_REVIEW, _S.DRAFT}),
    _S.IN_REVIEW: frozenset({_S.PUBLISHED, _S.REJECTED, _S.DRAFT}),
    _S.PUBLISHED: frozenset({_S.UNDER_REVISION, _S.DORMANT, _S.SUSPENDED, _S.ARCHIVED}),
    _S.UNDER_REVISION: frozenset({_S.PUBLISHED, _S.SUSPENDED, _S.ARCHIVED}),
    _S.DORMANT: frozenset({_S.PUBLISHED, _S.ARCHIVED}),
    _S.SUSPENDED: frozenset({_S.PUBLISHED, _S.ARCHIVED}),
    _S.REJECTED: frozenset({_S.DRAFT}),
    _S.ARCHIVED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

# Everybody who is signed in may read these; nobody else's are even there.
PUBLIC: Final = frozenset({_S.PUBLISHED, _S.UNDER_REVISION})

ENDED: Final = frozenset({_S.ARCHIVED, _S.WITHDRAWN})  # their legal id is free
LIVING: Final = frozenset(NEXT) - ENDED

# A new version of these is taken; all others wait, or have ended.
CAN_CHANGE: Final = PUBLIC | {_S.DRAFT}
