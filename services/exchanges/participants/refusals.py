"""What can be wrong about a person in a visit."""

from services.chassis.errors import Conflict, Gone, NotAllowed
from services.chassis.faults import mark


class AlreadyInVisit(Conflict):
    """Somebody with this address is asked for the visit already."""

    code = "TLK-X021"
    title = "Invited already"


class ParticipantGone(Gone):
    """The link is good, but the person's record was erased."""

    code = "TLK-X025"
    title = "This person is not known any more"


class PartlyDualUse(NotAllowed):
    """Some of the person's visits may be seen by vetted people only; a part is no answer."""

    code = "TLK-X027"
    title = "For vetted people only"

    def __init__(self) -> None:
        super().__init__(
            mark("this person is in visits of dual use: ask a vetted colleague to look it up")
        )
