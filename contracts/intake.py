"""What a service answers to declarations that came through Kafka: taken, or every fault of them."""

from typing import ClassVar
from uuid import UUID

from .event import Classification, Event
from .vocabulary import Value


class DeclarationFault(Value):
    """One thing to correct. It quotes nothing that was sent: everybody at the topic may read it."""

    pointer: str
    code: str
    rule: str | None = None


class DeclarationOutcome(Event):
    """What became of one declaration; the key is the id under which it was posted.

    Each association has its own topic, `intake.outcomes.ua`. A declaration that names no readable
    id is known by the place of its record.
    """

    topic: ClassVar[str] = "intake.outcomes"
    classification: ClassVar[Classification] = Classification.INTERNAL

    source: str

    @classmethod
    def topic_of(cls, association: str) -> str:
        """The association's own topic."""
        return f"{cls.topic}.{association.lower()}"


class DeclarationAccepted(DeclarationOutcome):
    """The declaration is taken and these events came of it; none when it changed nothing."""

    type: ClassVar[str] = "talka.intake.declaration.accepted.v1"

    events: tuple[UUID, ...]


class DeclarationRefused(DeclarationOutcome):
    """Nothing came of the declaration; correct every fault and post it again."""

    type: ClassVar[str] = "talka.intake.declaration.refused.v1"

    faults: tuple[DeclarationFault, ...]
