"""The life of a delivery as one literal; a wrong move raises.

Beside the moves of the domain page: a lease that ran out before any content was handed over
returns to the queue, and one that ran out afterwards is unknown, as is an attempt without answer.
A mail that told several things, of which one no longer holds, is planned again with what it told.
"""

from typing import Final

from contracts.vocabulary import DeliveryState

_S = DeliveryState

NEXT: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    _S.PLANNED: frozenset({_S.DEFERRED, _S.QUEUED, _S.SUPPRESSED}),
    _S.DEFERRED: frozenset({_S.QUEUED, _S.OBSOLETE}),
    _S.QUEUED: frozenset({_S.SENDING, _S.PLANNED, _S.OBSOLETE, _S.EXPIRED}),
    _S.SENDING: frozenset({_S.SENT, _S.RETRY_WAIT, _S.DEAD, _S.QUEUED, _S.UNKNOWN}),
    _S.RETRY_WAIT: frozenset({_S.SENDING, _S.PLANNED, _S.EXPIRED, _S.DEAD}),
    _S.SENT: frozenset({_S.DELIVERED, _S.BOUNCED, _S.UNKNOWN}),
    _S.DELIVERED: frozenset({_S.ACKNOWLEDGED, _S.ESCALATED}),
    _S.BOUNCED: frozenset({_S.REROUTED, _S.DEAD}),
    _S.DEAD: frozenset({_S.QUEUED, _S.CLOSED}),
    _S.SUPPRESSED: frozenset({_S.PLANNED}),
    _S.OBSOLETE: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.ACKNOWLEDGED: frozenset(),
    _S.ESCALATED: frozenset(),
    _S.REROUTED: frozenset(),
    _S.CLOSED: frozenset(),
    _S.UNKNOWN: frozenset(),
}

PENDING: Final = frozenset({_S.PLANNED, _S.QUEUED, _S.RETRY_WAIT})
"""Nothing has reached anybody yet, and nothing is on its way at this moment."""

UNDECIDED: Final = PENDING | {_S.SENDING}
"""Later messages about the same calendar entries wait behind these."""
