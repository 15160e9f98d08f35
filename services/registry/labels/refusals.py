"""The rules about labels that can be broken, each with its stable code."""

from typing import Final

from contracts.vocabulary import LabelLevel
from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark
from services.registry.clusters.names import LABEL


class LabelNotFound(NotFound):
    """No label of that id, or none of a cluster that this person may see."""

    code = "TLK-R070"
    title = "No such label"


class LabelHasEnded(Conflict):
    """The label expired or was withdrawn."""

    code = "TLK-R071"
    title = "This label has ended"


class LowerThanBefore(Invalid):
    """A lower label does not begin while a higher one is in force."""

    code = "TLK-R072"
    title = "A higher label is in force"
    LOWER: Final = mark(
        "The cluster holds {level} until {until}. Begin after that day, or withdraw that label."
    )

    def __init__(self, level: LabelLevel, until: str) -> None:
        values = {"level": LABEL[level], "until": until}
        fault = Fault("/level", self.code, self.LOWER, values=values)
        super().__init__(mark("this label is lower than the one in force"), [fault])


class EndsBeforeItBegins(Invalid):
    """The last day of a label is after its first."""

    code = "TLK-R073"
    title = "The label ends before it begins"
    LATER: Final = mark("Give a day after the first one.")

    def __init__(self) -> None:
        fault = Fault("/until_day", self.code, self.LATER)
        super().__init__(mark("this label would end before it begins"), [fault])
