"""What becomes of rows about something known already, or about the same; and why one is skipped."""

from enum import StrEnum
from typing import Final

from services.chassis.faults import mark
from services.registry.imports.fields import Kind

SAME: Final = ("same", mark("The register has all of this already."))
LEFT: Final = ("left", mark("Somebody left it out; the register keeps what it knows."))
STANDS: Final = ("stands", mark("Row {other} stands for it."))
TOGETHER: Final = ("together", mark("It was left out together with row {other}, of the same."))


class Decision(StrEnum):
    """What somebody decides; without a decision the known one is updated."""

    UPDATE = "update"
    LEAVE = "leave"  # the row is left out, the register stays as it is
    BOTH = "both"  # the row is entered beside the known one, under a key of its own


class Choice(StrEnum):
    """What becomes of a row that says the same as another, or something else of the same."""

    KEEP = "keep"  # the first stands, this one is left out
    TAKE = "take"  # this one takes the first one's place
    SKIP = "skip"  # neither is saved


# Two people may share one mail address; a legal number stands for one cluster or organisation.
MAY_BE_BOTH: Final = frozenset({Kind.PEOPLE})


def offered(kind: Kind) -> list[Decision]:
    """The decisions that the rules allow for a kind of list."""
    return [each for each in Decision if each is not Decision.BOTH or kind in MAY_BE_BOTH]
