"""The rules about centres that can be broken, each with its stable code."""

from typing import Final

from services.chassis.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from services.chassis.faults import mark


class CentreNotFound(NotFound):
    """No centre of that code, or none that this person may see."""

    code = "TLK-R090"
    title = "No such centre"


class NotYourCentre(NotAllowed):
    """A centre is run by its association and by the associations of its twin clusters."""

    code = "TLK-R091"
    title = "This is another association's centre"


class LinkedAlready(Conflict):
    """The cluster is linked to the centre in this role."""

    code = "TLK-R092"
    title = "Linked already"


class NotLinked(Conflict):
    """The cluster is not linked to the centre in this role."""

    code = "TLK-R093"
    title = "Not linked"


class NotATwin(Conflict):
    """A centre serves clusters of its own country; those of other countries are its twins."""

    code = "TLK-R097"
    title = "The cluster cannot belong to the centre as that"


class ServiceNotFound(NotFound):
    """The centre offers no such service in that quarter."""

    code = "TLK-R094"
    title = "No such service"


class NothingLeft(Conflict):
    """The capacity of the quarter is used up."""

    code = "TLK-R095"
    title = "Nothing is left of this quarter"


class RotaDoesNotFit(Invalid):
    """A rota names people of the association, each from a day to a later one."""

    code = "TLK-R096"
    title = "The rota does not fit"
    LATER: Final = mark("Give the first day or a later one.")
    SELF: Final = mark("Somebody else has to be the substitute.")
    UNKNOWN: Final = mark("Your association has no such person.")

    def __init__(self, pointer: str, text: str) -> None:
        super().__init__(mark("please correct the rota"), [Fault(pointer, self.code, text)])
