"""The rules about people that can be broken, each with its stable code."""

from services.chassis.errors import Conflict, NotFound
from services.chassis.faults import mark


class PersonNotFound(NotFound):
    """No such person is kept by this association."""

    code = "TLK-R130"
    title = "No such person"

    def __init__(self) -> None:
        super().__init__(mark("your association keeps no such person; look at the list"))


class TooFewAdministrators(Conflict):
    """At least two people answer for a published profile; the last two stay (R-12)."""

    code = "TLK-R131"
    title = "Two administrators stay"

    def __init__(self, number: str) -> None:
        super().__init__(
            mark("two people must answer for {number}: name somebody else first"), number=number
        )


class PersonChanged(Conflict):
    """Somebody else changed the person since the page was opened."""

    code = "TLK-R132"
    title = "Changed meanwhile"

    def __init__(self) -> None:
        super().__init__(mark("somebody changed this since you opened it; look at it again"))
