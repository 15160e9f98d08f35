"""Why somebody cannot be erased here."""

from services.chassis.errors import Conflict, NotFound
from services.chassis.faults import mark


class NobodyInVisits(NotFound):
    """No visit knows a person of the association under this id, or not any more."""

    code = "TLK-X028"
    title = "No such person"

    def __init__(self) -> None:
        super().__init__(mark("there is no such person in visits; look the person up in the list"))


class KeptInRegister(Conflict):
    """The register keeps the person, so erasing here would leave the rest."""

    code = "TLK-X029"
    title = "The register keeps this person"

    def __init__(self) -> None:
        super().__init__(
            mark("the register keeps this person: forget the person there, and visits forget too")
        )
