"""What exchanges promises about the delegates of a visit: invited, answered, withdrawn, arrived."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from .visits import VisitEvent
from .vocabulary import (
    DelegateAnswer,
    ReasonClass,
)


class DelegateInvited(VisitEvent):
    """A person is asked to travel, and may answer until `reply_by_at`.

    `link_id` names the secret link of the invitation, not its token. `funded` says whether the
    visiting association pays a contribution.
    """

    type: ClassVar[str] = "talka.exchanges.visit.delegate_invited.v1"

    participant_id: UUID
    organisation_id: UUID
    funded: bool
    reply_by_at: AwareDatetime
    link_id: UUID


class DelegateAnswered(VisitEvent):
    """The person said yes or no."""

    type: ClassVar[str] = "talka.exchanges.visit.delegate_answered.v1"

    participant_id: UUID
    answer: DelegateAnswer


class DelegateLapsed(VisitEvent):
    """The time to answer passed without an answer."""

    type: ClassVar[str] = "talka.exchanges.visit.delegate_lapsed.v1"

    participant_id: UUID


class DelegateWithdrawn(VisitEvent):
    """The person does not take part after all; only this person is told."""

    type: ClassVar[str] = "talka.exchanges.visit.delegate_withdrawn.v1"

    participant_id: UUID
    reason: ReasonClass | None = None


class DelegateArrived(VisitEvent):
    """The host has checked the person in."""

    type: ClassVar[str] = "talka.exchanges.visit.delegate_arrived.v1"

    participant_id: UUID
