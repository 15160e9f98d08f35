"""The rules about participations that can be broken, each with its stable code."""

from typing import Final

from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark


class ParticipationNotFound(NotFound):
    """No participation of that id, or none that this person may see."""

    code = "TLK-R080"
    title = "No such participation"


class ParticipationHasEnded(Conflict):
    """The participation was ended before."""

    code = "TLK-R081"
    title = "This participation has ended"


class UnknownProgramme(Invalid):
    """The programme is not in the list of reference."""

    code = "TLK-R082"
    title = "No such programme"
    CHOOSE: Final = mark("There is no such programme in the list. Choose its code there.")

    def __init__(self) -> None:
        fault = Fault("/programme", self.code, self.CHOOSE)
        super().__init__(mark("choose a programme of the list"), [fault])


class EndsBeforeItBegins(Invalid):
    """The last day of a participation is not before its first."""

    code = "TLK-R083"
    title = "The participation ends before it begins"
    LATER: Final = mark("Give the first day or a later one.")

    def __init__(self, pointer: str = "/until_day") -> None:
        fault = Fault(pointer, self.code, self.LATER)
        super().__init__(mark("this participation would end before it begins"), [fault])
