"""What registry promises of participations in programmes of the European Union."""

from datetime import date
from typing import ClassVar

from .event import Classification, Event
from .vocabulary import Activity, Holder, Money, ParticipationRole


class ParticipationEvent(Event):
    """What happens to one participation."""

    topic: ClassVar[str] = "registry.participations"
    classification: ClassVar[Classification] = Classification.INTERNAL


class ParticipationFacts(ParticipationEvent):
    """All that is written down of a participation; `programme` is a code of the reference list.

    `fstp_received` is financial support to third parties; it counts against double funding.
    """

    holder: Holder
    programme: str
    call_id: str
    project_id: str | None = None
    role: ParticipationRole
    from_day: date
    until_day: date | None = None
    budget_share: Money | None = None
    fstp_received: Money | None = None
    activities: tuple[Activity, ...] = ()


class ParticipationRecorded(ParticipationFacts):
    """A cluster or organisation takes part, or took part, from `from_day`."""

    type: ClassVar[str] = "talka.registry.participation.recorded.v1"


class ParticipationCorrected(ParticipationFacts):
    """What was written down before was wrong or has changed; this holds in its place."""

    type: ClassVar[str] = "talka.registry.participation.corrected.v1"


class ParticipationEnded(ParticipationEvent):
    """The participation ended for good; `ended_day` was its last day.

    One that ended before it began was written down by mistake, and counts for no day.
    """

    type: ClassVar[str] = "talka.registry.participation.ended.v1"

    ended_day: date
