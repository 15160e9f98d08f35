"""The rules about requests that can be broken, each with its stable code."""

from services.chassis.errors import Conflict, Fault, Invalid, NotFound
from services.chassis.faults import mark


class DataRequestNotFound(NotFound):
    """No such request, or one that two other associations deal with."""

    code = "TLK-R140"
    title = "No such request"

    def __init__(self) -> None:
        super().__init__(mark("no such request is here for you: look at the list"))


class WrongRequestState(Conflict):
    """The request was answered or refused, or its time was extended already."""

    code = "TLK-R141"
    title = "Not possible now"

    def __init__(self) -> None:
        super().__init__(mark("this is not possible any more: look at the request again"))


class TooLateToExtend(Conflict):
    """Who asked is told of an extension within the first month, or it does not hold."""

    code = "TLK-R142"
    title = "Too late to extend"

    def __init__(self) -> None:
        super().__init__(mark("the first month is over: answer now"))


class NotYetReceived(Invalid):
    """A request was received today or before."""

    code = "TLK-R143"
    title = "The day is to come"

    def __init__(self) -> None:
        text = mark("Give the day on which the request came, today at the latest.")
        super().__init__(text, [Fault("/received_day", self.code, text)])


class SamePlace(Invalid):
    """A request is passed on to another association."""

    code = "TLK-R144"
    title = "It is there already"

    def __init__(self) -> None:
        text = mark("Choose another association.")
        super().__init__(text, [Fault("/association", self.code, text)])


class PersonNotMeant(Invalid):
    """Whom an answer is about is somebody that the association keeps."""

    code = "TLK-R145"
    title = "No such person"

    def __init__(self) -> None:
        text = mark("Choose one of the people whom your association keeps, or nobody.")
        super().__init__(text, [Fault("/person_id", self.code, text)])
