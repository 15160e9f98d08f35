"""The life of a request about data: what may follow on what."""

from enum import StrEnum
from typing import Final


class DataRequestState(StrEnum):
    """Where a request stands; one that is late is open still."""

    RECEIVED = "received"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"


_S = DataRequestState

NEXT: Final = {
    _S.RECEIVED: frozenset({_S.EXTENDED, _S.ANSWERED, _S.REFUSED}),
    _S.EXTENDED: frozenset({_S.ANSWERED, _S.REFUSED}),
    _S.ANSWERED: frozenset[DataRequestState](),
    _S.REFUSED: frozenset[DataRequestState](),
}
OPEN: Final = frozenset({_S.RECEIVED, _S.EXTENDED})
