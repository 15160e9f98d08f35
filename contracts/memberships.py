"""What registry promises about memberships: dated relations of organisations to clusters."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from .event import Classification, Event
from .vocabulary import MemberKind, Value


class MembershipEvent(Event):
    """What happens to one membership."""

    topic: ClassVar[str] = "registry.memberships"
    classification: ClassVar[Classification] = Classification.INTERNAL

    cluster_id: UUID
    organisation_id: UUID


class MemberJoined(MembershipEvent):
    """The organisation is a member from `joined_day` on, that day included."""

    type: ClassVar[str] = "talka.registry.membership.member_joined.v1"

    kind: MemberKind
    joined_day: date


class MemberLeft(MembershipEvent):
    """The membership ended; `ended_day` was its last day."""

    type: ClassVar[str] = "talka.registry.membership.member_left.v1"

    ended_day: date
    reason: str


class MembershipDays(Value):
    """From when to when a membership held, both days included; open when `ended_day` is absent."""

    joined_day: date
    ended_day: date | None = None


class MembershipCorrected(MembershipEvent):
    """The days were wrong: these are right, `former` is what was believed until now.

    `corrects` is the declaration that was wrong, if it was posted; `reason` is what a person gave.
    Without `joined_day` there never was a membership.
    """

    type: ClassVar[str] = "talka.registry.membership.corrected.v1"

    joined_day: date | None = None
    ended_day: date | None = None
    former: MembershipDays
    corrects: UUID | None = None
    reason: str | None = None
