"""What registry promises of quality labels: one topic, one subject for each label."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from .event import Classification, Event
from .vocabulary import LabelLevel


class LabelEvent(Event):
    """What happens to one quality label of a cluster."""

    topic: ClassVar[str] = "registry.labels"
    classification: ClassVar[Classification] = Classification.INTERNAL


class LabelGranted(LabelEvent):
    """A cluster holds this label from `from_day` to the end of `until_day`, or that was corrected.

    A label of at least the same level that begins earlier than that ends before.
    """

    type: ClassVar[str] = "talka.registry.label.granted.v1"

    cluster_id: UUID
    level: LabelLevel
    issuer: str
    from_day: date
    until_day: date


class LabelEnded(LabelEvent):
    """A label counts no more; `ended_day` was its last day."""

    cluster_id: UUID
    level: LabelLevel
    ended_day: date


class LabelExpired(LabelEnded):
    """The last day of a label is over, or another one took its place."""

    type: ClassVar[str] = "talka.registry.label.expired.v1"


class LabelWithdrawn(LabelEnded):
    """A label was taken away before its time."""

    type: ClassVar[str] = "talka.registry.label.withdrawn.v1"
