"""What becomes of a row about something that the register knows already."""

from enum import StrEnum
from typing import Final

from services.registry.imports.fields import Kind


class Decision(StrEnum):
    """What somebody decides; without a decision the known one is updated."""

    UPDATE = "update"
    LEAVE = "leave"  # the row is left out, the register stays as it is
    BOTH = "both"  # the row is entered beside the known one, under a key of its own


# Two people may share one mail address; a legal number stands for one cluster or organisation.
MAY_BE_BOTH: Final = frozenset({Kind.PEOPLE})


def offered(kind: Kind) -> list[Decision]:
    """The decisions that the rules allow for a kind of list."""
    return [each for each in Decision if each is not Decision.BOTH or kind in MAY_BE_BOTH]
