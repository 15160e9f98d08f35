"""What registry promises of requests that people make about their data: who answers, until when.

Who asked is in no event, nor what was written to them; a person is an id, which means nothing
once the person is forgotten.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from .event import Classification, Event
from .vocabulary import Association


class DataRequestKind(StrEnum):
    """Which right is exercised: articles 15, 16 and 17 of the GDPR."""

    ACCESS = "access"
    RECTIFY = "rectify"
    ERASE = "erase"


class ExtensionReason(StrEnum):
    """Why a month is not enough: the two that article 12(3) names."""

    COMPLEXITY = "complexity"
    NUMBER = "number"


class RefusalReason(StrEnum):
    """Why a request is not carried out: who asks is not known to be the person, or the law."""

    IDENTITY = "identity"
    UNFOUNDED = "unfounded"
    MUST_STAY = "must_stay"


class DataRequestEvent(Event):
    """What happens to one request. `answers` is the association that owes the answer.

    `number` is what back offices call the request; events of old do not say it.
    """

    topic: ClassVar[str] = "registry.data_requests"
    classification: ClassVar[Classification] = Classification.INTERNAL

    kind: DataRequestKind
    received_by: Association
    answers: Association
    due_day: date
    number: str | None = None

    def shared_with(self) -> frozenset[str]:
        """Who took the request and who answers it both read what becomes of it."""
        return frozenset({self.received_by, self.answers})


class DataRequestReceived(DataRequestEvent):
    """Somebody asked; the answer is due a month after `received_day` (GDPR, article 12(3))."""

    type: ClassVar[str] = "talka.registry.data_request.received.v1"

    received_day: date


class DataRequestPassedOn(DataRequestEvent):
    """Another association keeps the person, and owes the answer from now on; the day stays."""

    type: ClassVar[str] = "talka.registry.data_request.passed_on.v1"

    former: Association


class DataRequestExtended(DataRequestEvent):
    """The answer is due two months later; `reason` was told to who asked."""

    type: ClassVar[str] = "talka.registry.data_request.extended.v1"

    reason: ExtensionReason


class DataRequestReminded(DataRequestEvent):
    """Nothing is answered yet: `days_left` until the day it is due, below zero when it is over."""

    type: ClassVar[str] = "talka.registry.data_request.reminded.v1"

    days_left: int


class DataRequestAnswered(DataRequestEvent):
    """The request is carried out. `person_id` is whom it was about; none: nothing was kept."""

    type: ClassVar[str] = "talka.registry.data_request.answered.v1"

    person_id: UUID | None = None


class DataRequestRefused(DataRequestEvent):
    """The request is not carried out; `reason` was told to who asked (GDPR, article 12(4))."""

    type: ClassVar[str] = "talka.registry.data_request.refused.v1"

    reason: RefusalReason
